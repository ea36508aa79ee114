extension EventLoop {
    /// Waits without holding the thread; returns early when the task is cancelled.
    package func sleep(_ delay: TimeSpan) async {
        assertOnLoop()
        let waiter = Waiter(loop: self)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in waiter.start(continuation, delay) }
        } onCancel: {
            self.submit { waiter.finish() }
        }
    }

    /// Runs `body` on this loop and brings its result to the caller, wherever that is.
    package func call<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        if isOnLoop { return body() }
        return await withCheckedContinuation { continuation in
            submit { continuation.resume(returning: body()) }
        }
    }

    private final class Waiter: @unchecked Sendable {
        private let loop: EventLoop
        private var continuation: CheckedContinuation<Void, Never>?
        private var isFinished = false
        private lazy var timer = LoopTimer { [unowned self] in finish() }

        init(loop: EventLoop) { self.loop = loop }

        func start(_ continuation: CheckedContinuation<Void, Never>, _ delay: TimeSpan) {
            if isFinished { return continuation.resume() }
            self.continuation = continuation
            loop.schedule(timer, after: delay)
        }

        func finish() {
            isFinished = true
            timer.disarm()
            continuation?.resume()
            continuation = nil
        }
    }
}
