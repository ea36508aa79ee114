internal import MCP
internal import Synchronization

/// Who listens to what servers say unasked: clients, each on its loop.
final class MCPAudience: Sendable {
    private struct Listener {
        let tell: @Sendable (MCPNews) -> Void
        var resources: Set<String>
    }

    private struct State {
        var listeners: [Int: Listener] = [:]
        var last = 0
        var isOver = false
        /// Told, on any loop, when other resources are of interest than before.
        var whenInterestChanges: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())

    /// What a client has not read yet of it: who is that far behind looks at the lists anyway.
    private static let unreadMax = 256

    func onInterest(_ told: @escaping @Sendable () -> Void) { state.withLock { $0.whenInterestChanges = told } }

    private func interestHasChanged() { state.withLock { $0.whenInterestChanges }() }

    /// By the names that clients see.
    var resources: Set<String> {
        state.withLock { $0.listeners.values.reduce(into: []) { $0.formUnion($1.resources) } }
    }

    /// nil: it is over.
    func add(_ resources: Set<String> = [], _ tell: @escaping @Sendable (MCPNews) -> Void) -> Int? {
        let number: Int? = state.withLock {
            if $0.isOver { return nil }
            $0.last += 1
            $0.listeners[$0.last] = Listener(tell: tell, resources: resources)
            return $0.last
        }
        if number != nil, !resources.isEmpty { interestHasChanged() }
        return number
    }

    func remove(_ number: Int) {
        let gone = state.withLock { $0.listeners.removeValue(forKey: number) }
        if gone?.resources.isEmpty == false { interestHasChanged() }
    }

    func watch(_ uri: String, _ isWanted: Bool, for number: Int) {
        state.withLock {
            if isWanted {
                _ = $0.listeners[number]?.resources.insert(uri)
            } else {
                _ = $0.listeners[number]?.resources.remove(uri)
            }
        }
        interestHasChanged()
    }

    func tell(_ news: MCPNews) {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.tell(news) }
    }

    /// Nobody listens any more, nor will.
    func end() {
        tell(.over)
        state.withLock {
            $0.listeners = [:]
            $0.isOver = true
        }
    }

    /// Until the task is cancelled, or nothing more will come.
    /// `begun`: from then on nothing is missed.
    func listen(_ interest: MCPInterest, begun: () -> Void, _ tell: (MCPNews) -> Void) async {
        let (news, source) = AsyncStream.makeStream(
            of: MCPNews.self, bufferingPolicy: .bufferingNewest(Self.unreadMax))
        let number = add(Set(interest.resources)) { one in
            if one == .over { source.finish() } else if interest.wants(one) { source.yield(one) }
        }
        begun()
        guard let number else { return }
        for await one in news { tell(one) }
        remove(number)
    }
}
