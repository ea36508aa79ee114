internal import Addresses
package import HTTP
package import LinuxSystem
package import Sandbox

/// Fetches a page by the rules of the proxy for jails: the name is judged before it is looked up, each address before it is
/// connected to, and the connection goes to the very address that was judged. Each redirect begins anew.
package struct WebFetcher {
    package var rules: NetworkRules
    package var resolver: any NameResolver
    package var client: UpstreamClient
    package var limits = WebLimits()
    /// Certificate authorities instead of the system's.
    package var authorityFile: String?

    package init(rules: NetworkRules, resolver: any NameResolver, client: UpstreamClient) {
        self.rules = rules
        self.resolver = resolver
        self.client = client
    }

    package struct Page: Sendable {
        /// After redirects.
        package var address: FetchAddress
        package var status: Int
        package var contentType: String?
        package var body: [UInt8]
        /// There was more than is read of any page.
        package var isCut: Bool
    }

    package enum Failure: Error, Sendable, Equatable {
        case denied(EgressDenial)
        /// To another host, which whoever asked has to ask for.
        case moved(from: FetchAddress, to: String, status: Int)
        case failed(code: String, String)
        case timedOut(String)
        case cancelled
    }

    package func fetch(_ address: FetchAddress, within time: TimeSpan) async throws(Failure) -> Page {
        let clock = client.loop.clock
        let end = clock.now() + min(time, limits.totalTime)
        var address = address
        for _ in 0...limits.redirects {
            let answer = try await get(address, until: end)
            guard (300..<400).contains(answer.head.status), answer.head.status != 304,
                let location = answer.head.fields["location"]
            else {
                return Page(
                    address: address, status: answer.head.status, contentType: answer.head.fields["content-type"],
                    body: answer.body, isCut: answer.isCut)
            }
            address = try next(address, location, answer.head.status)
        }
        throw .failed(
            code: "too_many_redirects", "\(address.text): more than \(limits.redirects) redirects, one after the other."
        )
    }

    private func next(_ address: FetchAddress, _ location: String, _ status: Int) throws(Failure) -> FetchAddress {
        let text = WebReference(location).resolved(against: WebReference(address.text)).text
        let next: FetchAddress
        do throws(WebAddressProblem) {
            next = try FetchAddress(text, rules)
        } catch {
            throw .failed(
                code: "bad_redirect",
                "\(address.text) redirects to what is not followed: \(text.prefix(200)), an address that \(error.message)."
            )
        }
        if address.isSameSite(next) { return next }
        throw .moved(from: address, to: next.text, status: status)
    }

    private func get(_ address: FetchAddress, until end: Instant) async throws(Failure) -> WebExchange.Answer {
        let addresses = try await admitted(address)
        var reason = "the name has no address"
        for one in addresses.prefix(limits.addresses) {
            let now = client.loop.clock.now()
            guard now < end else { break }
            switch await ask(address, at: one, within: end - now) {
            case .success(let answer): return answer
            case .failure(.cancelled): throw .cancelled
            case .failure(.timedOut): throw timedOut(address)
            case .failure(.transfer(let error)):
                // Another address may answer; one that has spoken has had its say.
                guard error.kind == .unreachable else {
                    throw .failed(code: Self.code(error), "\(address.text): \(error).")
                }
                reason = "\(error)"
            }
        }
        if client.loop.clock.now() >= end { throw timedOut(address) }
        throw .failed(code: "unreachable", "\(address.host) cannot be reached: \(reason).")
    }

    private func admitted(_ address: FetchAddress) async throws(Failure) -> [IPAddress] {
        let judge = EgressJudge(rules)
        let (host, port) = (address.host, address.port)
        let rule: PolicyRule<HostPattern>
        do throws(EgressDenial) { rule = try judge.rule(for: host, port: port) } catch { throw .denied(error) }
        let found = try await lookUp(address)
        do throws(EgressDenial) {
            return try judge.admitted(found, of: host, port: port, granted: rule)
        } catch {
            throw .denied(error)
        }
    }

    private func timedOut(_ address: FetchAddress) -> Failure {
        .timedOut("\(address.text) was given up after \(limits.totalTime): it answers too slowly.")
    }

    private static func code(_ error: TransferError) -> String {
        switch error.kind {
        case .unreachable, .cancelled: "unreachable"
        case .tooSlow: "no_answer"
        case .malformed, .cut: "bad_answer"
        }
    }

    private func lookUp(_ address: FetchAddress) async throws(Failure) -> [IPAddress] {
        if let address = address.host.address { return [address] }
        let lookup = NameLookupInTime(loop: client.loop)
        lookup.begin(address.host, resolver)
        let answer: Result<[IPAddress], NameLookup.Failure>
        do throws(EgressFailure) {
            answer = try await lookup.value(within: limits.connectTime)
        } catch {
            throw .failed(code: "no_such_host", "\(address.host) was not found within \(limits.connectTime).")
        }
        do throws(NameLookup.Failure) {
            return try answer.get()
        } catch {
            throw .failed(code: "no_such_host", "\(address.host) is not found: \(error.reason)")
        }
    }

    private func ask(
        _ address: FetchAddress, at place: IPAddress, within time: TimeSpan
    ) async -> Result<WebExchange.Answer, WebExchange.Failure> {
        var upstream = UpstreamLimits()
        upstream.connectTime = limits.connectTime
        upstream.firstByteTime = limits.answerTime
        upstream.idleTime = limits.answerTime
        upstream.headBytes = limits.headBytes
        // A proxy of the host's own environment would be connected to instead of what was judged.
        let target = UpstreamTarget(
            baseURL: address.origin, usesHTTP2: false, authorityFile: authorityFile, proxy: "", limits: upstream,
            address: place)
        let request = UpstreamRequest(
            method: "GET", target: address.target,
            fields: [
                "User-Agent": "sidecar (a coding agent's WebFetch)",
                "Accept": "text/markdown, text/html;q=0.9, application/json, text/plain;q=0.8, */*;q=0.5",
            ], body: .none)
        return await WebExchange.run(request, to: target, by: client, bytesMax: limits.bodyBytes, within: time)
    }
}
