internal import Glibc
package import LinuxSystem

/// The two ends of a pipe as plain numbers, for tests that do to them what an owner would not allow.
package struct PipeParts: Sendable {
    package let reading: Int32
    package let writing: Int32

    package func close() {
        _ = Glibc.close(reading)
        _ = Glibc.close(writing)
    }
}

extension Pipe {
    package consuming func releaseParts() -> PipeParts {
        let pipe = self
        return PipeParts(reading: dup(pipe.reading.raw), writing: dup(pipe.writing.raw))
    }
}

extension Descriptor {
    package static func pipeParts() throws(SystemError) -> PipeParts { try pipe().releaseParts() }
}

package func write(_ pipe: PipeParts) { _ = Glibc.write(pipe.writing, "x", 1) }

/// Closes `fd` and lets its number mean what `other` means.
package func replace(_ fd: Int32, with other: Int32) { dup2(other, fd) }

/// Holds the calling thread until somebody writes.
package func waitForByte(_ pipe: PipeParts) {
    var byte: UInt8 = 0
    _ = read(pipe.reading, &byte, 1)
}
