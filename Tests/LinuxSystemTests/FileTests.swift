import LinuxSystem
import TestSupport
import Testing

@Suite struct FileTests {
    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 300_000])
    func readsWhatWasWritten(count: Int) async throws {
        try await withTemporaryFolder { folder in
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            try File.writeAtomically("\(folder)/file", bytes, mode: 0o640)
            #expect(try File.read("\(folder)/file") == bytes)
            let status = try File.status("\(folder)/file")
            #expect(status.size == count && status.kind == .regular && status.owner == ProcessInfo.uid)
            #expect(folderContent(folder) == ["file"])
        }
    }

    @Test func aWriteReplacesAllOrNothing() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/file"
            try File.writeAtomically(path, [1, 2, 3])
            let before = try File.status(path).identity
            try File.writeAtomically(path, [4])
            #expect(try File.read(path) == [4])
            #expect(try File.status(path).identity != before)
            #expect(throws: SystemError.self) { try File.writeAtomically("\(folder)/missing/file", [1]) }
            #expect(folderContent(folder) == ["file"])
        }
    }

    /// Readers see one of the writers' whole contents, and no writer fails because of another.
    @Test func writersOfOneFileDoNotDisturbEachOther() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/file"
            try File.writeAtomically(path, [UInt8](repeating: 0, count: 5000))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in UInt8(1)...8 {
                    group.addTask {
                        for _ in 0..<10 {
                            try File.writeAtomically(path, [UInt8](repeating: writer, count: 5000))
                            let seen = try File.read(path)
                            #expect(seen.count == 5000 && Set(seen).count == 1)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(folderContent(folder) == ["file"])
        }
    }

    @Test func whatIsTooLargeIsRefused() async throws {
        do {
            _ = try File.read("/dev/zero", limit: 100_000)
            Issue.record("read all of /dev/zero")
        } catch { #expect(error.description.hasPrefix("/dev/zero: File too large")) }
    }

    @Test(.timeLimit(.minutes(1))) func aFIFOWithoutAWriterDoesNotHold() async throws {
        try await withTemporaryFolder { folder in
            #expect(makeFIFO("\(folder)/fifo"))
            let content = try File.read("\(folder)/fifo")
            let kind = try File.status("\(folder)/fifo").kind
            #expect(content.isEmpty)
            #expect(kind == .other)
        }
    }

    @Test func makesFoldersForTheirOwnerAlone() async throws {
        try await withTemporaryFolder { folder in
            let inner = "\(folder)/a"
            try File.makeDirectories(inner)
            try File.makeDirectories(inner)
            #expect(try File.status(inner).kind == .directory)
            #expect(try File.status(inner).mode == 0o700)
            #expect(throws: SystemError.self) { _ = try File.read(inner) }
            try withExtendedLifetime(inner) { try removeFolder(inner) }
        }
    }

    private func removeFolder(_ path: String) throws {
        let child = try ChildProcess(
            ProgramLaunch(path: "/bin/rmdir", arguments: [path], environment: [:]), descriptors: [])
        #expect(try child.wait() == 0)
    }
}
