internal import CLinux

/// A point on the monotonic clock, in nanoseconds.
package struct Instant: Comparable, Hashable, Sendable {
    package var nanoseconds: UInt64
    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    package static let distantFuture = Instant(nanoseconds: .max)
    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
    package static func + (left: Instant, right: TimeSpan) -> Instant {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return overflow ? .distantFuture : Instant(nanoseconds: sum)
    }
    /// Zero when `right` is later.
    package static func - (left: Instant, right: Instant) -> TimeSpan {
        TimeSpan(nanoseconds: left > right ? left.nanoseconds - right.nanoseconds : 0)
    }
}

/// A length of time that is never negative.
package struct TimeSpan: Comparable, Hashable, Sendable, CustomStringConvertible {
    package var nanoseconds: UInt64
    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    package static let zero = TimeSpan(nanoseconds: 0)
    package static func seconds(_ count: UInt64) -> TimeSpan { TimeSpan(nanoseconds: count * 1_000_000_000) }
    package static func milliseconds(_ count: UInt64) -> TimeSpan { TimeSpan(nanoseconds: count * 1_000_000) }
    package static func microseconds(_ count: UInt64) -> TimeSpan { TimeSpan(nanoseconds: count * 1_000) }
    package static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.nanoseconds < right.nanoseconds }

    package var milliseconds: UInt64 { nanoseconds / 1_000_000 }
    package var secondsAsDouble: Double { Double(nanoseconds) / 1e9 }

    /// The shortest exact form: `90s`, `250ms`, `15us`.
    package var description: String {
        if nanoseconds % 1_000_000_000 == 0 { return "\(nanoseconds / 1_000_000_000)s" }
        if nanoseconds % 1_000_000 == 0 { return "\(nanoseconds / 1_000_000)ms" }
        if nanoseconds % 1_000 == 0 { return "\(nanoseconds / 1_000)us" }
        return "\(nanoseconds)ns"
    }
}

extension TimeSpan {
    /// As people say it: `1.2s`, `340ms`.
    package var rounded: String {
        if nanoseconds >= 10_000_000_000 { return "\(nanoseconds / 1_000_000_000)s" }
        if nanoseconds >= 1_000_000_000 {
            return "\(nanoseconds / 1_000_000_000).\(nanoseconds / 100_000_000 % 10)s"
        }
        return "\(nanoseconds / 1_000_000)ms"
    }
}

/// Where time comes from. The kernel's in the program, one moved by hand in tests.
package protocol Clock: Sendable {
    func now() -> Instant
}

package struct MonotonicClock: Clock {
    package init() {}
    package func now() -> Instant { Instant(nanoseconds: clinux_monotonic_nanoseconds()) }
}

/// Wall time, for logs and files only; it may jump.
package enum WallClock {
    package static func nanosecondsSince1970() -> UInt64 { clinux_wall_nanoseconds() }
}
