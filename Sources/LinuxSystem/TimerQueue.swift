/// One thing to do at a time that may be moved. Moving it later is a store: the queue finds out when the old time comes.
package final class LoopTimer: @unchecked Sendable {
    fileprivate(set) package var deadline = Instant.distantFuture
    fileprivate var queuedFor = Instant.distantFuture
    fileprivate var queuedCount = 0
    fileprivate let action: () -> Void

    package init(_ action: @escaping () -> Void) { self.action = action }

    package var isArmed: Bool { deadline != .distantFuture }
    /// It will not fire. What the queue still holds of it is dropped when its time comes.
    package func disarm() { deadline = .distantFuture }
    package func fire() { action() }
}

/// Timers by time, without a clock of its own: it is told what time it is.
package struct TimerQueue {
    private struct Entry {
        let time: Instant
        let timer: LoopTimer
    }

    private var heap: [Entry] = []

    package init() {}

    /// When to look again. It may be earlier than any timer's deadline, never later.
    package var next: Instant { heap.first?.time ?? .distantFuture }
    package var count: Int { heap.count }

    package mutating func schedule(_ timer: LoopTimer, at deadline: Instant) {
        timer.deadline = deadline
        // An entry that comes up earlier will move itself on; only an earlier deadline needs an entry now.
        if timer.queuedCount > 0 && timer.queuedFor <= deadline { return }
        push(timer, deadline)
    }

    /// The next timer that is due, disarmed; nil when none is.
    package mutating func popDue(_ now: Instant) -> LoopTimer? {
        while let first = heap.first, first.time <= now {
            removeFirst()
            let timer = first.timer
            timer.queuedCount -= 1
            if timer.queuedCount == 0 { timer.queuedFor = .distantFuture }
            if timer.deadline == .distantFuture { continue }
            if timer.deadline <= now {
                timer.deadline = .distantFuture
                return timer
            }
            if timer.queuedCount == 0 { push(timer, timer.deadline) }
        }
        return nil
    }

    private mutating func push(_ timer: LoopTimer, _ time: Instant) {
        timer.queuedFor = time
        timer.queuedCount += 1
        heap.append(Entry(time: time, timer: timer))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if heap[parent].time <= heap[child].time { break }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func removeFirst() {
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].time < heap[least].time {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
