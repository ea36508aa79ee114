internal import LinuxSystem
internal import Sandbox

/// CONNECT: bytes in both directions, each side ending for itself. Of TLS, the name of the server is looked at before the
/// first byte goes out.
struct EgressTunnel {
    private let conversation: EgressConversation
    private let target: EgressSocket
    private let request: EgressRequest
    private let rule: PolicyRule<HostPattern>

    private var client: EgressSocket { conversation.client }

    /// Where nothing but TLS is spoken.
    private static let securePort: UInt16 = 443

    init(
        _ conversation: EgressConversation, _ target: EgressSocket, _ request: EgressRequest,
        _ rule: PolicyRule<HostPattern>
    ) {
        self.conversation = conversation
        self.target = target
        self.request = request
        self.rule = rule
    }

    func run() async throws(EgressFailure) {
        let greeting = ByteBuffer()
        greeting.append("HTTP/1.1 200 Connection established\r\n\r\n")
        conversation.allow(conversation.limits.silenceTime, sliding: true)
        try await client.write(greeting)
        async let outward = send()
        let inward = await pump(from: target, to: client, ByteBuffer())
        // Cut off in one direction is cut off in both; an orderly end is only passed on.
        if let failure = await [inward, outward].compactMap({ $0 }).first {
            if failure != .stopped { client.close(withReset: true) }
            throw failure
        }
    }

    /// nil: the client has said all it had to say.
    private func send() async -> EgressFailure? {
        let buffer = ByteBuffer()
        // What came right behind the request is meant for the target; here nobody takes it for another request.
        buffer.append(conversation.input.readable)
        conversation.input.removeAll()
        do throws(EgressFailure) {
            if conversation.limits.checksTLSName {
                if let denial = try await inspect(buffer) { return refuse(denial) }
            }
            return await pump(from: client, to: target, buffer)
        } catch {
            return abandon(error)
        }
    }

    /// What is wrong with the beginning; nil when it may go out.
    private func inspect(_ buffer: ByteBuffer) async throws(EgressFailure) -> EgressDenial? {
        var time: LoopTimer?
        defer { time?.disarm() }
        var needed = 1
        while true {
            if buffer.count >= needed {
                let hello = ClientHello.read(buffer.readable)
                guard case .needsMore(let count) = hello else { return objection(to: hello) }
                needed = count
                if !buffer.isEmpty, time == nil {
                    let timer = LoopTimer { [weak client] in client?.fail(.timedOut) }
                    conversation.loop.schedule(timer, after: conversation.limits.headTime)
                    time = timer
                }
            }
            if try await client.read(into: buffer) == 0 {
                return buffer.isEmpty ? nil : objection(to: .malformed("the TLS ClientHello ends before its end"))
            }
        }
    }

    private func objection(to hello: ClientHello) -> EgressDenial? {
        switch hello {
        case .needsMore: return nil
        case .notTLS:
            return request.port == Self.securePort
                ? denial("only TLS may be spoken with port \(Self.securePort), and this is something else") : nil
        case .malformed(let reason): return denial(reason)
        // To an address, the address is what was granted; a name is the server's affair there.
        case .complete where request.host.address != nil: return nil
        case .complete(nil):
            return denial("the TLS ClientHello names no server, and must name \(request.host)")
        case .complete(let name?):
            if let said = try? HostName(name), said == request.host { return nil }
            let shown = String(name.unicodeScalars.map { $0.value > 0x20 && $0.value < 0x7F ? Character($0) : "?" })
            return denial("the tunnel was opened for \(request.host), and the TLS ClientHello names \(shown)")
        }
    }

    private func denial(_ detail: String) -> EgressDenial {
        EgressDenial(target: request.target, rule: rule.name, place: rule.place, detail: detail)
    }

    /// In TLS's own words, so that the client's message makes sense: fatal, access_denied. Without waiting: the other
    /// direction may be in the middle of something.
    private func refuse(_ denial: EgressDenial) -> EgressFailure {
        conversation.proxy.report(.denied(denial))
        client.writeAtOnce([21, 3, 1, 0, 2, 2, 49])
        target.fail(.stopped)
        return .stopped
    }

    /// nil: `source` has ended, and `sink` was told.
    private func pump(from source: EgressSocket, to sink: EgressSocket, _ buffer: ByteBuffer) async -> EgressFailure? {
        do throws(EgressFailure) {
            while true {
                try await sink.write(buffer)
                if try await source.read(into: buffer) == 0 {
                    sink.shutDownWriting()
                    return nil
                }
            }
        } catch {
            return abandon(error)
        }
    }

    private func abandon(_ error: EgressFailure) -> EgressFailure {
        client.fail(error)
        target.fail(error)
        return error
    }
}
