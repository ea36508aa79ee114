import Confinement
import LinuxSystem
import Sandbox
import TestSupport
import Testing

@Suite struct ELFImageTests {
    private func image(_ bytes: [UInt8]) -> ELFImage? {
        ELFImage { offset, count in
            guard offset >= 0, count >= 0, offset <= bytes.count - count else { return nil }
            return Array(bytes[offset..<offset + count])
        }
    }

    @Test func saysWhatItNeeds() throws {
        let found = try #require(
            image(ELFBytes.make(interpreter: "/lib/ld.so", needs: ["a.so", "b.so"], searchPath: "$ORIGIN:/x")))
        #expect(found.interpreter == "/lib/ld.so")
        #expect(found.needed == ["a.so", "b.so"])
        #expect(found.searchPath == ["$ORIGIN", "/x"])
        #expect(found.machine == 62)
    }

    @Test func whatIsNoELFFileIsNone() {
        #expect(image([]) == nil)
        #expect(image(Array("#!/bin/sh\n".utf8)) == nil)
        #expect(image([UInt8](repeating: 0x7f, count: 100)) == nil)
    }

    /// Whatever is damaged: an answer, and no trap.
    @Test func damagedFilesAreSurvived() {
        let whole = ELFBytes.make(interpreter: "/lib/ld.so", needs: ["a.so"], searchPath: "/x")
        for place in whole.indices {
            for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
                var bytes = whole
                bytes[place] = value
                _ = image(bytes)
            }
            _ = image(Array(whole.prefix(place)))
        }
    }

    /// What another reader of the same files says, for programs that every Linux has.
    @Test(arguments: ["/bin/sh", "/bin/ls", "/usr/bin/env"]) func agreesWithAnotherReader(_ path: String) throws {
        let other = try #require(try ELFFile(path))
        let found = try #require(ELFImage { try? File.read(path, from: $0, count: $1) })
        #expect(found.interpreter == other.interpreter)
        #expect(found.needed == other.needed)
    }
}

@Suite struct LinkerCacheTests {
    @Test func knowsTheCLibraryOfThisHost() throws {
        guard let bytes = try? File.read(LinkerCache.path) else { return }
        let cache = LinkerCache(bytes)
        #expect(cache["libc.so.6"].contains { $0.hasSuffix("/libc.so.6") })
        #expect(cache["no-such-library.so"].isEmpty)
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
            _ = LinkerCache(Array(bytes.prefix(length)))
        }
    }
}
