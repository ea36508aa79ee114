internal import HTTP
internal import LinuxSystem
internal import Synchronization

typealias TokenKeeper = LoanKeeper<Secret>

/// What others give for a while, such as a token: asked for once, however many requests need it, and again before it ends.
final class LoanKeeper<Value: Sendable>: Sendable {
    struct Loan: Sendable {
        let value: Value
        let seconds: Int
    }

    typealias Asking = @Sendable (UpstreamClient) async -> Result<Loan, APIError>

    private struct Kept {
        let value: Value
        /// Seconds since 1970.
        let ends: Int
        let renews: Int
    }

    private struct State {
        var kept: Kept?
        var isAsking = false
        var waiting: [CheckedContinuation<Result<Value, APIError>, Never>] = []
    }

    /// Long enough for a request that is on its way, and for clocks that differ.
    private static var marginSeconds: Int { 300 }

    private let state = Mutex(State())
    private let ask: Asking

    init(_ ask: @escaping Asking) { self.ask = ask }

    static func now() -> Int { Int(WallClock.nanosecondsSince1970() / 1_000_000_000) }

    private enum Next {
        case use(Value)
        case ask, wait
    }

    func value(on client: UpstreamClient) async throws(APIError) -> Value {
        let now = Self.now()
        let next = state.withLock { state -> Next in
            if let kept = state.kept, now < kept.ends, now < kept.renews || state.isAsking { return .use(kept.value) }
            if state.isAsking { return .wait }
            state.isAsking = true
            return .ask
        }
        switch next {
        case .use(let value): return value
        case .wait: return try await wait().get()
        case .ask: return try await renew(now, client).get()
        }
    }

    private func wait() async -> Result<Value, APIError> {
        await withCheckedContinuation { continuation in
            // It may have come meanwhile.
            let known = state.withLock { state -> Result<Value, APIError>? in
                if state.isAsking {
                    state.waiting.append(continuation)
                    return nil
                }
                return state.kept.map { .success($0.value) }
                    ?? .failure(APIError(502, .api, "no token could be had; ask again"))
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    private func renew(_ now: Int, _ client: UpstreamClient) async -> Result<Value, APIError> {
        let answer = await ask(client)
        let (result, others) = state.withLock { state in
            var result: Result<Value, APIError>
            switch answer {
            case .success(let loan):
                let early = min(Self.marginSeconds, loan.seconds / 2)
                state.kept = Kept(value: loan.value, ends: now + loan.seconds, renews: now + loan.seconds - early)
                result = .success(loan.value)
            case .failure(let error):
                result = .failure(error)
                // The old one still holds for a while.
                if let kept = state.kept, now < kept.ends { result = .success(kept.value) }
            }
            state.isAsking = false
            defer { state.waiting = [] }
            return (result, state.waiting)
        }
        for other in others { other.resume(returning: result) }
        return result
    }
}
