import Confinement
import JSON
import LinuxSystem
import Sandbox
import TestSupport
import Testing

@testable import ToolRuntime

/// What ripgrep has found, looked through.
@Suite struct SearchTests {
    private func found(_ output: String) -> Found {
        Found(outcome: JailOutcome(.exited(0)), output: Array(output.utf8), errors: "", isCut: false)
    }

    private static func pipe() throws -> (OwnedDescriptor, OwnedDescriptor) {
        var ends: [OwnedDescriptor] = []
        try Descriptor.pipe().separate { reading, writing throws(SystemError) in
            ends = [OwnedDescriptor(reading), OwnedDescriptor(writing)]
        }
        return (ends[0], ends[1])
    }

    /// Is not done before somebody else has had the loop.
    private struct Patient: Search {
        let folder = "/"
        let arguments: [String] = []
        let turn: OwnedDescriptor
        func problem(_ host: some HostView) -> ToolOutcome? { nil }
        func outcome(_ found: Found) -> ToolOutcome {
            let clock = MonotonicClock()
            // The limit is only there to end a test that fails.
            let came = (try? turn.waitUntilReadable(clock.now() + .seconds(20), clock: clock)) == true
            return .text(came ? "after the other" : "alone")
        }
    }

    @Test func `While much is looked through the loop has time for others`() async throws {
        let names = String(repeating: "/w/some/name\0", count: 5000)
        let outcome = try await withLoop { loop in
            try await Task(executorPreference: loop) {
                let (turn, given) = try Self.pipe()
                async let outcome = SearchTools.outcome(of: Patient(turn: turn), found(names))
                let other = Task(executorPreference: loop) { try given.writeAll([1]) }
                try await other.value
                return await outcome
            }.value
        }
        #expect(outcome.content == [.text("after the other")])
    }

    @Test func `A list that is looked through elsewhere has the same answer`() async {
        let search = GlobSearch(["pattern": "*.c"], folder: "/nowhere/w")
        let few = "/nowhere/w/b.c\0/nowhere/w/x/a.c\0/nowhere/w/a.h\0"
        let filling = (0..<2000).map { "/nowhere/w/filling/\($0).h\0" }.joined()
        let quick = await SearchTools.outcome(of: search, found(few))
        let long = await SearchTools.outcome(of: search, found(few + filling))
        #expect(quick.content == [.text("/nowhere/w/b.c\n/nowhere/w/x/a.c")])
        #expect(long.content == quick.content && long.structured["totalMatches"] == 2)
    }
}
