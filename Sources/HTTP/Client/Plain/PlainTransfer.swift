internal import LinuxSystem

/// A request that we make ourselves, over HTTP/1.1 in clear text.
final class PlainTransfer: Transfer, @unchecked Sendable {
    private unowned let client: PlainClient
    private let writer = PlainRequestWriter()
    private var reader = PlainAnswerReader()
    private var origin: PlainOrigin?
    private var addressIndex = 0
    private var connection: PlainConnection?
    /// Bytes received that are not used yet: the beginning of a head, or what came while the sink was full.
    private var input = ByteBuffer(capacity: 512)
    private var hasRetried = false
    private var stopsUploading = false
    private var isPumpQueued = false

    /// So that one upstream cannot keep the loop for itself.
    private static let readsPerTurnMax = 16
    /// Transfers with more memory than this give it back.
    private static let inputBytesMax = 16 << 10

    init(_ client: PlainClient) {
        self.client = client
        super.init(on: client.loop)
    }

    // MARK: Beginning

    func begin(_ request: UpstreamRequest, to origin: PlainOrigin, _ limits: UpstreamLimits, _ sink: any TransferSink) {
        open(limits, sink)
        self.origin = origin
        addressIndex = 0
        hasRetried = false
        stopsUploading = false
        reader.reset(bytesMax: limits.headBytes, answersHead: request.method == "HEAD")
        guard writer.begin(request, to: origin) else {
            fail(.unreachable, "the request's target is not made of visible ASCII characters")
            return end(keepsConnection: false)
        }
        if let kept = client.pool.take(origin) { use(kept) } else { connect() }
    }

    private func connect() {
        guard let origin else { return }
        do {
            let fresh = try client.pool.open(origin, origin.addresses[addressIndex])
            if fresh.isConnected { return use(fresh) }
            connection = fresh
            fresh.transfer = self
        } catch {
            connectingFailed(error)
        }
    }

    func didConnect(_ error: SystemError?) {
        guard let connection else { return }
        if let error {
            self.connection = nil
            connection.close()
            connectingFailed(error)
        } else {
            use(connection)
        }
    }

    private func connectingFailed(_ error: SystemError) {
        guard let origin, addressIndex + 1 < origin.addresses.count else {
            fail(.unreachable, "cannot connect to \(error)")
            return end(keepsConnection: false)
        }
        addressIndex += 1
        connect()
    }

    private func use(_ connection: PlainConnection) {
        self.connection = connection
        connection.transfer = self
        enter(.waiting)
        write()
    }

    // MARK: Writing

    func mayWrite(_ connection: PlainConnection) {
        if connection === self.connection && phase != .connecting && !uploadIsPaused { write() }
    }

    private func write() {
        guard let connection, !stopsUploading, !writer.isComplete else { return }
        do {
            let progress = try writer.write(to: connection.fd)
            // The upstream's time begins when it has the whole request.
            if phase == .waiting { enter(.waiting) }
            switch progress {
            case .complete: releaseBody()
            case .blocked: break
            case .waitsForSource: uploadIsPaused = true
            case .short(let count):
                fail(.cut, "the request's body ended \(count) bytes before its announced end")
                end(keepsConnection: false)
            }
        } catch {
            // The upstream does not listen any more; it may have said why.
            stopsUploading = true
            connection.mayRead = true
            pump()
        }
    }

    /// The request is not needed any more once it is sent and answered; a long stream should not hold it.
    private func releaseBody() {
        if writer.isComplete && reader.hasHead { writer.release() }
    }

    override func goOnUploading() { write() }

    // MARK: Reading

    override func goOn() {
        if client.isReading { return pumpLater() }
        client.isReading = true
        let number = requestNumber
        processInput()
        client.isReading = false
        if number == requestNumber { pump() }
    }

    private func pumpLater() {
        if isPumpQueued { return }
        isPumpQueued = true
        loop.atEndOfTurn { [self] in
            isPumpQueued = false
            if isActive { goOn() }
        }
    }

    /// Reads as long as there is something and the sink wants it.
    func pump() {
        if client.isReading { return pumpLater() }
        client.isReading = true
        defer { client.isReading = false }
        let number = requestNumber
        var reads = 0
        while number == requestNumber, let connection, connection.mayRead, !isPaused {
            if reads == Self.readsPerTurnMax { return pumpLater() }
            reads += 1
            do {
                guard let count = try connection.receive(into: client.buffer) else { return }
                if count == 0 { return connectionDidEnd(nil) }
                received(UnsafeRawBufferPointer(rebasing: client.buffer[..<count]))
            } catch {
                connection.mayRead = false
                return connectionDidEnd(error)
            }
        }
    }

    private func received(_ bytes: UnsafeRawBufferPointer) {
        if reader.hasHead { enter(.receiving) }
        if !input.isEmpty {
            input.append(bytes)
            return processInput()
        }
        let number = requestNumber
        let used = process(bytes)
        if number == requestNumber { input.append(UnsafeRawBufferPointer(rebasing: bytes[used...])) }
    }

    private func processInput() {
        let number = requestNumber
        let used = process(input.readable)
        if number == requestNumber { input.consume(used) }
    }

    /// How many of `bytes` were used. The transfer may be over afterwards, and even be used for another request.
    private func process(_ bytes: UnsafeRawBufferPointer) -> Int {
        let number = requestNumber
        var position = 0
        while !isPaused {
            switch reader.next(bytes, &position) {
            case .needsMore: return position
            case .head(let head):
                enter(.receiving)
                // What is sent already stands; the rest of a body that was refused would be for nothing.
                if head.status >= 300 && !writer.isComplete { stopsUploading = true }
                releaseBody()
                sink?.transferDidReceive(head)
            case .body(let piece):
                let goesOn = sink?.transferDidReceive(piece) ?? true
                if number == requestNumber && !goesOn { isPaused = true }
            case .end:
                finish(hasSurplus: position < bytes.count)
            case .malformed(let reason):
                fail(.malformed, reason)
                end(keepsConnection: false)
            }
            if number != requestNumber { return 0 }
        }
        // An answer that is whole is over, whether or not its sink could take more.
        if reader.isOver { finish(hasSurplus: position < bytes.count) } else { reader.keepRest() }
        return position
    }

    /// The answer is whole. Bytes behind it, or a request that was not sent to its end, would disturb the next one.
    private func finish(hasSurplus: Bool) {
        end(keepsConnection: reader.keepsAlive && !hasSurplus && writer.isComplete && !stopsUploading)
    }

    private func connectionDidEnd(_ error: SystemError?) {
        if !reader.hasHead && input.isEmpty { return endedWithoutAnswer(error) }
        let why = error.map { ": \($0.reason)" } ?? ""
        if !reader.hasHead {
            fail(.cut, "the answer ended before its head was complete\(why)")
        } else if let missing = reader.missingAtEnd(isClean: error == nil) {
            fail(.cut, "the connection ended \(missing)\(why)")
        }
        end(keepsConnection: false)
    }

    /// A connection that was kept may have been closed by the upstream in the moment we used it: the same request is made
    /// once more, on a new one.
    private func endedWithoutAnswer(_ error: SystemError?) {
        if let connection, connection.wasUsed, writer.canRepeat, !hasRetried {
            hasRetried = true
            self.connection = nil
            connection.close()
            writer.rewind()
            stopsUploading = false
            uploadIsPaused = false
            enter(.connecting)
            return connect()
        }
        let why = error.map { ": \($0.reason)" } ?? ""
        fail(.cut, "the upstream closed the connection without an answer\(why)")
        end(keepsConnection: false)
    }

    // MARK: The end

    override func abandon() { end(keepsConnection: false) }

    private func end(keepsConnection: Bool) {
        if let connection {
            self.connection = nil
            connection.transfer = nil
            if keepsConnection { client.pool.put(connection) } else { connection.close() }
        }
        writer.release()
        reader.release()
        if input.capacity > Self.inputBytesMax { input = ByteBuffer(capacity: 512) } else { input.removeAll() }
        let error = failure
        client.transferIsOver()
        close()?.transferDidEnd(error)
        client.keep(self)
    }
}
