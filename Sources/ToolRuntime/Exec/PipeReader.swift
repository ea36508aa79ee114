internal import LinuxSystem

/// Takes what a run writes, as it writes it, and hands it on. The end of a run is its jail's word, never the end of this
/// pipe: whoever inherited it may hold it open for as long as he likes.
final class PipeReader: ReadinessHandler {
    private let loop: EventLoop
    private let reading: Descriptor
    private let sink: (UnsafeRawBufferPointer) -> Void
    private var isRegistered = false

    /// A pipe's content at most, so that what is left at the end is read in one go and no more than that.
    private static let bytesAtEndMax = 1 << 20
    private static let pieceBytes = 64 << 10

    struct Started: ~Copyable {
        let reader: PipeReader
        let writing: Descriptor

        consuming func onlyWriting() -> Descriptor { writing }
    }

    /// - isWide: for who says much at once, and need not be stopped and woken for each 64 KiB of it.
    static func start(
        on loop: EventLoop, isWide: Bool = false, _ sink: @escaping (UnsafeRawBufferPointer) -> Void
    ) throws(SystemError) -> Started {
        try Descriptor.pipe().separate { reading, writing throws(SystemError) in
            if isWide { try? reading.widenPipe(to: bytesAtEndMax) }
            return Started(reader: try PipeReader(reading, loop, sink), writing: writing)
        }
    }

    private init(
        _ reading: consuming Descriptor, _ loop: EventLoop, _ sink: @escaping (UnsafeRawBufferPointer) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.reading = reading
        self.sink = sink
        try self.reading.makeNonblocking()
        try loop.register(self.reading.raw, .readable, self)
        isRegistered = true
    }

    func ready(_ events: Readiness) { read(limit: Self.pieceBytes) }

    /// After the end of the run: what is still in the pipe, and no more.
    func finish() {
        read(limit: Self.bytesAtEndMax)
        close()
    }

    private func read(limit: Int) {
        var left = limit
        withUnsafeTemporaryAllocation(byteCount: Self.pieceBytes, alignment: 16) { room in
            while left > 0, isRegistered {
                // nil: nothing there now.
                guard let answer = try? reading.read(into: room), let count = answer as Int? else { return }
                if count == 0 { return close() }
                sink(UnsafeRawBufferPointer(rebasing: room[..<count]))
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
