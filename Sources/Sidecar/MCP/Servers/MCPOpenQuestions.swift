internal import MCP
internal import Synchronization

/// What somebody was asked and has not answered: each question has a number, and whoever asked waits for it. From any loop.
final class MCPOpenQuestions: Sendable {
    private struct State {
        var last = 0
        var isOver = false
        /// nil: asked, and nobody waits yet.
        var waiting: [Int: CheckedContinuation<MCPAnswer, Never>?] = [:]
        /// Came before anybody waited.
        var early: [Int: MCPAnswer] = [:]
    }

    private let state = Mutex(State())

    private static let gone = MCPAnswer.nobody("the client has gone")
    private static let withdrawn = MCPAnswer.nobody("the question was withdrawn")

    /// `send` puts it, by its number; `withdraw` says that it is of no interest any more.
    func ask(
        _ send: @escaping @Sendable (Int) -> Void, withdraw: @escaping @Sendable (Int) -> Void
    ) async -> MCPAnswer {
        let number = state.withLock { state -> Int? in
            if state.isOver { return nil }
            state.last += 1
            state.waiting[state.last] = .some(nil)
            return state.last
        }
        guard let number else { return Self.gone }
        return await withTaskCancellationHandler {
            if !Task.isCancelled { send(number) }
            return await withCheckedContinuation { continuation in
                let early = state.withLock { state -> MCPAnswer? in
                    if let early = state.early.removeValue(forKey: number) { return early }
                    state.waiting[number] = continuation
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            if settle(number, Self.withdrawn) { withdraw(number) }
        }
    }

    /// Whether it is waited for.
    func has(_ number: Int) -> Bool { state.withLock { $0.waiting[number] != nil } }

    func take(_ number: Int, _ answer: MCPAnswer) { settle(number, answer) }

    /// False when nobody waits for it any more.
    @discardableResult
    private func settle(_ number: Int, _ answer: MCPAnswer) -> Bool {
        let (wasOpen, waiter) = state.withLock { state -> (Bool, CheckedContinuation<MCPAnswer, Never>?) in
            guard let waiter = state.waiting.removeValue(forKey: number) else { return (false, nil) }
            if waiter == nil { state.early[number] = answer }
            return (true, waiter)
        }
        waiter?.resume(returning: answer)
        return wasOpen
    }

    /// Whoever was asked answers no more.
    func end() {
        let numbers = state.withLock { state in
            state.isOver = true
            return Array(state.waiting.keys)
        }
        for number in numbers { settle(number, Self.gone) }
    }
}
