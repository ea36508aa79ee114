import LinuxSystem
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct BlockingPoolTests {
    /// A gate that holds threads of the pool until it is opened.
    private struct Gate: Sendable {
        let parts: PipeParts
        init() throws { parts = try Descriptor.pipeParts() }
        func wait() { waitForByte(parts) }
        func open(_ count: Int) { for _ in 0..<count { write(parts) } }
    }

    @Test func runsAsManyAtOnceAsItHasThreadsAndNoMore() async throws {
        let pool = BlockingPool(threads: 3)
        let gate = try Gate()
        defer { gate.parts.close() }
        let running = Shared(0)
        let most = Shared(0)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<10 {
                group.addTask {
                    try await pool.run {
                        running.change { $0 += 1 }
                        let now = running.value
                        most.change { $0 = max($0, now) }
                        gate.wait()
                        running.change { $0 -= 1 }
                        return number
                    }
                }
            }
            #expect(await eventually { running.value == 3 })
            gate.open(10)
            var results: [Int] = []
            for try await number in group { results.append(number) }
            #expect(results.sorted() == Array(0..<10))
        }
        #expect(most.value == 3)
        pool.close()
    }

    @Test func aFullQueueAndAClosedPoolRefuse() async throws {
        let pool = BlockingPool(threads: 1)
        let gate = try Gate()
        defer { gate.parts.close() }
        let refused = Shared(0)
        let begun = Shared(false)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try? await pool.run {
                    begun.set(true)
                    gate.wait()
                }
            }
            #expect(await eventually { begun.value })
            for _ in 0..<BlockingPool.waitingMax + 5 {
                group.addTask {
                    do { try await pool.run {} } catch { refused.change { $0 += 1 } }
                }
            }
            #expect(await eventually { refused.value == 5 })
            gate.open(1)
        }
        #expect(refused.value == 5)
        pool.close()
        await #expect(throws: BlockingPool.QueueIsFull.self) { try await pool.run {} }
    }

    @Test func itsThreadsEndWhenItIsClosedAndGiveItBack() async throws {
        weak var seen: BlockingPool?
        do {
            let pool = BlockingPool(threads: 2)
            seen = pool
            #expect(try await pool.run { 7 } == 7)
            pool.close()
        }
        #expect(await eventually { seen == nil })
    }
}
