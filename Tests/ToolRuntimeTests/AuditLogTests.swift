import Digest
import JSON
import LinuxSystem
import Sandbox
import TestSupport
import Testing

@testable import ToolRuntime

@Suite struct AuditLogTests {
    @Test func `The digest is that of FIPS 180`() {
        #expect(SHA256(of: "").description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(SHA256(of: "abc").description == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        var hash = SHA256.Hasher()
        for _ in 0..<1000 { Array(repeating: UInt8(ascii: "a"), count: 1000).withUnsafeBytes { hash.update($0) } }
        let million = hash.finish()
        #expect(million.description == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        #expect(SHA256(hexadecimal: million.description) == million)
        #expect(SHA256(hexadecimal: million.description.uppercased()) == nil && SHA256(hexadecimal: "ab") == nil)
    }

    @Test func `Records are chained, private, and found intact`() async throws {
        try await withAuditFolder { folder in
            let log = AuditLog(folder: "\(folder.path)/state/audit")
            var full = entry(1)
            full.place = RulePlace(file: "policy.yaml", line: 12, column: 3)
            full.layers = ["seccomp"]
            full.exitCode = 0
            full.session = "s"
            full.network = EgressSummary()
            let first = try log.append(full)
            let second = try log.append(entry(2))
            #expect(first.sequence == 1 && second.sequence == 2)
            let lines = try log.folder.lines()
            #expect(SHA256(of: lines[1]) == second.hash && lines[1].contains("\"prev\":\"\(first.hash)\""))
            let record = try #require(AuditRecord.read(Array(lines[0].utf8)))
            #expect(record.link == AuditLink(sequence: 1, kind: .run, previous: .zero))
            #expect(record.object["rule"] == "commands.allow[0]" && record.object["line"] == 12)
            #expect(try File.status(log.folder.filePath(1)).mode == 0o600)
            #expect(try File.status(log.folder.headPath).mode == 0o600)
            #expect(try File.status(log.folder.path).mode == 0o700)
            let report = try log.folder.verify()
            #expect(report.isIntact && report.records == 2 && report.end == second && report.remarks.isEmpty)
            for path in [log.folder.filePath(1), log.folder.headPath, log.folder.lockPath] { try File.remove(path) }
            try removeFolders("\(folder.path)/state/audit", "\(folder.path)/state")
        }
    }

    @Test func `What cannot be written at once is not written by who does not wait`() async throws {
        try await withAuditFolder { folder in
            let log = folder.log()
            #expect(try log.appendIfQuick(entry(1)) == nil, "the end has yet to be found")
            try log.append(entry(1))
            #expect(try log.appendIfQuick(entry(2))?.sequence == 2)
            do {
                let lock = try File.lock(folder.lockPath)
                defer { withExtendedLifetime(lock) {} }
                #expect(try log.appendIfQuick(entry(3)) == nil, "another process writes")
            }
            // Another process has written meanwhile, and the chain goes on behind that.
            #expect(try folder.log().append(entry(3)).sequence == 3)
            #expect(try log.appendIfQuick(entry(4))?.sequence == 4)
            let nearlyFull = folder.log(fileBytesMax: 1000)
            try nearlyFull.append(entry(5))
            #expect(try nearlyFull.appendIfQuick(entry(6)) == nil, "a full file is waited for until it is on the disk")
            let report = try folder.verify()
            #expect(report.isIntact && report.records == 5)
        }
    }

    @Test func `An empty log is intact`() async throws {
        #expect(try AuditFolder("/nonexistent/audit").verify() == AuditReport())
        try await withAuditFolder { folder in
            let report = try folder.verify()
            #expect(report == AuditReport())
        }
    }

    @Test func `Full files are followed by others, and the chain goes on`() async throws {
        try await withAuditFolder { folder in
            try folder.filled(60, fileBytesMax: 4096)
            let numbers = try folder.fileNumbers()
            #expect(numbers.count > 3 && numbers == Array(1...numbers.count))
            for number in numbers { #expect(try File.status(folder.filePath(number)).size <= 4096) }
            let report = try folder.verify()
            #expect(report.isIntact && report.records == 60 && report.files == numbers.count)
        }
    }

    @Test func `Several logs of one process take turns`() async throws {
        try await withAuditFolder { folder in
            let logs = (0..<4).map { _ in folder.log(fileBytesMax: 8192) }
            await withTaskGroup(of: Void.self) { group in
                for log in logs {
                    group.addTask {
                        for number in 0..<50 { #expect(throws: Never.self) { try log.append(entry(number)) } }
                    }
                }
            }
            let report = try folder.verify()
            #expect(report.isIntact && report.records == 200)
        }
    }

    @Test func `Several processes write at once`() async throws {
        try await withAuditFolder { folder in
            let path = folder.path
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        await #expect(processExitsWith: .success) { [path = path as String] in
                            let log = AuditLog(folder: path, fileBytesMax: 20_000)
                            for number in 0..<100 { try log.append(entry(number)) }
                        }
                    }
                }
            }
            let report = try folder.verify()
            #expect(report.isIntact && report.records == 400 && report.files > 3)
        }
    }

    @Test func `A log that cannot be written says why`() async throws {
        try await withAuditFolder { folder in
            try folder.write("x")
            let log = AuditLog(folder: folder.filePath(1))
            do throws(AuditError) {
                try log.append(entry())
                Issue.record("a file was taken for a folder")
            } catch {
                #expect(error.description.hasPrefix("the audit log cannot be written: \(folder.filePath(1)): "))
            }
        }
    }

    @Test func `Before a run it is known whether its record can be written`() async throws {
        try await withAuditFolder { folder in
            let log = folder.log()
            #expect(!log.isReady)
            try log.makeReady()
            #expect(log.isReady)
            #expect(try File.status(folder.reservePath).size == AuditLog.reserveBytes)
            #expect(try File.status(folder.reservePath).mode == 0o600)
            try log.append(entry(1))
            #expect(log.isReady)
            try log.makeReady()
            #expect(try folder.verify().isIntact)
            // Somebody has put a folder where the file was.
            try File.remove(folder.filePath(1))
            try File.makeFolder(folder.filePath(1))
            #expect(throws: AuditError.self) { try log.append(entry(2)) }
            #expect(!log.isReady)
            #expect(throws: AuditError.self) { try log.makeReady() }
            try File.removeFolder(folder.filePath(1))
        }
    }

    // MARK: After a crash

    @Test(arguments: ["{\"seq\":4,\"ti", "x", "\u{0}\u{0}\u{0}"])
    func `A torn last line is ended, and said to be torn`(_ fragment: String) async throws {
        try await withAuditFolder { folder in
            try folder.filled(3)
            let whole = try File.readText(folder.filePath(1))
            try folder.write(whole + fragment)
            let before = try folder.verify()
            #expect(before.isIntact && before.records == 3 && before.remarks.count == 1)
            try folder.filled(2)
            let text = try File.readText(folder.filePath(1))
            #expect(text.hasPrefix("\(whole)\(fragment)\n"), "what was there was changed")
            let report = try folder.verify()
            #expect(report.isIntact && report.records == 6 && report.remarks.map(\.line) == [5])
            #expect(try folder.lines()[4].contains("\"notice\":\"torn_line\",\"torn_bytes\":\(fragment.utf8.count)"))
            // The notice speaks for that fragment alone.
            try folder.write(text.replacing(fragment + "\n", with: fragment + "y\n"))
            #expect(try folder.faults() == ["unreadable 000001.jsonl:4"])
        }
    }

    @Test func `A record without its line feed counts`() async throws {
        try await withAuditFolder { folder in
            try folder.filled(3)
            let whole = try File.readText(folder.filePath(1))
            try folder.write(String(whole.unicodeScalars.dropLast()))
            #expect(try folder.verify().isIntact)
            try folder.filled(1)
            let report = try folder.verify()
            #expect(report.isIntact && report.records == 5)
        }
    }

    @Test func `A head that is behind by a record is set right`() async throws {
        try await withAuditFolder { folder in
            try folder.filled(2)
            let head = try File.read(folder.headPath)
            try folder.filled(1)
            try File.writeAtomically(folder.headPath, head)
            let report = try folder.verify()
            #expect(report.isIntact && report.remarks.map(\.kind) == [.head])
            try folder.filled(1)
            #expect(try folder.verify().remarks.isEmpty)
        }
    }

    @Test func `A new file that was only begun is gone on with`() async throws {
        try await withAuditFolder { folder in
            try folder.filled(3)
            try folder.write("", 2)
            try folder.filled(2)
            #expect(try folder.lines(2).count == 2)
            #expect(try folder.verify().isIntact)
        }
    }
}

private func removeFolders(_ paths: String...) throws {
    for path in paths { try File.removeFolder(path) }
}
