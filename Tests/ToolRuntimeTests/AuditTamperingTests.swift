import LinuxSystem
import TestSupport
import Testing
import ToolRuntime

/// Everything that can be done to a log behind its back, and what is found of it.
@Suite struct AuditTamperingTests {
    private func tampered(
        _ change: (inout [String]) -> Void, finds faults: [String], count: Int = 6
    ) async throws {
        try await withAuditFolder { folder in
            try folder.filled(count)
            var lines = try folder.lines()
            change(&lines)
            try folder.write(lines)
            #expect(try folder.faults() == faults)
            // Whoever writes next must not wipe the traces away.
            try folder.filled(2)
            #expect(try Set(folder.faults().map { $0.split(separator: " ")[0] }).isEmpty == false)
        }
    }

    @Test(arguments: 0..<6) func `A changed record is named`(_ index: Int) async throws {
        try await tampered(
            { $0[index] = $0[index].replacing("echo", with: "ecco") }, finds: ["changed 000001.jsonl:\(index + 1)"])
    }

    @Test func `One blank more is a change`() async throws {
        try await tampered({ $0[2] += " " }, finds: ["changed 000001.jsonl:3"])
    }

    @Test(arguments: 0..<5) func `A record that was taken out is missed`(_ index: Int) async throws {
        try await tampered({ $0.remove(at: index) }, finds: ["missing 000001.jsonl:\(index + 1)"])
    }

    @Test(arguments: 1..<6) func `A log that was cut off at its end is found out`(_ kept: Int) async throws {
        try await tampered({ $0.removeLast(6 - kept) }, finds: ["truncated 000001.jsonl:\(kept)"])
    }

    @Test func `Records that changed places are found`() async throws {
        try await tampered(
            { $0.swapAt(2, 3) },
            finds: ["missing 000001.jsonl:3", "reordered 000001.jsonl:4", "missing 000001.jsonl:5"])
    }

    @Test func `A record that is there twice is found`() async throws {
        try await tampered(
            { $0.insert($0[1], at: 4) }, finds: ["reordered 000001.jsonl:5", "missing 000001.jsonl:6"])
    }

    @Test(arguments: ["", "rubbish", "{}", "{\"seq\":3}", "[1]"]) func `A line that is no record is named`(
        _ line: String
    ) async throws {
        try await tampered(
            { $0[2] = line }, finds: ["unreadable 000001.jsonl:3", "missing 000001.jsonl:4"])
    }

    @Test func `A line that is too long is named, and costs no memory`() async throws {
        try await tampered(
            { $0[2] = String(repeating: "x", count: 3 * AuditRecord.bytesMax) },
            finds: ["unreadable 000001.jsonl:3", "missing 000001.jsonl:4"])
    }

    @Test func `A forged record in between breaks the chain behind it`() async throws {
        try await tampered(
            { $0[3] = $0[3].replacing("\"decision\":\"allow\"", with: "\"decision\":\"deny\"") },
            finds: ["changed 000001.jsonl:4"])
    }

    @Test func `An emptied log is found out, and its numbers are not given again`() async throws {
        try await withAuditFolder { folder in
            try folder.filled(4)
            try folder.write("")
            #expect(try folder.faults() == ["truncated -:-"])
            try folder.filled(1)
            #expect(try folder.faults() == ["missing 000001.jsonl:1"])
            #expect(try folder.lines()[0].hasPrefix("{\"seq\":5,"))
            #expect(try folder.lines()[0].contains("\"notice\":\"records_missing\",\"first\":1,\"last\":4"))
        }
    }

    @Test func `A log that is gone but for its head is found out`() async throws {
        try await withAuditFolder { folder in
            try folder.filled(4)
            try File.remove(folder.filePath(1))
            #expect(try folder.faults() == ["truncated -:-"])
        }
    }

    @Test(arguments: [1, 2, 3]) func `A file that is missing is named`(_ number: Int) async throws {
        try await withAuditFolder { folder in
            try folder.filled(40, fileBytesMax: 4096)
            try File.remove(folder.filePath(number))
            let report = try folder.verify()
            #expect(report.findings.map(\.kind) == [.missing, .missing])
            #expect(report.findings[0].file == AuditFolder.fileName(number))
        }
    }

    @Test func `The last file missing is a log that was cut off`() async throws {
        try await withAuditFolder { folder in
            try folder.filled(40, fileBytesMax: 4096)
            let last = try #require(try folder.fileNumbers().last)
            try File.remove(folder.filePath(last))
            #expect(try folder.verify().findings.map(\.kind) == [.truncated])
        }
    }

    @Test func `A head that is gone or makes no sense is said, now and later`() async throws {
        for content in [nil, "", "rubbish", "3:00\n"] {
            try await withAuditFolder { folder in
                try folder.filled(4)
                if let content {
                    try File.writeAtomically(folder.headPath, Array(content.utf8))
                } else {
                    try File.remove(folder.headPath)
                }
                #expect(try folder.faults() == ["head -:-"])
                try folder.filled(1)
                #expect(try folder.faults() == ["head 000001.jsonl:5"])
                try folder.filled(1)
                #expect(try folder.verify().records == 7)
            }
        }
    }

    @Test func `What is taken back as a whole is found only by an anchor`() async throws {
        try await withAuditFolder { folder in
            try folder.filled(3)
            let (old, head) = (try File.read(folder.filePath(1)), try File.read(folder.headPath))
            try folder.filled(3)
            let end = try folder.verify().end
            try File.writeAtomically(folder.filePath(1), old)
            try File.writeAtomically(folder.headPath, head)
            #expect(try folder.verify().isIntact)
            #expect(try folder.verify(anchor: end).findings.map(\.kind) == [.truncated])
            // A longer chain of other records.
            try folder.filled(5)
            let report = try folder.verify(anchor: end)
            #expect(report.findings.map(\.kind) == [.changed] && report.findings[0].line == 6)
            #expect(AuditEnd(end.description) == end && AuditEnd("6") == nil && AuditEnd("0:\(end.hash)") == nil)
        }
    }
}
