internal import LinuxSystem

/// The reading end of a pipe, or a socket, on a loop. On that loop only.
final class MCPPipe: ReadinessHandler, @unchecked Sendable {
    private let descriptor: OwnedDescriptor
    private let loop: EventLoop
    private var sink: (([UInt8]?) -> Void)?
    private let bytesPerSecond: Int?
    private var window = Instant(nanoseconds: 0)
    private var taken = 0
    private lazy var timer = LoopTimer { [unowned self] in resume() }

    var raw: Int32 { descriptor.raw }
    private static let pieceBytes = 64 << 10

    init(_ descriptor: OwnedDescriptor, on loop: EventLoop, bytesPerSecond: Int? = nil) {
        self.descriptor = descriptor
        self.loop = loop
        self.bytesPerSecond = bytesPerSecond
    }

    /// The end comes as nil, once.
    func start(_ sink: @escaping ([UInt8]?) -> Void) throws(SystemError) {
        try descriptor.makeNonblocking()
        self.sink = sink
        try loop.register(raw, .readable, self)
    }

    func stop() {
        guard sink != nil else { return }
        sink = nil
        timer.disarm()
        loop.deregister(raw)
    }

    func ready(_ events: Readiness) {
        _ = read()
        guard sink != nil, let bytesPerSecond else { return }
        if loop.now - window >= .seconds(1) {
            window = loop.now
            taken = 0
        }
        if taken > bytesPerSecond {
            try? loop.modify(raw, [])
            loop.schedule(timer, at: window + .seconds(1))
        }
    }

    private func resume() {
        if sink != nil { try? loop.modify(raw, .readable) }
    }

    /// What is there at the end of a process: as much as a pipe holds.
    func drain() {
        for _ in 0..<16 where sink != nil { if !read() { return } }
    }

    /// False when there was nothing.
    private func read() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: Self.pieceBytes, alignment: 16) { room in
            do throws(SystemError) {
                guard let count = try descriptor.read(into: room) else { return false }
                taken += count
                guard count > 0 else {
                    end()
                    return false
                }
                sink?(Array(room[..<count]))
                return true
            } catch {
                end()
                return false
            }
        }
    }

    private func end() {
        let sink = sink
        stop()
        sink?(nil)
    }
}

/// The writing end: what a server does not take waits here, up to a limit. On its loop only.
final class MCPPipeWriter: ReadinessHandler, @unchecked Sendable {
    private var descriptor: OwnedDescriptor?
    private let loop: EventLoop
    private let waiting = ByteBuffer()
    private var isRegistered = false

    /// A server that has not read so much does not read.
    private static let waitingBytesMax = 64 << 20

    init(_ descriptor: OwnedDescriptor, on loop: EventLoop) throws(SystemError) {
        self.descriptor = descriptor
        self.loop = loop
        try descriptor.makeNonblocking()
    }

    func write(_ bytes: [UInt8]) {
        guard descriptor != nil, waiting.count < Self.waitingBytesMax else { return }
        waiting.append(bytes)
        if !isRegistered { flush() }
    }

    func close() {
        if isRegistered, let descriptor { loop.deregister(descriptor.raw) }
        isRegistered = false
        descriptor = nil
    }

    func ready(_ events: Readiness) { flush() }

    private func flush() {
        guard let descriptor else { return }
        do throws(SystemError) {
            while !waiting.isEmpty {
                let count = try withExtendedLifetime(waiting) { () throws(SystemError) in
                    try descriptor.write(waiting.readable)
                }
                guard let count else {
                    if !isRegistered { try loop.register(descriptor.raw, .writable, self) }
                    isRegistered = true
                    return
                }
                waiting.consume(count)
            }
            if isRegistered { loop.deregister(descriptor.raw) }
            isRegistered = false
        } catch {
            // It reads no more; that it ends is told elsewhere.
            close()
        }
    }
}

/// Tells once when a process has ended, by its descriptor.
final class MCPEndWatch: ReadinessHandler, @unchecked Sendable {
    private let fd: Int32
    private let loop: EventLoop
    private var whenEnded: (() -> Void)?

    init(_ fd: Int32, on loop: EventLoop) {
        self.fd = fd
        self.loop = loop
    }

    func start(_ whenEnded: @escaping () -> Void) throws(SystemError) {
        self.whenEnded = whenEnded
        try loop.register(fd, .readable, self)
    }

    func stop() {
        if whenEnded != nil { loop.deregister(fd) }
        whenEnded = nil
    }

    func ready(_ events: Readiness) { whenEnded?() }
}
