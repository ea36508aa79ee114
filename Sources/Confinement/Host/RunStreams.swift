package import LinuxSystem

/// Standard input, output and error of a run, and what else it is given: given away to it, and closed here once sent, unless
/// somebody keeps them.
package final class RunStreams: Sendable {
    private let descriptors: [OwnedDescriptor]

    package init(
        input: consuming Descriptor, output: consuming Descriptor, error: consuming Descriptor,
        more: [OwnedDescriptor] = []
    ) {
        descriptors = [OwnedDescriptor(input), OwnedDescriptor(output), OwnedDescriptor(error)] + more
    }

    package init(
        input: OwnedDescriptor, output: OwnedDescriptor, error: OwnedDescriptor, more: [OwnedDescriptor] = []
    ) {
        descriptors = [input, output, error] + more
    }

    /// The i-th becomes the run's descriptor i: the first of `more` is number 3.
    var raw: [Int32] { descriptors.map(\.raw) }

    package static let moreMax = PacketSocket.descriptorsMax - 3
}
