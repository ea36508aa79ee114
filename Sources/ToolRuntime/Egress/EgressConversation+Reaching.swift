internal import LinuxSystem
internal import Sandbox

/// From a request to a connection: its name against the rules, then what the name leads to, and then to exactly that.
extension EgressConversation {
    enum Reached {
        case reached(PolicyRule<HostPattern>, SocketAddress)
        case denied(EgressDenial)
        /// Granted, and not to be had: the network's fault.
        case failed(PolicyRule<HostPattern>, EgressAnswer)
    }

    func reach(_ request: EgressRequest) async throws(EgressFailure) -> Reached {
        stopTime()
        let rule: PolicyRule<HostPattern>
        do throws(EgressDenial) {
            rule = try proxy.judge.rule(for: request.host, port: request.port)
        } catch {
            return .denied(error)
        }
        let found: [IPAddress]
        if let address = request.host.address {
            found = [address]
        } else {
            switch try await lookUp(request.host) {
            case .success(let addresses): found = addresses
            case .failure(let problem): return .failed(rule, .problem(502, "\(request.host): \(problem.reason)"))
            }
        }
        let checked: [IPAddress]
        do throws(EgressDenial) {
            checked = try proxy.judge.admitted(found, of: request.host, port: request.port, granted: rule)
        } catch {
            return .denied(error)
        }
        if checked.isEmpty { return .failed(rule, .problem(502, "\(request.host): the name has no address")) }
        return try await connect(to: checked.prefix(limits.addresses), request, rule)
    }

    /// The addresses that were checked and no others: nothing is looked up a second time.
    private func connect(
        to addresses: ArraySlice<IPAddress>, _ request: EgressRequest, _ rule: PolicyRule<HostPattern>
    ) async throws(EgressFailure) -> Reached {
        var reason = "no address"
        var timedOut = false
        for address in addresses {
            guard let place = SocketAddress(host: address.description, port: request.port) else { continue }
            do throws(EgressFailure) {
                try await connect(to: place)
                return .reached(rule, place)
            } catch {
                switch error {
                case .system(let problem): reason = problem.description
                case .timedOut:
                    reason = "\(place): no answer within \(limits.connectTime)"
                    timedOut = true
                case .stopped, .left: throw error
                }
            }
        }
        return .failed(rule, .problem(timedOut ? 504 : 502, "\(request.target): cannot connect: \(reason)"))
    }

    private func connect(to address: SocketAddress) async throws(EgressFailure) {
        let socket: EgressSocket
        do throws(SystemError) {
            var isConnected = false
            let descriptor = try Socket.beginConnecting(to: address, isConnected: &isConnected)
            socket = try EgressSocket(descriptor, on: loop, isConnected: isConnected)
        } catch {
            throw .system(error)
        }
        let time = LoopTimer { [weak socket] in socket?.fail(.timedOut) }
        loop.schedule(time, after: limits.connectTime)
        defer { time.disarm() }
        target = socket
        do throws(EgressFailure) {
            try await socket.connected(to: address)
            socket.onProgress = { [weak self] in self?.bytesMoved() }
        } catch {
            target = nil
            socket.close()
            throw error
        }
    }

    private func lookUp(
        _ host: HostName
    ) async throws(EgressFailure) -> Result<[IPAddress], NameLookup.Failure> {
        let lookup = NameLookupInTime(loop: loop)
        self.lookup = lookup
        defer { self.lookup = nil }
        lookup.begin(host, proxy.resolver)
        do throws(EgressFailure) {
            return try await lookup.value(within: limits.connectTime)
        } catch {
            guard error == .timedOut else { throw error }
            return .failure(NameLookup.Failure(reason: "the name was not found within \(limits.connectTime)"))
        }
    }
}

/// The first answer of several that may come: the resolver's, the clock's, or nobody's because the jail has ended.
final class NameLookupInTime: @unchecked Sendable {
    typealias Answer = Result<Result<[IPAddress], NameLookup.Failure>, EgressFailure>

    private let loop: EventLoop
    private var answer: Answer?
    private var waiting: CheckedContinuation<Void, Never>?

    init(loop: EventLoop) { self.loop = loop }

    /// It may outlive whoever asks, as the system's resolver cannot be stopped; nobody listens to it then.
    func begin(_ host: HostName, _ resolver: any NameResolver) {
        let name = host.description
        Task.immediate(executorPreference: loop) {
            do throws(NameLookup.Failure) {
                self.finish(.success(.success(try await resolver.addresses(of: name))))
            } catch {
                self.finish(.success(.failure(error)))
            }
        }
    }

    func finish(_ answer: Answer) {
        if self.answer == nil { self.answer = answer }
        waiting?.resume()
        waiting = nil
    }

    func value(within time: TimeSpan) async throws(EgressFailure) -> Result<[IPAddress], NameLookup.Failure> {
        let timer = LoopTimer { [weak self] in self?.finish(.failure(.timedOut)) }
        loop.schedule(timer, after: time)
        defer { timer.disarm() }
        if answer == nil { await withCheckedContinuation { waiting = $0 } }
        guard let answer else { throw .stopped }
        return try answer.get()
    }
}
