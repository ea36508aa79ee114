/// One thing to do at a time that may be moved. Moving it later is a store: the queue finds out when the old time comes.
/// It belongs to the one queue that it was first scheduled in.
package final class LoopTimer: @unchecked Sendable {
    fileprivate(set) package var deadline = Instant.distantFuture
    /// Where the queue holds it; nil when it does not.
    fileprivate var position: Int?
    fileprivate let action: () -> Void

    package init(_ action: @escaping () -> Void) { self.action = action }

    package var isArmed: Bool { deadline != .distantFuture }
    /// It will not fire. What the queue still holds of it is dropped when its time comes, or when there is much of it.
    package func disarm() { deadline = .distantFuture }
    package func fire() { action() }
}

/// Timers by time, without a clock of its own: it is told what time it is. A timer has one entry at most, however often
/// it is moved, so a busy connection does not fill the queue.
package struct TimerQueue {
    private struct Entry {
        /// Never later than the timer's deadline.
        var time: Instant
        let timer: LoopTimer
    }

    private var heap: [Entry] = []
    /// At so many entries those of disarmed timers are looked for: each keeps alive what its timer belongs to, and
    /// connections come and go much faster than their times run out.
    private var sweepsAt = Self.unsweptMax

    private static let unsweptMax = 256

    package init() {}

    /// When to look again. It may be earlier than any timer's deadline, never later.
    package var next: Instant { heap.first?.time ?? .distantFuture }
    package var count: Int { heap.count }

    package mutating func schedule(_ timer: LoopTimer, at deadline: Instant) {
        timer.deadline = deadline
        guard let position = timer.position else {
            if heap.count >= sweepsAt { sweep() }
            heap.append(Entry(time: deadline, timer: timer))
            return rise(from: heap.count - 1)
        }
        // An entry that comes up earlier will move itself on; only an earlier deadline must be seen to now.
        if heap[position].time <= deadline { return }
        heap[position].time = deadline
        rise(from: position)
    }

    /// The next timer that is due, disarmed; nil when none is.
    package mutating func popDue(_ now: Instant) -> LoopTimer? {
        while let first = heap.first, first.time <= now {
            let timer = first.timer
            if timer.isArmed && timer.deadline > first.time {
                // Moved: it waits for its turn among the others, due or not.
                heap[0].time = timer.deadline
                sink()
                continue
            }
            removeFirst()
            if !timer.isArmed { continue }
            timer.disarm()
            return timer
        }
        return nil
    }

    /// Costs as much as the entries added since the last time, or less: a constant for each.
    private mutating func sweep() {
        for entry in heap { entry.timer.position = nil }
        heap = heap.filter(\.timer.isArmed).sorted { $0.time < $1.time }
        for index in heap.indices { heap[index].timer.position = index }
        sweepsAt = max(Self.unsweptMax, 2 * heap.count)
    }

    private mutating func removeFirst() {
        heap[0].timer.position = nil
        let last = heap.removeLast()
        if heap.isEmpty { return }
        heap[0] = last
        sink()
    }

    private mutating func rise(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            if heap[parent].time <= heap[child].time { break }
            heap.swapAt(parent, child)
            heap[child].timer.position = child
            child = parent
        }
        heap[child].timer.position = child
    }

    /// Brings the first entry down to where it belongs.
    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].time < heap[least].time {
                least = child
            }
            if least == parent { break }
            heap.swapAt(parent, least)
            heap[parent].timer.position = parent
            parent = least
        }
        heap[parent].timer.position = parent
    }
}
