import LinuxSystem
import MCP
import Testing

@Suite struct RestartTests {
    private func at(_ milliseconds: UInt64) -> Instant {
        Instant(nanoseconds: 1_000_000_000) + .milliseconds(milliseconds)
    }

    @Test func delaysDoubleAndFiveAreEnough() {
        var restarts = MCPRestarts(.onFailure)
        for delay in [100, 200, 400, 800, 1600] as [UInt64] {
            #expect(
                restarts.ended(wasFailure: true, readySince: nil, now: at(0), chance: 0.5)
                    == .again(after: .milliseconds(delay)))
        }
        #expect(restarts.ended(wasFailure: true, readySince: nil, now: at(59_999), chance: 0.5) == .giveUp)
    }

    @Test func slowDeathsAreBorneAndDelaysBounded() {
        var restarts = MCPRestarts(.always)
        var last = MCPRestarts.Decision.stay
        for round in 0..<20 as Range<UInt64> {
            last = restarts.ended(
                wasFailure: false, readySince: at(round * 20_000), now: at(round * 20_000 + 1), chance: 0.5)
        }
        #expect(last == .again(after: .seconds(30)))
    }

    @Test func healthMakesGoodWhatWas() {
        var restarts = MCPRestarts(.onFailure)
        for _ in 0..<5 { _ = restarts.ended(wasFailure: true, readySince: nil, now: at(0), chance: 0.5) }
        #expect(
            restarts.ended(wasFailure: true, readySince: at(10), now: at(60_010), chance: 0.5)
                == .again(after: .milliseconds(100)))
    }

    @Test func thePolicyDecides() {
        var never = MCPRestarts(.never)
        var onFailure = MCPRestarts(.onFailure)
        #expect(never.ended(wasFailure: true, readySince: nil, now: at(0), chance: 0) == .stay)
        #expect(onFailure.ended(wasFailure: false, readySince: nil, now: at(0), chance: 0) == .stay)
        #expect(
            onFailure.ended(wasFailure: true, readySince: nil, now: at(0), chance: 0)
                == .again(after: .milliseconds(80)))
    }
}
