internal import HTTP
internal import LinuxSystem

/// Whether upstreams can be reached. Asked at most every half minute, however often and however many at once look.
final class ProviderProbes: Sendable {
    struct Result: Sendable {
        let isReachable: Bool
        /// `HTTP 404 in 23ms`, or why not.
        let detail: String
        let at: Instant
    }

    static let freshTime = TimeSpan.seconds(30)
    /// Nobody who looks at a health page waits for longer.
    static let answerTime = TimeSpan.seconds(3)

    /// After a reload a name may stand for another address.
    private struct Key: Hashable {
        let name: String
        let address: String
    }

    private let answers = SharedAnswers<Key, Result>(freshFor: freshTime)

    func result(of name: String, at target: UpstreamTarget, on client: UpstreamClient) async -> Result {
        await answers.value(Key(name: name, address: target.baseURL), at: client.loop.clock.now()) {
            let result = await Self.probe(target, client)
            return (result, result.at)
        }
    }

    /// Any HTTP answer will do: it proves name, route, certificate and server. No credentials are sent.
    private static func probe(_ target: UpstreamTarget, _ client: UpstreamClient) async -> Result {
        var target = target
        target.limits.connectTime = answerTime
        let began = client.loop.clock.now()
        let sink = ProbeSink()
        let request = UpstreamRequest(
            method: "HEAD", target: "/", fields: ["User-Agent": Version.userAgent], body: .none)
        let answer = await sink.run(request, target, client)
        let now = client.loop.clock.now()
        switch answer {
        case .success(let status):
            return Result(isReachable: true, detail: "HTTP \(status) in \((now - began).rounded)", at: now)
        case .failure(let error):
            return Result(isReachable: false, detail: error.description, at: now)
        }
    }
}

private final class ProbeSink: TransferSink {
    private var status = 0
    private var answer: Swift.Result<Int, TransferError>?
    private var waiter: CheckedContinuation<Swift.Result<Int, TransferError>, Never>?
    private var transfer: Transfer?
    /// For all of it together: a limit for each phase would add up.
    private lazy var timer = LoopTimer { [unowned self] in giveUp() }

    func run(
        _ request: UpstreamRequest, _ target: UpstreamTarget, _ client: UpstreamClient
    ) async -> Swift.Result<Int, TransferError> {
        do {
            transfer = try client.start(request, to: target, self)
        } catch {
            return .failure(TransferError(kind: .unreachable, detail: error.reason, elapsed: .zero))
        }
        if let answer { return answer }
        client.loop.schedule(timer, after: ProviderProbes.answerTime)
        defer { timer.disarm() }
        return await withCheckedContinuation { waiter = $0 }
    }

    private func giveUp() {
        transfer?.cancel()
        let time = ProviderProbes.answerTime
        transferDidEnd(TransferError(kind: .tooSlow, detail: "no answer", elapsed: time))
    }

    func transferDidReceive(_ head: ResponseHead) { status = head.status }
    func transferDidReceive(_ bytes: UnsafeRawBufferPointer) -> Bool { true }

    func transferDidEnd(_ error: TransferError?) {
        if answer != nil { return }
        transfer = nil
        let result: Swift.Result<Int, TransferError> = error.map { .failure($0) } ?? .success(status)
        answer = result
        waiter?.resume(returning: result)
        waiter = nil
    }
}
