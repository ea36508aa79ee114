import Testing

@testable import LinuxSystem

@Suite struct PatienceTests {
    private let short = TimeSpan.microseconds(50)
    private let long = TimeSpan.milliseconds(5)

    /// A client and its upstream, in turn.
    private func lone() -> Patience {
        var patience = Patience()
        for descriptor: Int32 in [7, 9, 7, 9] { patience.met(descriptor) }
        return patience
    }

    @Test func aLoopThatWaitsLongNeverLooks() {
        var patience = lone()
        for _ in 0..<100 {
            patience.slept(long, lookedFirst: false)
            #expect(!patience.looksFirst)
        }
    }

    @Test func aShortSleepMakesItLookAndALongWaitEndsThat() {
        var patience = lone()
        patience.slept(short, lookedFirst: false)
        #expect(patience.looksFirst)
        patience.found()
        #expect(patience.looksFirst)
        patience.slept(long, lookedFirst: true)
        #expect(!patience.looksFirst)
        patience.slept(short, lookedFirst: false)
        #expect(patience.looksFirst, "a long wait is no reason to look less the next time")
        patience.slept(long, lookedFirst: false)
        #expect(!patience.looksFirst)
    }

    @Test func amongManyItNeverLooks() {
        var patience = Patience()
        for round in 0..<100 {
            patience.met(Int32(round % 9))
            patience.slept(short, lookedFirst: false)
            #expect(!patience.looksFirst)
        }
        for round in 0..<100 { patience.met(Int32(round % 8)) }
        #expect(patience.looksFirst)
    }

    /// As where the peer has to run on the core that is busy looking.
    @Test func whoLooksInVainLooksHalfAsOftenEachTime() {
        var patience = lone()
        var looked = 0
        for _ in 0..<100_000 {
            if patience.looksFirst {
                looked += 1
                patience.slept(Patience.window, lookedFirst: true)
            } else {
                patience.slept(short, lookedFirst: false)
            }
        }
        #expect(looked > 10)
        #expect(looked < 120)
    }

    @Test func aFindForgivesWhatWasInVain() {
        var patience = lone()
        for _ in 0..<10_000 {
            let looks = patience.looksFirst
            patience.slept(looks ? Patience.window : short, lookedFirst: looks)
        }
        while !patience.looksFirst { patience.slept(short, lookedFirst: false) }
        patience.found()
        patience.slept(Patience.window, lookedFirst: true)
        patience.slept(short, lookedFirst: false)
        #expect(!patience.looksFirst, "one sleep is sat out")
        patience.slept(short, lookedFirst: false)
        #expect(patience.looksFirst)
    }
}
