import TestSupport
import Testing
import ToolRuntime

@Suite struct AuditFollowingTests {
    private func sequences(_ lines: [AuditLine]) -> [Int?] { lines.map { AuditRecord.read($0.bytes)?.link.sequence } }

    @Test func `What is added comes once, over all files`() async throws {
        try await withAuditFolder { folder in
            var early = AuditFollower(folder)
            #expect(try early.last(10).isEmpty && early.more().isEmpty)
            try folder.filled(9, fileBytesMax: 1200)
            #expect(try folder.fileNumbers().count > 2)
            #expect(try sequences(early.more()) == Array(1...9))
            var late = AuditFollower(folder)
            #expect(try sequences(late.last(4)) == Array(6...9))
            #expect(try late.more().isEmpty)
            try folder.filled(7, fileBytesMax: 1200)
            #expect(try sequences(late.more()) == Array(10...16))
            #expect(try sequences(early.more()) == Array(10...16))
            #expect(try sequences(AuditFollower(folder).justLast(100)) == Array(1...16))
            #expect(try AuditFollower(folder).justLast(0).isEmpty)
        }
    }

    @Test func `Half a line waits for its other half`() async throws {
        try await withAuditFolder { folder in
            try folder.filled(2)
            let lines = try folder.lines()
            try folder.write(lines[0] + "\n" + String(lines[1].prefix(20)))
            var follower = AuditFollower(folder)
            #expect(try sequences(follower.last(5)) == [1])
            // In place: a log is never replaced.
            try folder.write(lines)
            #expect(try sequences(follower.more()) == [2])
        }
    }

    @Test(arguments: [
        ("2026-11-21", true), ("2026-11-22", false), ("2026-11-21T09:30:00Z", true),
        ("2026-11-21T09:30:00.124Z", false),
        ("2026-11-21T09:30:00.123Z", true), ("2026-11-21T09:31:00Z", false), ("1h", true), ("10s", false),
    ])
    func `Times compare as they should`(_ text: String, _ isIncluded: Bool) throws {
        // 2026-11-21T10:00:00Z.
        let since = try #require(AuditSince(text, now: 1_795_255_200_000_000_000))
        #expect(since.includes("2026-11-21T09:30:00.123Z") == isIncluded)
    }

    @Test(arguments: [
        "", "today", "2026", "2026-11-2", "2026-11-21T", "2026-11-21T09:30:00", "2026-11-21 09:30:00Z", "5", "-1h",
        "2026-11-21T09:30Zx", "2026-13-01", "2026-02-30", "2026-00-10", "2026-11-21T24:00:00Z",
    ])
    func `Other times are refused`(_ text: String) { #expect(AuditSince(text) == nil) }
}

extension AuditFollower {
    fileprivate consuming func justLast(_ count: Int) throws -> [AuditLine] {
        var copy = self
        return try copy.last(count)
    }
}
