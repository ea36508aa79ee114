package import LinuxSystem

/// Standard input, output and error of a run, and what else it is given: given away to it, and closed here once sent.
package final class RunStreams: Sendable {
    private let standard: [OwnedDescriptor]
    private let more: [OwnedDescriptor]

    package init(
        input: consuming Descriptor, output: consuming Descriptor, error: consuming Descriptor,
        more: [OwnedDescriptor] = []
    ) {
        standard = [OwnedDescriptor(input), OwnedDescriptor(output), OwnedDescriptor(error)]
        self.more = more
    }

    /// The i-th becomes the run's descriptor i: the first of `more` is number 3.
    var raw: [Int32] { (standard + more).map(\.raw) }

    package static let moreMax = PacketSocket.descriptorsMax - 3
}
