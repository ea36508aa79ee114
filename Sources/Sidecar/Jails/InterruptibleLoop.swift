internal import LinuxSystem
internal import Synchronization

/// For a command that has jails and folders to take along: ended by a signal it hears of that, and ends by itself.
enum InterruptibleLoop {
    static func run<Result: Sendable>(
        _ body: @escaping @Sendable (EventLoop, @escaping @Sendable () -> Bool) async -> Result
    ) throws(SystemError) -> Result {
        Signal.ignoreBrokenPipes()
        Signal.block([.interrupt, .terminate])
        return try EventLoop.here { loop in
            let interruption = Interruption()
            let work = Task(executorPreference: loop) { await body(loop) { interruption.hasHappened } }
            let signals = try? SignalSource([.interrupt, .terminate], on: loop) { _ in
                interruption.happen()
                // Stops what runs in a jail.
                work.cancel()
            }
            try? signals?.start()
            let result = await work.value
            signals?.stop()
            return result
        }
    }

    private final class Interruption: Sendable {
        private let flag = Mutex(false)
        var hasHappened: Bool { flag.withLock { $0 } }
        func happen() { flag.withLock { $0 = true } }
    }
}
