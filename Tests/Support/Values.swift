package import LinuxSystem
private import Synchronization

/// A clock that stands still until it is moved.
package final class ManualClock: Clock {
    private let nanoseconds: Mutex<UInt64>

    package init(nanoseconds: UInt64 = 1_000_000_000) { self.nanoseconds = Mutex(nanoseconds) }

    package func now() -> Instant { Instant(nanoseconds: nanoseconds.withLock { $0 }) }
    package func advance(by span: TimeSpan) { nanoseconds.withLock { $0 += span.nanoseconds } }
}

/// The same numbers in every run, so that what fails once fails again.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// SplitMix64.
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

/// What several threads note and a test looks at.
package final class Shared<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>

    package init(_ value: Value) { storage = Mutex(value) }

    package var value: Value { storage.withLock { $0 } }
    package func set(_ value: Value) { storage.withLock { $0 = value } }
    package func change(_ body: (inout Value) -> Void) {
        storage.withLock { (value: inout sending Value) in
            var copy = value
            body(&copy)
            value = copy
        }
    }
}
