internal import CLinux

/// Standard input or output for a program that speaks on it: the process's own, and never closed by us.
package struct StandardDescriptor: Sendable {
    package let raw: Int32

    package static let input = StandardDescriptor(raw: 0)
    package static let output = StandardDescriptor(raw: 1)

    private init(raw: Int32) { self.raw = raw }

    /// Whoever else has it open finds it so too. Where it cannot be, writing waits.
    package func makeNonblocking() { _ = clinux_set_nonblocking(raw) }

    /// nil when nothing is there yet; 0 at the end.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
        try systemCallOrWait("read") { clinux_read(raw, buffer.baseAddress, buffer.count) }
    }

    /// nil when the other side is not ready.
    package func write(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> Int? {
        try systemCallOrWait("write") { clinux_write(raw, buffer.baseAddress, buffer.count) }
    }
}
