/// Whether a loop looks for events a little longer before it goes to sleep.
///
/// To sleep and to be woken takes some 25 µs of a wait, and a lone request pays that twice: while its upstream answers,
/// and while its client reads. Where waits are that short, looking again is quicker and costs no more. Where they are
/// long, as with every model that thinks, nothing is looked for twice: a long wait ends it.
struct Patience {
    /// Looking goes on for at most this long.
    static let window = TimeSpan.microseconds(100)
    /// A sleep that was over by then would have been worth looking for instead: being woken is part of it.
    static let shortSleep = TimeSpan.microseconds(200)
    /// The same after having looked in vain.
    static let shortWait = TimeSpan.microseconds(300)
    private static let penaltyMax = 1024

    private var areWaitsShort = false
    private var sleepsToSitOut = 0
    private var penalty = 1
    /// Where the last events were, and whether the last of them was where one had just been. Among many an event
    /// of one is always near another's, and looking would never end, for the good of none.
    private var places = SIMD8<Int32>(repeating: .min)
    private var next = 0
    private var isAmongFew = false

    var looksFirst: Bool { areWaitsShort && isAmongFew }

    /// Somebody has said that something will come by then.
    private var expected: Instant?
    private var isForExpected = false
    private var expectationsToSkip = 0
    private var expectationPenalty = 1

    mutating func expect(by instant: Instant) {
        if expectationsToSkip > 0 { expectationsToSkip -= 1 } else { expected = instant }
    }

    /// It has come.
    mutating func expectNothing() { expected = nil }

    /// Until when to look; nil: not at all.
    mutating func looksUntil(_ now: Instant) -> Instant? {
        isForExpected = expected.map { $0 > now } ?? false
        if isForExpected { return expected }
        expected = nil
        return looksFirst ? now + Self.window : nil
    }

    mutating func met(_ descriptor: Int32) {
        isAmongFew = any(places .== descriptor)
        places[next] = descriptor
        next = (next + 1) % places.scalarCount
    }

    /// Looking found something.
    mutating func found() {
        if isForExpected { expectationPenalty = 1 } else { penalty = 1 }
    }

    /// The loop slept, having looked in vain before where it `lookedFirst`; the whole wait took `span`.
    mutating func slept(_ span: TimeSpan, lookedFirst: Bool) {
        if isForExpected {
            // It did not come: whoever says so next is believed the less.
            expected = nil
            expectationsToSkip = expectationPenalty
            expectationPenalty = min(expectationPenalty * 2, Self.penaltyMax)
            return
        }
        if lookedFirst {
            areWaitsShort = false
            // It came soon after all, but not while we looked: who was to send it may have wanted our core.
            if span < Self.shortWait {
                sleepsToSitOut = penalty
                penalty = min(penalty * 2, Self.penaltyMax)
            }
        } else if span >= Self.shortSleep {
            areWaitsShort = false
        } else if sleepsToSitOut > 0 {
            sleepsToSitOut -= 1
        } else {
            areWaitsShort = true
        }
    }
}
