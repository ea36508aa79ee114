package import LinuxSystem

/// Standard input, output and error of a run: given away to it, and closed here once they are sent.
package final class RunStreams: Sendable {
    private let input: Descriptor
    private let output: Descriptor
    private let error: Descriptor

    package init(input: consuming Descriptor, output: consuming Descriptor, error: consuming Descriptor) {
        self.input = input
        self.output = output
        self.error = error
    }

    var raw: [Int32] { [input.raw, output.raw, error.raw] }
}
