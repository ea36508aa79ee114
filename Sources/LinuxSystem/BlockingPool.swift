internal import Glibc

/// A few threads for what would hold an event loop up: name look-ups of others, SQLite, large files. Bounded on both
/// sides: threads are made up to a maximum when needed, and a full queue refuses instead of growing.
package final class BlockingPool: @unchecked Sendable {
    package struct QueueIsFull: Error {}

    /// Waiting jobs beyond this mean that the pool is not keeping up; the caller should know.
    package static let waitingMax = 1024

    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var threads = 0
        var idle = 0
        var closed = false
    }

    private let threadsMax: Int
    private var state = State()
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    package init(threads: Int) {
        threadsMax = max(1, threads)
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` on a thread of the pool; the caller's thread goes on with other work meanwhile.
    package func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async throws(QueueIsFull) -> Result {
        let result: Result? = await withCheckedContinuation { continuation in
            if !add({ continuation.resume(returning: body()) }) { continuation.resume(returning: nil) }
        }
        guard let result else { throw QueueIsFull() }
        return result
    }

    /// Threads end when what waits is done. Later jobs are refused.
    package func close() {
        locked { state.closed = true }
        pthread_cond_broadcast(condition)
    }

    private func add(_ job: @escaping @Sendable () -> Void) -> Bool {
        let accepted = locked {
            if state.closed || state.waiting.count >= Self.waitingMax { return false }
            state.waiting.append(job)
            if state.idle >= state.waiting.count || state.threads == threadsMax { return true }
            // Made with the lock held: if it cannot be, the last job is still ours to take back.
            if startThread() || state.threads > 0 { return true }
            state.waiting.removeLast()
            return false
        }
        if accepted { pthread_cond_signal(condition) }
        return accepted
    }

    private func startThread() -> Bool {
        do {
            // `close` is how it ends. It holds the pool until then.
            try Thread(name: "sidecar-pool") { self.work() }.detach()
            state.threads += 1
            return true
        } catch {
            return false
        }
    }

    private func work() {
        while let job = next() { job() }
    }

    private func next() -> (@Sendable () -> Void)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while state.waiting.isEmpty {
            if state.closed {
                state.threads -= 1
                return nil
            }
            state.idle += 1
            pthread_cond_wait(condition, mutex)
            state.idle -= 1
        }
        return state.waiting.removeFirst()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
