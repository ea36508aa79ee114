internal import LinuxSystem

/// Why a socket is of no more use.
enum EgressFailure: Error, Sendable, Equatable {
    /// The other side has gone.
    case left
    case timedOut
    /// The proxy, or the other half of the exchange, has ended it.
    case stopped
    case system(SystemError)
}

/// A socket that async functions on its loop read and write, waiting where there is nothing to do. One reader and one
/// writer at a time. Whoever made it closes it, and nobody waits on it any more then.
final class EgressSocket: ReadinessHandler, @unchecked Sendable {
    /// Nil once closed: the number may then be somebody else's.
    private var socket: Descriptor?
    let fd: Int32
    private let loop: EventLoop
    private var mayRead = true
    private var mayWrite: Bool
    private var reader: CheckedContinuation<Void, Never>?
    private var writer: CheckedContinuation<Void, Never>?
    private var failure: EgressFailure?
    private var readsInARow = 0
    private var readerIsCalledBack = false
    private(set) var bytesRead = 0
    private(set) var bytesWritten = 0
    private(set) var peerIsLeaving = false
    /// A byte has moved.
    var onProgress: (() -> Void)?
    /// The peer will send nothing more, and perhaps read nothing either.
    var onPeerLeaving: (() -> Void)?

    /// So that one busy tunnel cannot keep the loop for itself.
    private static let readsInARowMax = 8

    init(_ socket: consuming Descriptor, on loop: EventLoop, isConnected: Bool = true) throws(SystemError) {
        fd = socket.raw
        self.loop = loop
        mayWrite = isConnected
        self.socket = consume socket
        Socket.sendAtOnce(fd)
        // Edge-triggered and registered once: no system call to change interest ever after.
        try loop.register(fd, [.readable, .writable, .peerClosed, .edgeTriggered], self)
    }

    func ready(_ events: Readiness) {
        if events.isReadable || events.peerIsLeaving {
            mayRead = true
            wakeReader()
        }
        if events.isWritable || events.hasFailed {
            mayWrite = true
            wakeWriter()
        }
        if events.peerIsLeaving, !peerIsLeaving {
            peerIsLeaving = true
            onPeerLeaving?()
        }
    }

    /// Waits for the end of connecting.
    func connected(to address: SocketAddress) async throws(EgressFailure) {
        while true {
            if let failure { throw failure }
            if mayWrite { break }
            await withCheckedContinuation { writer = $0 }
        }
        if let error = Socket.connectingError(fd, address) { throw .system(error) }
    }

    /// Some bytes more in `buffer`; 0 at the end of what the peer sends.
    func read(into buffer: ByteBuffer) async throws(EgressFailure) -> Int {
        readsInARow += 1
        if readsInARow > Self.readsInARowMax {
            readsInARow = 0
            await withCheckedContinuation { turn in loop.atEndOfTurn { turn.resume() } }
        }
        while true {
            if let failure { throw failure }
            if readerIsCalledBack { throw .stopped }
            if mayRead {
                let count: Int?
                do throws(SystemError) {
                    let room = buffer.writable(minimum: EgressLimits.pieceBytes)
                    count = try Socket.receive(
                        fd, into: UnsafeMutableRawBufferPointer(rebasing: room[..<EgressLimits.pieceBytes]))
                } catch {
                    throw .system(error)
                }
                if let count {
                    buffer.commit(count)
                    bytesRead += count
                    if count > 0 { onProgress?() }
                    return count
                }
                mayRead = false
            }
            readsInARow = 0
            await withCheckedContinuation { reader = $0 }
        }
    }

    /// All that is in `buffer`, which is empty then.
    func write(_ buffer: ByteBuffer) async throws(EgressFailure) {
        while !buffer.isEmpty {
            if let failure { throw failure }
            if mayWrite {
                do throws(SystemError) {
                    if let count = try Socket.send(fd, buffer.readable) {
                        buffer.consume(count)
                        bytesWritten += count
                        onProgress?()
                        continue
                    }
                } catch {
                    throw error.isBrokenPipe ? .left : .system(error)
                }
                mayWrite = false
            }
            assert(writer == nil, "a socket has one writer at a time")
            await withCheckedContinuation { writer = $0 }
        }
    }

    /// A few bytes, if the socket takes them now and nobody else is writing.
    func writeAtOnce(_ bytes: [UInt8]) {
        if socket == nil || failure != nil || writer != nil || !mayWrite { return }
        _ = try? Socket.send(fd, bytes[...])
    }

    /// Whoever reads, now or until it is taken back, gets `stopped`; the socket stays as it is.
    func callReaderBack(_ isCalledBack: Bool) {
        readerIsCalledBack = isCalledBack
        if isCalledBack { wakeReader() }
    }

    /// Our side has said all.
    func shutDownWriting() { if socket != nil { Socket.shutDownWriting(fd) } }

    /// Whoever waits is told, and whoever comes.
    func fail(_ reason: EgressFailure) {
        if failure == nil { failure = reason }
        wakeReader()
        wakeWriter()
    }

    /// `withReset`: what was sent is not whole, and the peer shall not think that it is.
    func close(withReset: Bool = false) {
        if socket == nil { return }
        fail(.stopped)
        if withReset { Socket.resetOnClose(fd) }
        loop.deregister(fd)
        socket = nil
        onProgress = nil
        onPeerLeaving = nil
    }

    private func wakeReader() {
        let waiting = reader
        reader = nil
        waiting?.resume()
    }

    private func wakeWriter() {
        let waiting = writer
        writer = nil
        waiting?.resume()
    }
}
