internal import LinuxSystem
internal import Synchronization

/// What many want to know at once: the first one asks, the others wait for its answer, and for a while it serves all who
/// come later. Over all event loops.
final class SharedAnswers<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private enum State {
        /// Who else wants to know.
        case asking([CheckedContinuation<Value, Never>])
        case known(Value, at: Instant)
    }

    private let states = Mutex<[Key: State]>([:])
    private let freshTime: TimeSpan

    init(freshFor freshTime: TimeSpan) { self.freshTime = freshTime }

    func value(_ key: Key, at now: Instant, _ ask: () async -> (Value, Instant)) async -> Value {
        let (known, asks) = states.withLock { states -> (Value?, Bool) in
            switch states[key] {
            case .known(let value, let at) where now - at < freshTime: return (value, false)
            case .asking: return (nil, false)
            case .known, nil:
                states[key] = .asking([])
                return (nil, true)
            }
        }
        if let known { return known }
        if !asks { return await join(key) }
        let (value, at) = await ask()
        let others = states.withLock { states in
            defer { states[key] = .known(value, at: at) }
            if case .asking(let others) = states[key] { return others }
            return []
        }
        for other in others { other.resume(returning: value) }
        return value
    }

    /// Waits for the answer to what somebody else asked, on whichever loop.
    private func join(_ key: Key) async -> Value {
        await withCheckedContinuation { continuation in
            let known = states.withLock { states -> Value? in
                switch states[key] {
                case .asking(let others): states[key] = .asking(others + [continuation])
                case .known(let value, _): return value
                case nil: preconditionFailure("what was asked once stays known")
                }
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
