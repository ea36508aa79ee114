import LinuxSystem
import TestSupport
import Testing

@Suite struct DescriptorTests {
    /// In a process of its own, where nobody else opens anything. First it makes sure that it can see a leak at all.
    @Test func isClosedExactlyOnce() async {
        await #expect(processExitsWith: .success) {
            // By what they lead to: the test runner opens things of its own whenever it likes.
            func count(_ path: String) -> Int {
                openDescriptors().count { (try? File.linkTarget("/proc/self/fd/\($0)")) == path }
            }
            let path = "/proc/version"
            precondition(count(path) == 0)
            let leaked = try Descriptor.open(path, .readOnly).release()
            precondition(count(path) == 1, "a leak is seen")
            do {
                let owner = Descriptor(owning: leaked)
                precondition(owner.raw == leaked && count(path) == 1)
            }
            precondition(count(path) == 0, "closed at the end of its life")
            for _ in 0..<100 {
                let file = try Descriptor.open(path, .readOnly)
                precondition(file.raw >= 0 && count(path) == 1)
            }
            precondition(count(path) == 0)
        }
    }

    @Test func aPipeCarriesBytesAndThenItsEnd() throws {
        var pipe = try Descriptor.pipe()
        try pipe.reading.makeNonblocking()
        var room = [UInt8](repeating: 0, count: 16)
        #expect(
            try room.withUnsafeMutableBytes { bytes throws(SystemError) in try pipe.reading.read(into: bytes) } == nil)
        try pipe.writing.writeAll("hello".utf8)
        #expect(
            try room.withUnsafeMutableBytes { bytes throws(SystemError) in try pipe.reading.read(into: bytes) } == 5)
        #expect(room.prefix(5).elementsEqual("hello".utf8))
        pipe.writing = try Descriptor.open("/dev/null", .writeOnly)
        #expect(
            try room.withUnsafeMutableBytes { bytes throws(SystemError) in try pipe.reading.read(into: bytes) } == 0)
    }

    @Test func aLockIsHeldByOne() async throws {
        try await withTemporaryFolder { folder in
            let first = try Descriptor.open("\(folder)/lock", [.writeOnly, .create])
            let second = try Descriptor.open("\(folder)/lock", [.writeOnly])
            #expect(try first.tryLockExclusively())
            #expect(try !second.tryLockExclusively())
        }
    }

    @Test func errorsSayWhatWhereAndWhy() throws {
        do {
            _ = try Descriptor.open("/nonexistent/file", .readOnly)
            Issue.record("opened what does not exist")
        } catch {
            #expect(error.isNotFound)
            #expect(error.description == "/nonexistent/file: No such file or directory (open)")
        }
    }
}
