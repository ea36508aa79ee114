package import LinuxSystem

/// An event loop on a thread of its own, for as long as `body` runs.
package func withLoop<Result>(
    clock: any Clock = MonotonicClock(), _ body: (EventLoop) async throws -> Result
) async throws -> Result {
    let loop = try EventLoop(clock: clock)
    let thread = try Thread(name: "test-loop") { loop.run() }
    do {
        let result = try await body(loop)
        loop.stop()
        thread.join()
        return result
    } catch {
        loop.stop()
        thread.join()
        throw error
    }
}

/// Asks until `condition` holds. The limit is only there to end a test that fails.
package func eventually(within limit: TimeSpan = .seconds(60), _ condition: () async -> Bool) async -> Bool {
    let clock = MonotonicClock()
    let end = clock.now() + limit
    while !(await condition()) {
        if clock.now() > end { return false }
        try? await Task.sleep(nanoseconds: 1_000_000)
    }
    return true
}

extension ManualClock {
    /// Moves on, and lets happen on `loop` what is due then. From anywhere.
    package func pass(_ time: TimeSpan, on loop: EventLoop) async {
        advance(by: time)
        // The loop looks at the clock at the beginning of a turn; the first of these may still belong to the one before.
        for _ in 0..<3 { await withCheckedContinuation { turned in loop.submit { turned.resume() } } }
    }
}
