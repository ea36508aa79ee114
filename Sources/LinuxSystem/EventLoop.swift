internal import CLinux
internal import Glibc
internal import Synchronization

/// What a descriptor is ready for.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// The peer has closed its sending side, or all of it: it is leaving.
    package static let peerClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
    /// Always reported, never asked for.
    package static let failed = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
    /// Tell once a change, not as long as it lasts.
    package static let edgeTriggered = Readiness(rawValue: EPOLLET.rawValue)

    // Asked for every event; here, where the compiler can see what a set is.
    package var isReadable: Bool { rawValue & EPOLLIN.rawValue != 0 }
    package var isWritable: Bool { rawValue & EPOLLOUT.rawValue != 0 }
    package var hasFailed: Bool { rawValue & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 }
    package var peerIsLeaving: Bool { rawValue & (EPOLLRDHUP.rawValue | EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 }
}

package protocol ReadinessHandler: AnyObject {
    /// Called on the loop's thread.
    func ready(_ events: Readiness)
}

/// One thread that waits on epoll and runs everything that belongs to the descriptors registered with it, including
/// `async` code: it is a `TaskExecutor`, so a task that prefers it resumes here with no hop and no lock.
///
/// Rules. `register`, `modify`, `deregister`, `schedule` and whatever handlers touch: on the loop's thread only, asserted.
/// `enqueue`, `submit` and `stop`: from anywhere. That division is what `@unchecked Sendable` stands on.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    package let clock: any Clock
    package let index: Int

    private struct Slot {
        var handler: (any ReadinessHandler)?
        var generation: UInt32 = 0
    }

    // Shared with other threads.
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var work: [@Sendable () -> Void] = []
        var stopping = false
    }
    private let inbox = Mutex(Inbox())
    private let wakeIsPending = Atomic<Bool>(false)
    private let thread = Atomic<UInt>(0)
    private let wakeup: Descriptor
    private let epoll: Descriptor

    // The loop's own.
    private var slots: [Slot] = []
    private var timers = TimerQueue()
    private var jobs: [UnownedJob] = []
    private var spareJobs: [UnownedJob] = []
    private var endOfTurn: [() -> Void] = []
    private var spareEndOfTurn: [() -> Void] = []
    private var isStopping = false
    private var patience = Patience()
    private let events: UnsafeMutablePointer<epoll_event>
    /// Enough to keep one turn short; what is left over is reported by the next wait.
    private static let eventsPerTurnMax = 256

    /// The time at which this turn of the loop began.
    package private(set) var now: Instant
    /// The longest that one turn kept everything else waiting, since last asked.
    private var longestTurn = TimeSpan.zero

    package init(index: Int = 0, clock: any Clock = MonotonicClock()) throws(SystemError) {
        self.index = index
        self.clock = clock
        now = clock.now()
        epoll = Descriptor(owning: Int32(try systemCall("epoll_create1") { clinux_epoll_create() }))
        wakeup = Descriptor(owning: Int32(try systemCall("eventfd") { clinux_eventfd() }))
        events = .allocate(capacity: Self.eventsPerTurnMax)
        let (epollFD, wakeFD) = (epoll.raw, wakeup.raw)
        try systemCall("epoll_ctl") {
            clinux_epoll_ctl(epollFD, EPOLL_CTL_ADD, wakeFD, EPOLLIN.rawValue, Self.wakeToken)
        }
    }

    deinit { events.deallocate() }

    private static let wakeToken = UInt64.max

    // MARK: From anywhere

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isOnLoop {
            jobs.append(job)
        } else {
            inbox.withLock { $0.jobs.append(job) }
            wake()
        }
    }

    /// Runs `work` on the loop's thread, soon.
    package func submit(_ work: @escaping @Sendable () -> Void) {
        inbox.withLock { $0.work.append(work) }
        wake()
    }

    package func stop() {
        inbox.withLock { $0.stopping = true }
        wake()
    }

    @inline(__always)
    package var isOnLoop: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    package func assertOnLoop() {
        assert(isOnLoop, "this belongs to event loop \(index) and may be touched only there")
    }

    private func wake() {
        // One write is enough until the loop has looked.
        if wakeIsPending.exchange(true, ordering: .acquiringAndReleasing) { return }
        var one: UInt64 = 1
        _ = clinux_write(wakeup.raw, &one, 8)
    }

    // MARK: On the loop

    package func register(_ fd: Int32, _ interest: Readiness, _ handler: any ReadinessHandler) throws(SystemError) {
        assertOnLoop()
        if slots.count <= fd {
            slots.append(contentsOf: repeatElement(Slot(), count: max(Int(fd) + 1 - slots.count, 64)))
        }
        slots[Int(fd)].generation &+= 1
        slots[Int(fd)].handler = handler
        let (epollFD, token) = (epoll.raw, self.token(fd))
        do {
            try systemCall("epoll_ctl") { clinux_epoll_ctl(epollFD, EPOLL_CTL_ADD, fd, interest.rawValue, token) }
        } catch {
            slots[Int(fd)].handler = nil
            throw error
        }
    }

    package func modify(_ fd: Int32, _ interest: Readiness) throws(SystemError) {
        assertOnLoop()
        let (epollFD, token) = (epoll.raw, self.token(fd))
        try systemCall("epoll_ctl") { clinux_epoll_ctl(epollFD, EPOLL_CTL_MOD, fd, interest.rawValue, token) }
    }

    /// Before the descriptor is closed. Events of this turn that were meant for it are dropped.
    package func deregister(_ fd: Int32) {
        assertOnLoop()
        guard Int(fd) < slots.count, slots[Int(fd)].handler != nil else { return }
        slots[Int(fd)].handler = nil
        // A library may have closed it already, in which case the kernel has forgotten it by itself.
        _ = clinux_epoll_ctl(epoll.raw, EPOLL_CTL_DEL, fd, 0, 0)
    }

    private func token(_ fd: Int32) -> UInt64 {
        UInt64(slots[Int(fd)].generation) << 32 | UInt64(UInt32(bitPattern: fd))
    }

    package func schedule(_ timer: LoopTimer, after delay: TimeSpan) {
        assertOnLoop()
        timers.schedule(timer, at: now + delay)
    }

    package func schedule(_ timer: LoopTimer, at deadline: Instant) {
        assertOnLoop()
        timers.schedule(timer, at: deadline)
    }

    /// Runs once when this turn is over: what many handlers add to, one write flushes.
    package func atEndOfTurn(_ work: @escaping () -> Void) {
        assertOnLoop()
        endOfTurn.append(work)
    }

    package func takeLongestTurn() -> TimeSpan {
        assertOnLoop()
        defer { longestTurn = .zero }
        return longestTurn
    }

    // MARK: The loop

    /// Takes over the calling thread until `stop`.
    package func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        defer { thread.store(0, ordering: .relaxed) }
        // The loop may have been made long before it runs, and delays count from here.
        now = clock.now()
        takeInbox()
        while !isStopping {
            runJobs()
            let count = wait()
            let turnBegan = clock.now()
            now = turnBegan
            for index in 0..<count { dispatch(index) }
            while let timer = timers.popDue(now) { timer.fire() }
            runJobs()
            if !endOfTurn.isEmpty { runEndOfTurn() }
            let turn = clock.now() - turnBegan
            if turn > longestTurn { longestTurn = turn }
        }
        runJobs()
        runEndOfTurn()
    }

    /// Something is on its way that takes less time than to go to sleep and be woken: it is looked for. On the loop.
    package func expect(within span: TimeSpan) {
        if Self.canLook { patience.expect(by: MonotonicClock().now() + span) }
    }

    /// It has come.
    package func expectNothing() { patience.expectNothing() }

    /// Whoever is to send it needs a core of its own.
    private static let canLook = ProcessInfo.processorCount > 1

    private func wait() -> Int {
        var timeout: Int32 = -1
        if !jobs.isEmpty || !endOfTurn.isEmpty {
            // Work for the end of a turn that came up after the last one ended must not wait for an event.
            timeout = 0
        } else if timers.next != .distantFuture {
            let span = timers.next - clock.now()
            // Rounded up: waking before the time would only mean to wait again.
            timeout = Int32(clamping: (span.nanoseconds + 999_999) / 1_000_000)
        }
        let count = timeout == 0 ? poll(0) : wait(atMost: timeout)
        if count > 0 { patience.met(Int32(truncatingIfNeeded: clinux_event_data(events, 0))) }
        return count
    }

    private func wait(atMost timeout: Int32) -> Int {
        // By the kernel's clock, whatever the loop's own says: it is about what sleeping costs.
        let kernel = MonotonicClock()
        let began = kernel.now()
        let end = patience.looksUntil(began)
        if let end {
            repeat {
                let count = poll(0)
                if count > 0 {
                    patience.found()
                    return count
                }
            } while kernel.now() < end
        }
        let count = poll(timeout)
        patience.slept(kernel.now() - began, lookedFirst: end != nil)
        return count
    }

    private func poll(_ timeout: Int32) -> Int {
        // Only EINTR is possible here, and the loop comes round again by itself.
        max(0, Int(clinux_epoll_wait(epoll.raw, events, Int32(Self.eventsPerTurnMax), timeout)))
    }

    private func dispatch(_ index: Int) {
        let token = clinux_event_data(events, Int32(index))
        if token == Self.wakeToken {
            var count: UInt64 = 0
            _ = clinux_read(wakeup.raw, &count, 8)
            takeInbox()
            return
        }
        let slot = slots[Int(token & 0xffff_ffff)]
        guard slot.generation == UInt32(token >> 32), let handler = slot.handler else { return }
        handler.ready(Readiness(rawValue: clinux_event_bits(events, Int32(index))))
    }

    private func takeInbox() {
        wakeIsPending.store(false, ordering: .sequentiallyConsistent)
        let taken = inbox.withLock { inbox in
            let taken = inbox
            inbox.jobs.removeAll(keepingCapacity: true)
            inbox.work.removeAll(keepingCapacity: true)
            return taken
        }
        jobs.append(contentsOf: taken.jobs)
        for work in taken.work { work() }
        if taken.stopping { isStopping = true }
    }

    /// Also the jobs that these jobs add, so that a chain of awaits ends within the turn that began it.
    private func runJobs() {
        let executor = asUnownedTaskExecutor()
        while !jobs.isEmpty {
            swap(&jobs, &spareJobs)
            for job in spareJobs { job.runSynchronously(on: executor) }
            spareJobs.removeAll(keepingCapacity: true)
        }
    }

    private func runEndOfTurn() {
        swap(&endOfTurn, &spareEndOfTurn)
        for item in spareEndOfTurn { item() }
        spareEndOfTurn.removeAll(keepingCapacity: true)
    }
}
