internal import LinuxSystem

/// One client's connection: bytes in, requests out, answers back. Everything here runs on its loop.
///
/// Owned by its `HTTPServer` from accept to close. It owns the socket, and at most one exchange at a time: requests that
/// a client sends ahead wait in the kernel until the one before them is answered.
final class ServerConnection: ReadinessHandler, @unchecked Sendable {
    enum State {
        case readingHead
        case exchanging(ServerExchange)
        /// Answered for the last time; what the client still sends is thrown away. How much that was.
        case draining(Int)
        case closed
    }

    /// Nil once closed: the number may then be somebody else's.
    private var socket: Descriptor?
    let fd: Int32
    unowned let server: HTTPServer
    var state = State.readingHead
    private var parser: RequestHeadParser
    /// Bytes of the next request that did not make a whole head yet. Empty most of the time: heads are parsed in the
    /// loop's shared buffer.
    private var input: ByteBuffer?
    /// More must come before a request can be made of `input`.
    private var inputIsPartial = false
    var output: ByteBuffer?
    private var mayRead = true
    var mayWrite = true
    private var peerClosed = false
    var closesAfterWriting = false
    var waitsForDrain = false
    var isFlushQueued = false
    private(set) lazy var timer = LoopTimer { [unowned self] in timeIsUp() }

    var loop: EventLoop { server.loop }
    var limits: ServerLimits { server.limits }

    init(_ socket: consuming Descriptor, server: HTTPServer) {
        fd = socket.raw
        self.socket = consume socket
        self.server = server
        parser = RequestHeadParser(bytesMax: server.limits.headBytes)
    }

    func start() throws(SystemError) {
        Socket.sendAtOnce(fd)
        // Edge-triggered and registered once: no system call to change interest ever after.
        try loop.register(fd, [.readable, .writable, .peerClosed, .edgeTriggered], self)
        loop.schedule(timer, after: limits.headTime)
    }

    var isIdle: Bool {
        if case .readingHead = state { return (input?.isEmpty ?? true) && (output?.isEmpty ?? true) }
        return false
    }

    /// Half a head is none.
    var hasNoRequest: Bool {
        if case .readingHead = state { return output?.isEmpty ?? true }
        return false
    }

    // MARK: Events

    func ready(_ events: Readiness) {
        if events.isWritable {
            mayWrite = true
            flush()
        }
        if events.isReadable || events.peerIsLeaving {
            mayRead = true
            pump()
        }
        if events.peerIsLeaving { peerIsLeaving() }
    }

    func peerIsLeaving() {
        peerClosed = true
        switch state {
        case .readingHead, .draining: close()
        case .exchanging(let exchange): clientLeft(exchange)
        case .closed: break
        }
    }

    private func clientLeft(_ exchange: ServerExchange) {
        close()
        exchange.clientDidLeave()
    }

    private func timeIsUp() {
        switch state {
        case .readingHead:
            if let output, !output.isEmpty {
                Socket.resetOnClose(fd)
                return close()
            }
            if input?.isEmpty ?? true { return close() }
            refuse(.init(status: 408, reason: "the head of the request did not arrive within \(limits.headTime)"))
        case .exchanging(let exchange):
            if let output, !output.isEmpty {
                // The client does not read.
                Socket.resetOnClose(fd)
                return clientLeft(exchange)
            }
            // Nobody asks for the body: it is the handler that takes its time.
            if !exchange.waitsForBody { return }
            exchange.bodyDidFail(
                .init(status: 408, reason: "the body of the request stopped coming for \(limits.stallTime)"))
        case .draining: close()
        case .closed: break
        }
    }

    // MARK: Reading

    /// Reads as long as there is something and somebody wants it.
    private func pump() {
        while mayRead {
            switch state {
            case .readingHead: if !readHead() { return }
            case .exchanging(let exchange): if !readBody(exchange) { return }
            case .draining(let count): if !drain(count) { return }
            case .closed: return
            }
        }
    }

    /// 0 when nothing is there yet, or when the connection has ended, which is then dealt with already.
    private func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        do {
            guard let count = try Socket.receive(fd, into: buffer) else {
                mayRead = false
                return 0
            }
            if count < buffer.count { mayRead = false }
            if count == 0 { peerIsLeaving() }
            return count
        } catch {
            mayRead = false
            peerIsLeaving()
            return 0
        }
    }

    /// False when there is nothing more to do for now.
    private func readHead() -> Bool {
        if holdsBack() { return false }
        if let input, !input.isEmpty {
            // A client that sends ahead is read no faster than it is answered: the rest waits in the kernel.
            if inputIsPartial {
                let count = receive(into: input.writable(minimum: 4096))
                if count == 0 { return false }
                input.commit(count)
            }
            return parse(input.readable, consume: { input.consume($0) }, keep: nil)
        }
        let shared = server.sharedBuffer
        let count = receive(into: shared)
        if count == 0 { return false }
        let bytes = UnsafeRawBufferPointer(rebasing: shared[..<count])
        return parse(bytes, consume: { _ in }, keep: bytes)
    }

    /// No further request for a client that does not take its answers.
    private func holdsBack() -> Bool {
        guard let output, output.count >= ServerLimits.outputHighBytes else { return false }
        waitsForDrain = true
        return true
    }

    /// Looks for a request at the front of `bytes`. What is left over is kept in `input`: `keep` says that it is not
    /// there already.
    private func parse(
        _ bytes: UnsafeRawBufferPointer, consume: (Int) -> Void, keep: UnsafeRawBufferPointer?
    ) -> Bool {
        switch parser.parse(bytes) {
        case .incomplete:
            inputIsPartial = true
            if let keep { keepInput(keep) }
            if !timer.isArmed || timer.deadline > loop.now + limits.headTime {
                loop.schedule(timer, after: limits.headTime)
            }
            return true
        case .refused(let refusal):
            refuse(refusal)
            return false
        case .complete(let head, let used):
            parser.reset()
            inputIsPartial = false
            consume(used)
            begin(head, keep.map { UnsafeRawBufferPointer(rebasing: $0[used...]) })
            // One request a turn, so that one client cannot keep the others waiting. What more it wants to be read,
            // the exchange asks for, and its end begins the next.
            return false
        }
    }

    private func keepInput(_ bytes: UnsafeRawBufferPointer) {
        if bytes.isEmpty { return }
        let buffer = input ?? ByteBuffer(capacity: bytes.count)
        buffer.append(bytes)
        input = buffer
    }

    /// `ahead` came together with the head and is not in `input`.
    private func begin(_ head: RequestHead, _ ahead: UnsafeRawBufferPointer?) {
        timer.disarm()
        let exchange = ServerExchange(head, connection: self)
        state = .exchanging(exchange)
        if let ahead { takeBody(ahead, exchange) } else { takeBufferedBody(exchange) }
        server.handle(exchange)
        if peerClosed, case .exchanging(let current) = state, current === exchange { clientLeft(exchange) }
    }

    /// Body bytes that came together with the head go straight to the body; only what is behind it has to wait.
    private func takeBody(_ ahead: UnsafeRawBufferPointer, _ exchange: ServerExchange) {
        let used = ahead.isEmpty || exchange.reader.isComplete ? 0 : exchange.takeBody(ahead)
        keepInput(UnsafeRawBufferPointer(rebasing: ahead[used...]))
    }

    private func takeBufferedBody(_ exchange: ServerExchange) {
        guard let input, !input.isEmpty, !exchange.reader.isComplete else { return }
        input.consume(exchange.takeBody(input.readable))
        if input.isEmpty { self.input = nil }
    }

    private func readBody(_ exchange: ServerExchange) -> Bool {
        if exchange.reader.isComplete || !exchange.wantsBody { return false }
        var count = 0
        if let remaining = exchange.reader.remaining {
            // Straight to where it belongs, and never a byte of the next request.
            let room = exchange.bodyBuffer.writable(minimum: min(remaining, ServerLimits.bodyWindowBytes))
            count = receive(into: UnsafeMutableRawBufferPointer(rebasing: room[..<min(room.count, remaining)]))
            if count > 0 { exchange.tookBody(count) }
        } else {
            let shared = server.sharedBuffer
            count = receive(into: shared)
            if count > 0 {
                let bytes = UnsafeRawBufferPointer(rebasing: shared[..<count])
                let used = exchange.takeBody(bytes)
                if case .closed = state { return false }
                keepInput(UnsafeRawBufferPointer(rebasing: bytes[used...]))
            }
        }
        if count > 0, !exchange.reader.isComplete { loop.schedule(timer, after: limits.stallTime) }
        return count > 0
    }

    /// The handler asks for the body; the first time, a client that waits for our word gets it.
    func bodyIsWanted(_ exchange: ServerExchange) {
        guard case .exchanging(let current) = state, current === exchange else { return }
        if exchange.head.expectsContinue, exchange.reader.total == 0, !exchange.hasAnswered {
            outputBuffer.append("HTTP/1.1 100 Continue\r\n\r\n")
            flush()
        }
        if !exchange.reader.isComplete {
            loop.schedule(timer, after: limits.stallTime)
            pump()
        }
    }

    func bodyIsComplete() { if output?.isEmpty ?? true { timer.disarm() } }

    // MARK: The end of an exchange

    /// The answer is complete. Goes on to the next request, or closes.
    func exchangeDidEnd(_ exchange: ServerExchange) {
        guard case .exchanging(let current) = state, current === exchange else { return }
        if !exchange.keepsAlive { return closeAfterWriting() }
        state = .readingHead
        if let output, !output.isEmpty {
            loop.schedule(timer, after: limits.stallTime)
        } else {
            loop.schedule(timer, after: limits.idleTime)
        }
        nextRequest()
    }

    func nextRequest() {
        if server.isStopping { return closeAfterWriting() }
        if let input, !input.isEmpty {
            // Sent ahead. In a turn of its own, so that a long row of requests does not become a deep stack.
            loop.atEndOfTurn { [self] in
                guard case .readingHead = state, let input = self.input, !input.isEmpty, !holdsBack() else { return }
                if parse(input.readable, consume: { input.consume($0) }, keep: nil) { pump() }
            }
        } else {
            input = nil
            if mayRead { pumpLater() }
        }
    }

    private func pumpLater() { loop.atEndOfTurn { [self] in pump() } }

    private func drain(_ already: Int) -> Bool {
        // Enough read for nothing. What follows stays in the kernel, and the client still has time to read its answer.
        if already >= ServerLimits.drainBytesMax { return false }
        let count = receive(into: server.sharedBuffer)
        if count == 0 { return false }
        state = .draining(already + count)
        return true
    }

    /// The answer that is being sent is the last one, and no request is read any more: a client that is still sending
    /// could otherwise wait for us while we wait for it.
    private func closeAfterWriting() {
        state = .draining(0)
        input = nil
        closesAfterWriting = true
        loop.schedule(timer, after: limits.stallTime)
        flush()
        // Otherwise it is closing by now, or closed.
        guard closesAfterWriting, case .draining = state else { return }
        if output?.isEmpty ?? true { finishClosing() } else { pumpLater() }
    }

    /// The peer has everything we sent; let it say goodbye first, or its last bytes could make the kernel reset the
    /// connection before it has read ours. That holds for the rest of a body that was answered early, too.
    func finishClosing() {
        closesAfterWriting = false
        state = .draining(0)
        input = nil
        Socket.shutDownWriting(fd)
        loop.schedule(timer, after: ServerLimits.drainTime)
        pumpLater()
    }

    private func refuse(_ refusal: RequestHeadParser.Refusal) {
        let exchange = ServerExchange(
            RequestHead(method: "", target: "", keepsAlive: false), connection: self, refusal: refusal)
        state = .exchanging(exchange)
        timer.disarm()
        input = nil
        server.handle(exchange)
    }

    /// Ends the connection in the middle of an answer. With a reset what is still on its way is lost too.
    func abort(withReset: Bool) {
        if case .closed = state { return }
        flush()
        if case .closed = state { return }
        if withReset {
            Socket.resetOnClose(fd)
        } else if let output, !output.isEmpty {
            // The client is slow; it gets what we have, and then the end.
            return closeAfterWriting()
        }
        close()
    }

    /// Ends the connection at once, and tells whoever is answering.
    func cut() {
        if case .closed = state { return }
        Socket.resetOnClose(fd)
        if case .exchanging(let exchange) = state { clientLeft(exchange) } else { close() }
    }

    func close() {
        if case .closed = state { return }
        state = .closed
        timer.disarm()
        loop.deregister(fd)
        input = nil
        output = nil
        socket = nil
        server.connectionDidClose(self)
    }
}
