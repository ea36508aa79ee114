internal import Synchronization

/// How often each step has answered each conversation. Shared by all event loops.
final class ScriptCounters: Sendable {
    /// Conversations are remembered in the order of their first request; the oldest are forgotten first.
    static let conversationsMax = 4096

    fileprivate struct State {
        var counts: [String: [Int: Int]] = [:]
        /// A ring of the keys above.
        var order: [String] = []
        var oldest = 0
    }

    private let state = Mutex(State())

    /// Counts one answer of a step, unless it has given all of its own. Clients that do not name their conversation
    /// share one.
    func take(_ step: ScriptStep, conversation: String?) -> Bool {
        guard let times = step.times else { return true }
        return state.withLock { state in
            let key = conversation ?? ""
            if state.counts[key] == nil { state.remember(key) }
            let count = state.counts[key]?[step.number] ?? 0
            guard count < times else { return false }
            state.counts[key]?[step.number] = count + 1
            return true
        }
    }
}

extension ScriptCounters.State {
    fileprivate mutating func remember(_ key: String) {
        counts[key] = [:]
        if order.count < ScriptCounters.conversationsMax { return order.append(key) }
        counts[order[oldest]] = nil
        order[oldest] = key
        oldest = (oldest + 1) % order.count
    }
}
