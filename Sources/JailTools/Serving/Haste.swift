internal import LinuxSystem

/// Looks for what comes next instead of sleeping until it does, as long as that has been quicker: on a machine that is idle, being woken takes
/// longer than most of what a worker is asked for. Among calls that are seconds apart it does nothing.
struct Haste {
    private let clock = MonotonicClock()
    private var areWaitsShort = false
    private var began = Instant(nanoseconds: 0)

    private static let window = TimeSpan.microseconds(500)
    /// Being woken is part of it.
    private static let shortWait = TimeSpan.milliseconds(2)

    /// Before a read that may wait.
    mutating func begin(_ descriptor: Int32) {
        began = clock.now()
        if !areWaitsShort { return }
        let end = began + Self.window
        while !Socket.hasNews(descriptor), clock.now() < end {}
    }

    mutating func end() { areWaitsShort = clock.now() - began < Self.shortWait }
}
