internal import LinuxSystem

/// Standard input as it comes. A pipe, a socket and a terminal tell when there is something; a file is always ready, and is
/// read piece by piece between other things. On its loop only.
final class MCPInput: ReadinessHandler, @unchecked Sendable {
    private let loop: EventLoop
    private let stdin = StandardDescriptor.input
    private var sink: ((UnsafeRawBufferPointer?) -> Void)?
    private var isFile = false
    private var isPaused = false

    private static let pieceBytes = 64 << 10

    init(on loop: EventLoop) { self.loop = loop }

    /// The end comes as nil, once.
    func start(_ sink: @escaping (UnsafeRawBufferPointer?) -> Void) throws(SystemError) {
        self.sink = sink
        do throws(SystemError) {
            try loop.register(stdin.raw, .readable, self)
        } catch {
            guard error.code == SystemError.notPermitted else { throw error }
            isFile = true
            readLater()
        }
    }

    func stop() {
        sink = nil
        if !isFile { loop.deregister(stdin.raw) }
    }

    func pause() {
        if isPaused { return }
        isPaused = true
        if !isFile { try? loop.modify(stdin.raw, []) }
    }

    func resume() {
        guard isPaused, sink != nil else { return }
        isPaused = false
        if isFile { readLater() } else { try? loop.modify(stdin.raw, .readable) }
    }

    private func readLater() {
        loop.submit { [self] in
            read()
            if isFile, sink != nil, !isPaused { readLater() }
        }
    }

    func ready(_ events: Readiness) {
        // Somebody who hung up while nothing is taken from him would wake us without end.
        if isPaused { return stopAtEnd() }
        read()
    }

    /// One read: there is something, so it does not wait.
    private func read() {
        guard let sink, !isPaused else { return }
        withUnsafeTemporaryAllocation(byteCount: Self.pieceBytes, alignment: 16) { room in
            do throws(SystemError) {
                guard let count = try stdin.read(into: room) else { return }
                if count == 0 { return stopAtEnd() }
                sink(UnsafeRawBufferPointer(rebasing: room[..<count]))
            } catch {
                stopAtEnd()
            }
        }
    }

    private func stopAtEnd() {
        let sink = sink
        stop()
        sink?(nil)
    }
}
