internal import Synchronization

extension EventLoop {
    /// For a program that does one thing and ends: a loop on the calling thread until `body`, which runs on it, is done.
    package static func here<Result: Sendable>(
        _ body: @escaping @Sendable (EventLoop) async -> Result
    ) throws(SystemError) -> Result {
        let loop = try EventLoop()
        let result = Mutex<Result?>(nil)
        let box = Box(result)
        loop.submit {
            Task(executorPreference: loop) {
                let value = await body(loop)
                box.value.withLock { $0 = value }
                loop.stop()
            }
        }
        loop.run()
        // The loop is stopped by nobody else.
        return box.value.withLock { $0 }!
    }

    private final class Box<Result: Sendable>: Sendable {
        let value: Mutex<Result?>
        init(_ value: consuming Mutex<Result?>) { self.value = value }
    }
}
