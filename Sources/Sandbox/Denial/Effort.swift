internal import Synchronization

/// How much may still be looked at for somebody who decides himself how much he asks.
final class Effort: Sendable {
    private let left: Mutex<Int>

    init(_ amount: Int) { left = Mutex(amount) }

    func takes() -> Bool {
        left.withLock { left in
            left -= 1
            return left >= 0
        }
    }
}
