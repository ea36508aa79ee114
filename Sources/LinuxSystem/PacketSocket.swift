internal import CLinux

/// One end of a connection between two processes of ours that keeps the borders of messages and carries descriptors.
package struct PacketSocket: ~Copyable, Sendable {
    package static let descriptorsMax = Int(CLINUX_PACKET_DESCRIPTORS_MAX)

    private let descriptor: Descriptor

    package init(owning descriptor: consuming Descriptor) { self.descriptor = descriptor }

    package struct Pair: ~Copyable {
        package var ours: PacketSocket
        package var theirs: PacketSocket

        /// Closes theirs, once somebody else has it.
        package consuming func onlyOurs() -> PacketSocket { ours }

        package consuming func separate<Result>(_ body: (OwnedDescriptor, OwnedDescriptor) -> Result) -> Result {
            body(OwnedDescriptor(ours.descriptor), OwnedDescriptor(theirs.descriptor))
        }

        /// Ours, once theirs has been given away.
        package consuming func give(_ giveAway: (OwnedDescriptor) -> Void) -> PacketSocket {
            giveAway(OwnedDescriptor(theirs.descriptor))
            return ours
        }
    }

    package static func pair() throws(SystemError) -> Pair {
        var fds: [Int32] = [0, 0]
        try systemCall("socketpair") { fds.withUnsafeMutableBufferPointer { clinux_packet_pair($0.baseAddress!) } }
        return Pair(
            ours: PacketSocket(owning: Descriptor(owning: fds[0])),
            theirs: PacketSocket(owning: Descriptor(owning: fds[1])))
    }

    /// Borrowed, for a loop to watch or a child to inherit.
    package var raw: Int32 { descriptor.raw }

    /// A message, with descriptors that the receiver gets its own copies of. False when there is no room now.
    package borrowing func send(_ bytes: [UInt8], descriptors: [Int32] = []) throws(SystemError) -> Bool {
        let fd = descriptor.raw
        return try systemCallOrWait("sendmsg") {
            bytes.withUnsafeBytes { clinux_packet_send(fd, $0.baseAddress, $0.count, descriptors, descriptors.count) }
        } != nil
    }

    /// How many bytes came; 0 at the end, nil when nothing is there (never when it waits). The descriptors that came
    /// with them belong to the caller, one `Descriptor` each.
    package borrowing func receive(
        into buffer: UnsafeMutableRawBufferPointer, waits: Bool = false
    ) throws(SystemError) -> (count: Int, descriptors: [Int32])? {
        let fd = descriptor.raw
        var arrived = [Int32](repeating: -1, count: Self.descriptorsMax)
        var count = 0
        let result = try systemCallOrWait("recvmsg") {
            arrived.withUnsafeMutableBufferPointer {
                clinux_packet_receive(fd, buffer.baseAddress, buffer.count, waits ? 1 : 0, $0.baseAddress, &count)
            }
        }
        return result.map { ($0, Array(arrived[..<count])) }
    }
}
