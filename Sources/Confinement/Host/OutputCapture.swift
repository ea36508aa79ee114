package import LinuxSystem

/// Takes what a run writes, as it writes it. The end of a run is its zygote's word, never the end of this pipe: whoever
/// inherited it may hold it open for as long as he likes.
package final class OutputCapture: ReadinessHandler {
    private let loop: EventLoop
    private let reading: Descriptor
    private var output: BoundedOutput
    private var isRegistered = false

    /// A pipe's content at most, so that what is left at the end is read in one go and no more than that.
    private static let bytesAtEndMax = 1 << 20
    private static let pieceBytes = 16 << 10

    package struct Started: ~Copyable {
        package let capture: OutputCapture
        package let writing: Descriptor

        package consuming func onlyWriting() -> Descriptor { writing }
    }

    package static func start(bytesMax: Int, on loop: EventLoop) throws(SystemError) -> Started {
        try Descriptor.pipe().separate { reading, writing throws(SystemError) in
            Started(capture: try OutputCapture(reading, bytesMax, loop), writing: writing)
        }
    }

    private init(_ reading: consuming Descriptor, _ bytesMax: Int, _ loop: EventLoop) throws(SystemError) {
        self.loop = loop
        self.reading = reading
        output = BoundedOutput(bytesMax: bytesMax)
        try self.reading.makeNonblocking()
        try loop.register(self.reading.raw, .readable, self)
        isRegistered = true
    }

    package func ready(_ events: Readiness) { read(limit: Self.pieceBytes * 4) }

    /// After the end of the run: what is still in the pipe, and no more.
    package func finish() -> BoundedOutput {
        read(limit: Self.bytesAtEndMax)
        close()
        return output
    }

    private func read(limit: Int) {
        var left = limit
        withUnsafeTemporaryAllocation(byteCount: Self.pieceBytes, alignment: 16) { room in
            while left > 0 {
                // nil: nothing there now.
                guard let answer = try? reading.read(into: room), let count = answer as Int? else { return }
                if count == 0 { return close() }
                output.append(UnsafeRawBufferPointer(rebasing: room[..<count]))
                left -= count
            }
        }
    }

    private func close() {
        if !isRegistered { return }
        isRegistered = false
        loop.deregister(reading.raw)
    }
}
