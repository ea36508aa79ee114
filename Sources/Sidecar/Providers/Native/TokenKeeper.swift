internal import HTTP
internal import LinuxSystem
internal import Synchronization

/// A token that others give for a while: asked for once, however many requests need it, and again before it ends.
final class TokenKeeper: Sendable {
    struct Token: Sendable {
        let secret: Secret
        let seconds: Int
    }

    typealias Asking = @Sendable (UpstreamClient) async -> Result<Token, APIError>

    private struct Kept {
        let secret: Secret
        /// Seconds since 1970.
        let ends: Int
        let renews: Int
    }

    private struct State {
        var kept: Kept?
        var isAsking = false
        var waiting: [CheckedContinuation<Result<Secret, APIError>, Never>] = []
    }

    /// Long enough for a request that is on its way, and for clocks that differ.
    private static let marginSeconds = 300

    private let state = Mutex(State())
    private let ask: Asking

    init(_ ask: @escaping Asking) { self.ask = ask }

    static func now() -> Int { Int(WallClock.nanosecondsSince1970() / 1_000_000_000) }

    private enum Next {
        case use(Secret)
        case ask, wait
    }

    func secret(on client: UpstreamClient) async throws(APIError) -> Secret {
        let now = Self.now()
        let next = state.withLock { state -> Next in
            if let kept = state.kept, now < kept.ends, now < kept.renews || state.isAsking { return .use(kept.secret) }
            if state.isAsking { return .wait }
            state.isAsking = true
            return .ask
        }
        switch next {
        case .use(let secret): return secret
        case .wait: return try await wait().get()
        case .ask: return try await renew(now, client).get()
        }
    }

    private func wait() async -> Result<Secret, APIError> {
        await withCheckedContinuation { continuation in
            // It may have come meanwhile.
            let known = state.withLock { state -> Result<Secret, APIError>? in
                if state.isAsking {
                    state.waiting.append(continuation)
                    return nil
                }
                return state.kept.map { .success($0.secret) }
                    ?? .failure(APIError(502, .api, "no token could be had; ask again"))
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    private func renew(_ now: Int, _ client: UpstreamClient) async -> Result<Secret, APIError> {
        let answer = await ask(client)
        let (result, others) = state.withLock { state in
            var result: Result<Secret, APIError>
            switch answer {
            case .success(let token):
                let early = min(Self.marginSeconds, token.seconds / 2)
                state.kept = Kept(
                    secret: token.secret, ends: now + token.seconds, renews: now + token.seconds - early)
                result = .success(token.secret)
            case .failure(let error):
                result = .failure(error)
                // The old one still holds for a while.
                if let kept = state.kept, now < kept.ends { result = .success(kept.secret) }
            }
            state.isAsking = false
            defer { state.waiting = [] }
            return (result, state.waiting)
        }
        for other in others { other.resume(returning: result) }
        return result
    }
}
