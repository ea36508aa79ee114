import Confinement
import LinuxSystem
import TestSupport
import Testing

/// What everybody inside can attack holds as little as can be.
struct JailBinaryTests {
    static let allowed = [
        "libc.so.", "libm.so.", "libgcc_s.so.", "libstdc++.so.", "ld-linux", "libpthread.so.", "libdl.so.",
    ]

    private func check(_ path: String) throws {
        let file = try #require(try ELFFile(path))
        #expect(!file.needed.isEmpty)
        // Swift's own library is linked in for a release, and beside it while developing.
        let foreign = file.needed.filter { name in
            !Self.allowed.contains { name.hasPrefix($0) } && !name.hasPrefix("libswift")
        }
        #expect(foreign.isEmpty, "\(path) is linked to \(foreign)")
    }

    @Test func `sidecar-jail is linked to nothing but the C library and Swift's`() throws {
        let debug = try ZygoteProgram.besideThisProgram().path
        try check(debug)
        let release = "/release/sidecar-jail"
        let built = debug.replacing("/debug/sidecar-jail", with: release)
        if built.hasSuffix(release), File.exists(built) { try check(built) }
    }

    @Test func `Alone it says what it is for`() async throws {
        let nothing = try Descriptor.open("/dev/null", .readWrite)
        let pipe = try Descriptor.pipe()
        let child = try ChildProcess(
            ProgramLaunch(path: try ZygoteProgram.besideThisProgram().path, arguments: [], environment: [:]),
            descriptors: [nothing.raw, nothing.raw, pipe.writing.raw])
        #expect(try child.wait() == 2)
        let errors = pipe.onlyReading()
        let text = try withUnsafeTemporaryAllocation(byteCount: 200, alignment: 1) { room in
            let count = try errors.read(into: room) ?? 0
            return String(decoding: room[..<count], as: UTF8.self)
        }
        #expect(text == "sidecar-jail is started by sidecar; it is of no use alone\n")
    }
}
