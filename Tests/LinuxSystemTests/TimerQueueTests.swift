import LinuxSystem
import TestSupport
import Testing

@Suite struct TimerQueueTests {
    private func at(_ nanoseconds: UInt64) -> Instant { Instant(nanoseconds: nanoseconds) }

    @Test func popsInOrderOfTimeAndOnlyWhatIsDue() {
        var queue = TimerQueue()
        let timers = (0..<3).map { _ in LoopTimer {} }
        queue.schedule(timers[0], at: at(30))
        queue.schedule(timers[1], at: at(10))
        queue.schedule(timers[2], at: at(20))
        #expect(queue.next == at(10))
        #expect(queue.popDue(at(9)) == nil)
        #expect(queue.popDue(at(20)) === timers[1])
        #expect(queue.popDue(at(20)) === timers[2])
        #expect(queue.popDue(at(20)) == nil)
        #expect(queue.popDue(at(30)) === timers[0])
        #expect(queue.next == .distantFuture)
    }

    @Test func aTimerThatWasMovedLaterFiresThen() {
        var queue = TimerQueue()
        let timer = LoopTimer {}
        queue.schedule(timer, at: at(10))
        queue.schedule(timer, at: at(50))
        #expect(queue.popDue(at(10)) == nil)
        #expect(queue.next == at(50))
        #expect(queue.popDue(at(50)) === timer)
        #expect(!timer.isArmed)
    }

    @Test func aTimerThatWasMovedEarlierAndThenABitLaterDoesNotWaitForItsFirstTime() {
        var queue = TimerQueue()
        let timer = LoopTimer {}
        queue.schedule(timer, at: at(100))
        queue.schedule(timer, at: at(5))
        queue.schedule(timer, at: at(7))
        #expect(queue.popDue(at(5)) == nil)
        #expect(queue.popDue(at(7)) === timer)
    }

    @Test func aTimerThatFiredEarlyAndWasSetAgainDoesNotWaitForItsFirstTime() {
        var queue = TimerQueue()
        let timer = LoopTimer {}
        queue.schedule(timer, at: at(100))
        queue.schedule(timer, at: at(5))
        #expect(queue.popDue(at(5)) === timer)
        queue.schedule(timer, at: at(20))
        #expect(queue.popDue(at(20)) === timer)
        #expect(queue.popDue(at(1000)) == nil)
    }

    @Test func aDisarmedTimerDoesNotFireAndIsForgotten() {
        var queue = TimerQueue()
        let timer = LoopTimer {}
        queue.schedule(timer, at: at(10))
        timer.disarm()
        #expect(queue.popDue(at(1000)) == nil)
        #expect(queue.count == 0)
    }

    @Test func movingATimerOftenHoldsOneEntry() {
        var queue = TimerQueue()
        let timer = LoopTimer {}
        for round in UInt64(0)..<1000 {
            queue.schedule(timer, at: at(1_000_000 + round))
            queue.schedule(timer, at: at(round))
            #expect(queue.popDue(at(round)) === timer)
        }
        #expect(queue.count <= 1)
    }

    /// Connections come and go faster than their times run out; what they held must not wait for those.
    @Test func disarmedTimersAreLetGoOf() {
        var queue = TimerQueue()
        let kept = (0..<100).map { _ in LoopTimer {} }
        for (index, timer) in kept.enumerated() { queue.schedule(timer, at: at(UInt64(2_000_000 - index))) }
        weak var gone: LoopTimer?
        for round in UInt64(0)..<10_000 {
            let timer = LoopTimer {}
            queue.schedule(timer, at: at(1_000_000 + round))
            timer.disarm()
            if round == 0 { gone = timer }
            #expect(queue.count <= 256)
        }
        #expect(gone == nil)
        #expect((0..<100).map { _ in queue.popDue(at(2_000_000)) }.elementsEqual(kept.reversed(), by: ===))
        #expect(queue.popDue(at(2_000_000)) == nil)
    }

    /// A dictionary of deadlines says what must come out; the queue may only differ in the order of equal times.
    @Test(arguments: UInt64(1)...20, [40, 900])
    func agreesWithAModel(seed: UInt64, timerCount: Int) {
        var random = SeededGenerator(seed: seed)
        var queue = TimerQueue()
        let timers = (0..<timerCount).map { _ in LoopTimer {} }
        var model: [Int: Instant] = [:]
        var now: UInt64 = 0
        for _ in 0..<3000 {
            let index = Int.random(in: 0..<timerCount, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let time = at(now + UInt64.random(in: 0..<500, using: &random))
                queue.schedule(timers[index], at: time)
                model[index] = time
            case 5..<7:
                timers[index].disarm()
                model[index] = nil
            default:
                now += UInt64.random(in: 0..<100, using: &random)
                if let earliest = model.values.min() { #expect(queue.next <= earliest) }
                var fired: Set<Int> = []
                var last = at(0)
                while let timer = queue.popDue(at(now)) {
                    guard let index = timers.firstIndex(where: { $0 === timer }), let time = model[index] else {
                        Issue.record("something fired that was not armed")
                        return
                    }
                    #expect(time >= last)
                    last = time
                    fired.insert(index)
                    model[index] = nil
                }
                #expect(model.values.allSatisfy { $0 > at(now) }, "not fired at \(now)")
            }
            for (index, timer) in timers.enumerated() { #expect(timer.isArmed == (model[index] != nil)) }
        }
    }
}
