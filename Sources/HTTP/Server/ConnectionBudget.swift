internal import Synchronization

/// How many clients may be connected, over all event loops: the kernel spreads connections over them unevenly, so a share for
/// each would refuse some while others have room.
package final class ConnectionBudget: Sendable {
    private let open = Atomic<Int>(0)

    package init() {}

    package var count: Int { open.load(ordering: .relaxed) }

    /// False when `limit` are open already.
    func take(limit: Int) -> Bool {
        if open.add(1, ordering: .relaxed).newValue <= limit { return true }
        give()
        return false
    }

    func give() { open.subtract(1, ordering: .relaxed) }
}
