internal import CLinux

/// A descriptor that can stand in a collection; closed when the last one lets go of it.
package final class OwnedDescriptor: Sendable {
    private let descriptor: Descriptor

    package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    package var raw: Int32 { descriptor.raw }

    /// Another number for the same, for who has to own one.
    package func duplicate() throws(SystemError) -> Descriptor {
        let fd = raw
        return Descriptor(owning: Int32(try systemCall("dup") { clinux_duplicate(fd) }))
    }

    package func makeNonblocking() throws(SystemError) { try descriptor.makeNonblocking() }

    /// nil when the other side is not ready.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int? { try descriptor.write(bytes) }

    package func writeAll(_ bytes: some Collection<UInt8>) throws(SystemError) { try descriptor.writeAll(bytes) }

    package func tryLockExclusively() throws(SystemError) -> Bool { try descriptor.tryLockExclusively() }

    package func unlock() throws(SystemError) { try descriptor.unlock() }

    package func facts() throws(SystemError) -> FileFacts { try descriptor.facts() }

    /// 0 at the end, nil when nothing is there now.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
        try descriptor.read(into: buffer)
    }

    package func waitUntilReadable(_ deadline: Instant, clock: any Clock) throws(SystemError) -> Bool {
        try descriptor.waitUntilReadable(deadline, clock: clock)
    }
}
