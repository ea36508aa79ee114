internal import Synchronization

/// What was found once, for as long as somebody keeps it: a script can ask the same ten thousand times.
final class Memo<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let known = Mutex<[Key: Value]>([:])

    /// All that was found so far.
    var all: [Key: Value] { known.withLock { $0 } }

    func value(_ key: Key, _ find: () -> Value) -> Value {
        if let value = known.withLock({ $0[key] }) { return value }
        let value = find()
        known.withLock { $0[key] = value }
        return value
    }
}
