import LinuxSystem
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct EventLoopTests {
    @Test func workFromManyThreadsRunsOnTheLoopInItsOrder() async throws {
        try await withLoop { loop in
            let seen = Shared<[Int: [Int]]>([:])
            await withTaskGroup(of: Void.self) { group in
                for source in 0..<4 {
                    group.addTask {
                        for number in 0..<500 {
                            loop.submit {
                                loop.assertOnLoop()
                                seen.change { $0[source, default: []].append(number) }
                            }
                        }
                    }
                }
            }
            #expect(await eventually { seen.value.values.reduce(0) { $0 + $1.count } == 2000 })
            #expect(seen.value.values.allSatisfy { $0 == Array(0..<500) })
        }
    }

    @Test func aTaskThatPrefersTheLoopStaysOnIt() async throws {
        try await withLoop { loop in
            await withTaskExecutorPreference(loop) {
                #expect(loop.isOnLoop)
                await Task.yield()
                #expect(loop.isOnLoop)
                await loop.sleep(.milliseconds(1))
                #expect(loop.isOnLoop)
                let elsewhere = Task.detached { loop.isOnLoop }
                #expect(await elsewhere.value == false)
                #expect(loop.isOnLoop)
                await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<20 { group.addTask { loop.isOnLoop } }
                    for await isOnLoop in group { #expect(isOnLoop) }
                }
                #expect(loop.isOnLoop)
            }
        }
    }

    @Test func callBringsAResultFromTheLoop() async throws {
        try await withLoop { loop in
            #expect(await loop.call { loop.isOnLoop })
            #expect(!loop.isOnLoop)
        }
    }

    @Test func sleepEndsInOrderOfTimeOnAClockMovedByHand() async throws {
        let clock = ManualClock()
        try await withLoop(clock: clock) { loop in
            let woken = Shared<[Int]>([])
            let asleep = Shared(0)
            await withTaskGroup(of: Void.self) { group in
                for number in [3, 1, 2] {
                    group.addTask(executorPreference: loop) {
                        asleep.change { $0 += 1 }
                        await loop.sleep(.seconds(UInt64(number) * 100))
                        woken.change { $0.append(number) }
                    }
                }
                #expect(await eventually { asleep.value == 3 })
                for number in 1...3 {
                    // One turn of the loop with the old time, so that nobody can wake too early unseen.
                    _ = await loop.call { 0 }
                    #expect(woken.value == Array(1..<number))
                    clock.advance(by: .seconds(100))
                    _ = await loop.call { 0 }
                    #expect(await eventually { woken.value.count == number })
                }
            }
            #expect(woken.value == [1, 2, 3])
        }
    }

    @Test func aCancelledSleepEndsAtOnce() async throws {
        try await withLoop { loop in
            let task = Task(executorPreference: loop) { await loop.sleep(.seconds(10_000)) }
            task.cancel()
            await task.value
            let began = Shared(false)
            let later = Task(executorPreference: loop) {
                began.set(true)
                await loop.sleep(.seconds(10_000))
            }
            #expect(await eventually { began.value })
            later.cancel()
            await later.value
        }
    }

    @Test func delaysCountFromTheMomentTheLoopRuns() throws {
        let clock = ManualClock()
        let loop = try EventLoop(clock: clock)
        clock.advance(by: .seconds(1000))
        let deadline = Shared<Instant?>(nil)
        loop.submit {
            let timer = LoopTimer {}
            loop.schedule(timer, after: .seconds(10))
            deadline.set(timer.deadline)
            loop.stop()
        }
        loop.run()
        #expect(deadline.value == clock.now() + .seconds(10))
    }

    /// Each piece of work adds the next from within the end of a turn, and nothing else ever happens to the loop.
    @Test func workAddedAtTheEndOfATurnDoesNotWaitForAnEvent() async throws {
        try await withLoop { loop in
            let rounds = Shared(0)
            @Sendable func again(_ left: Int) {
                rounds.change { $0 += 1 }
                if left > 0 { loop.atEndOfTurn { again(left - 1) } }
            }
            loop.submit { again(50) }
            #expect(await eventually { rounds.value == 51 })
            // And from a job that runs between two turns.
            let done = Shared(false)
            loop.submit {
                loop.atEndOfTurn {
                    Task(executorPreference: loop) { loop.atEndOfTurn { done.set(true) } }
                }
            }
            #expect(await eventually { done.value })
        }
    }

    private final class Note: ReadinessHandler {
        var events: [Readiness] = []
        var action: () -> Void = {}
        func ready(_ events: Readiness) {
            self.events.append(events)
            action()
        }
    }

    /// Two descriptors become readable in the same turn; whichever is told first takes the other one away.
    @Test func deregisteringDropsTheEventsOfTheSameTurn() async throws {
        try await withLoop { loop in
            let count = try await runOnLoop(loop) {
                let pipes = [try Descriptor.pipeParts(), try Descriptor.pipeParts()]
                defer { for part in pipes { part.close() } }
                let notes = [Note(), Note()]
                for (index, note) in notes.enumerated() {
                    note.action = {
                        loop.deregister(pipes[1 - index].reading)
                        loop.deregister(pipes[index].reading)
                    }
                }
                // Written before they are registered, so one wait reports both.
                for index in 0..<2 {
                    write(pipes[index])
                    try loop.register(pipes[index].reading, .readable, notes[index])
                }
                await loop.sleep(.milliseconds(1))
                await loop.sleep(.milliseconds(1))
                return notes[0].events.count + notes[1].events.count
            }
            #expect(count == 1)
        }
    }

    /// The number of a closed descriptor is given to the next one, within the same turn.
    @Test func aReusedNumberDoesNotGetItsPredecessorsEvents() async throws {
        try await withLoop { loop in
            let (first, second, third) = try await runOnLoop(loop) {
                let (early, late) = (try Descriptor.pipeParts(), try Descriptor.pipeParts())
                let other = try Descriptor.pipeParts()
                defer { for part in [early, late, other] { part.close() } }
                let notes = (Note(), Note(), Note())
                func swap(_ own: PipeParts, _ victim: PipeParts) -> () -> Void {
                    {
                        loop.deregister(own.reading)
                        loop.deregister(victim.reading)
                        // The same number, registered again for another pipe.
                        replace(victim.reading, with: other.reading)
                        try? loop.register(victim.reading, .readable, notes.2)
                    }
                }
                notes.0.action = swap(early, late)
                notes.1.action = swap(late, early)
                write(early)
                write(late)
                try loop.register(early.reading, .readable, notes.0)
                try loop.register(late.reading, .readable, notes.1)
                await loop.sleep(.milliseconds(1))
                await loop.sleep(.milliseconds(1))
                loop.deregister(early.reading)
                loop.deregister(late.reading)
                // They hold the notes, which hold them.
                notes.0.action = {}
                notes.1.action = {}
                return (notes.0.events.count, notes.1.events.count, notes.2.events.count)
            }
            #expect(first + second == 1)
            #expect(third == 0)
        }
    }

    @Test func stopEndsTheLoopAndRunsWhatWasSubmittedBefore() throws {
        let loop = try EventLoop()
        let ran = Shared(0)
        for _ in 0..<10 { loop.submit { ran.change { $0 += 1 } } }
        loop.stop()
        loop.run()
        #expect(ran.value == 10)
    }

    @Test func blockedSignalsAreEvents() async throws {
        try await withLoop { loop in
            let seen = Shared<[Signal]>([])
            let source = try await runOnLoop(loop) {
                Signal.block([.user1, .hangUp])
                let source = try SignalSource([.user1, .hangUp], on: loop) { signal in seen.change { $0.append(signal) }
                }
                try source.start()
                signalThisThread(.user1)
                signalThisThread(.hangUp)
                return Kept(source)
            }
            #expect(await eventually { seen.value.count == 2 })
            #expect(Set(seen.value) == [.user1, .hangUp])
            await loop.call { source.value.stop() }
        }
    }
}

/// Runs `body` as a task of the loop.
private func runOnLoop<Result: Sendable>(
    _ loop: EventLoop, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await Task(executorPreference: loop) { try await body() }.value
}

private final class Kept<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
