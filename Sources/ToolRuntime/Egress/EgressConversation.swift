internal import HTTP
internal import LinuxSystem
internal import Sandbox

/// One client's connection: requests in their order, each judged by itself, until one of them becomes a tunnel.
final class EgressConversation: @unchecked Sendable {
    let client: EgressSocket
    let proxy: EgressProxy
    /// Bytes of the client that no request has used yet.
    let input = ByteBuffer()
    /// What the present request has reached.
    var target: EgressSocket?
    /// The name that is being looked up for it.
    var lookup: NameLookupInTime?
    private var timeIsSliding = false
    private var timeAllowed = TimeSpan.zero
    private lazy var timer = LoopTimer { [weak self] in self?.end(.timedOut) }

    var limits: EgressLimits { proxy.limits }
    var loop: EventLoop { proxy.loop }

    init(_ client: EgressSocket, _ proxy: EgressProxy) {
        self.client = client
        self.proxy = proxy
        client.onProgress = { [weak self] in self?.bytesMoved() }
    }

    func run() async {
        do throws(EgressFailure) {
            while try await serve() {}
            try await lingerBeforeClosing()
        } catch {
            // A connection of which nothing more can be told: its other end is gone, or has had its time.
        }
        timer.disarm()
        target?.close()
        client.close()
    }

    func stop() { end(.stopped) }

    private func end(_ reason: EgressFailure) {
        client.fail(reason)
        target?.fail(reason)
        lookup?.finish(.failure(reason))
    }

    // MARK: Time

    /// `sliding`: as long as bytes move, it begins anew.
    func allow(_ time: TimeSpan, sliding: Bool) {
        timeIsSliding = sliding
        timeAllowed = time
        loop.schedule(timer, after: time)
    }

    /// Until somebody allows some again. What goes on meanwhile is bounded by itself.
    func stopTime() { timer.disarm() }

    func bytesMoved() { if timeIsSliding, timer.isArmed { loop.schedule(timer, after: timeAllowed) } }

    // MARK: Requests

    /// Whether another request may follow.
    private func serve() async throws(EgressFailure) -> Bool {
        let head: RequestHead
        switch try await nextHead() {
        case nil: return false
        case .failure(let refusal)?:
            try await say(.problem(refusal.status, refusal.reason), closes: true)
            return false
        case .success(let found)?: head = found
        }
        let began = loop.now
        let request: EgressRequest
        do throws(EgressRequest.Problem) {
            request = try EgressRequest(head)
        } catch {
            proxy.report(.denied(EgressDenial(target: head.authority ?? "", rule: "network", detail: error.reason)))
            try await say(.problem(400, error.reason), closes: true)
            return false
        }
        switch try await reach(request) {
        case .denied(let denial):
            proxy.report(.denied(denial))
            return try await refuse(.denial(denial), head)
        case .failed(let rule, let answer):
            let record = EgressRecord(
                kind: request.kind, target: request.target, rule: rule.name, status: answer.status,
                duration: loop.clock.now() - began)
            proxy.report(.ended(record))
            return try await refuse(answer, head)
        case .reached(let rule, let address):
            let record = EgressRecord(
                kind: request.kind, target: request.target, address: address.description, rule: rule.name)
            return try await use(request, head, rule, record, began)
        }
    }

    private func nextHead() async throws(EgressFailure) -> Result<RequestHead, RequestHeadParser.Refusal>? {
        var parser = RequestHeadParser(bytesMax: limits.headBytes, form: .proxy)
        allow(limits.idleTime, sliding: false)
        var hasBegun = false
        while true {
            if !input.isEmpty {
                switch parser.parse(input.readable) {
                case .complete(let head, let used):
                    input.consume(used)
                    return .success(head)
                case .refused(let refusal): return .failure(refusal)
                case .incomplete:
                    if !hasBegun { allow(limits.headTime, sliding: false) }
                    hasBegun = true
                }
            }
            if try await client.read(into: input) == 0 { return nil }
        }
    }

    /// An answer of ours instead of a server's. The connection goes on only when nothing of the request is left to be
    /// taken for the next one.
    private func refuse(_ answer: EgressAnswer, _ head: RequestHead) async throws(EgressFailure) -> Bool {
        let goesOn = head.keepsAlive && head.body == .none && head.method != "CONNECT"
        try await say(answer, closes: !goesOn, hasBody: head.method != "HEAD")
        return goesOn
    }

    func say(_ answer: EgressAnswer, closes: Bool, hasBody: Bool = true) async throws(EgressFailure) {
        let output = ByteBuffer()
        answer.write(to: output, closes: closes, hasBody: hasBody)
        allow(limits.headTime, sliding: false)
        try await client.write(output)
    }

    /// The client has everything we sent; its last bytes must not make the kernel reset the connection before it has
    /// read ours. Bounded in time, and in bytes.
    private func lingerBeforeClosing() async throws(EgressFailure) {
        client.shutDownWriting()
        allow(ServerLimits.drainTime, sliding: false)
        var count = 0
        while count < ServerLimits.drainBytesMax {
            input.removeAll()
            let more = try await client.read(into: input)
            if more == 0 { return }
            count += more
        }
    }

    // MARK: The target

    private func use(
        _ request: EgressRequest, _ head: RequestHead, _ rule: PolicyRule<HostPattern>, _ record: EgressRecord,
        _ began: Instant
    ) async throws(EgressFailure) -> Bool {
        guard let target else { return false }
        var record = record
        defer {
            record.bytesOut = target.bytesWritten
            record.bytesIn = target.bytesRead
            record.duration = loop.clock.now() - began
            proxy.report(.ended(record))
            target.close()
            self.target = nil
        }
        switch request.kind {
        case .tunnel:
            record.status = 200
            try await EgressTunnel(self, target, request, rule).run()
            return false
        case .forward:
            let exchange = EgressExchange(self, target, request, head)
            defer { record.status = exchange.status }
            return try await exchange.run()
        }
    }
}
