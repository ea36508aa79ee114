package import LinuxSystem

/// One request and its answer, as a handler sees it. Used on its loop only.
package final class ServerExchange: @unchecked Sendable {
    package let head: RequestHead
    /// The request could not be read; all that is left to do is to say so. The connection ends after it.
    package let refusal: RequestHeadParser.Refusal?
    package let began: Instant
    package var loop: EventLoop { connection.loop }

    private let connection: ServerConnection
    private(set) var reader: RequestBodyReader
    private var gathered: ByteBuffer?
    private var bodyFailure: RequestHeadParser.Refusal?
    private var waiting: Waiting?

    private enum Waiting {
        case whole(CheckedContinuation<Void, Never>)
        case part(CheckedContinuation<Void, Never>)
    }

    private enum Answer {
        case none
        case body(ResponseEncoder.Framing, written: Int)
        case ended
    }
    private var answer = Answer.none

    /// The client is gone: nothing that is written will be read. Called once, on the loop.
    package var onClientLeft: (() -> Void)?
    /// A write that returned false may be followed by another now.
    package var onDrain: (() -> Void)?
    /// What the log and the metrics say of the answer.
    package private(set) var status = 0
    package private(set) var bytesSent = 0
    /// Of the body, as far as it was read.
    package var bytesReceived: Int { reader.total }
    package private(set) var clientHasLeft = false
    var task: Task<Void, Never>?

    init(_ head: RequestHead, connection: ServerConnection, refusal: RequestHeadParser.Refusal? = nil) {
        self.head = head
        self.connection = connection
        self.refusal = refusal
        began = connection.loop.clock.now()
        reader = RequestBodyReader(head.body)
    }

    // MARK: The request's body

    /// All of the body. Throws what the client should be told: 413, 408 or 400.
    package func body() async throws(RequestHeadParser.Refusal) -> ByteBuffer {
        if let remaining = reader.remaining, reader.total + remaining > connection.limits.bodyBytes {
            throw RequestBodyReader.tooLarge(connection.limits.bodyBytes)
        }
        if !reader.isComplete && bodyFailure == nil {
            await withCheckedContinuation { continuation in
                waiting = .whole(continuation)
                connection.bodyIsWanted(self)
            }
        }
        if let bodyFailure { throw bodyFailure }
        defer { gathered = nil }
        return bodyBuffer
    }

    /// What came of the body and was not taken yet. The first one has room for all that is announced.
    var bodyBuffer: ByteBuffer {
        if let gathered { return gathered }
        let announced = reader.total == 0 ? reader.remaining ?? 0 : 0
        let fresh = ByteBuffer(capacity: min(announced, Self.preparedBytesMax))
        gathered = fresh
        return fresh
    }

    private var hasGathered: Bool { !(gathered?.isEmpty ?? true) }

    /// Memory is set aside on a client's word only up to here; larger bodies grow as they arrive.
    private static let preparedBytesMax = 1 << 20

    /// The next piece of the body, as it arrives; nil at its end.
    package func nextBodyPart() async throws(RequestHeadParser.Refusal) -> ByteBuffer? {
        if !hasGathered && !reader.isComplete && bodyFailure == nil {
            await withCheckedContinuation { continuation in
                waiting = .part(continuation)
                connection.bodyIsWanted(self)
            }
        }
        if let bodyFailure { throw bodyFailure }
        if !hasGathered { return nil }
        defer { gathered = nil }
        return gathered
    }

    package var bodyIsComplete: Bool { reader.isComplete }

    var wantsBody: Bool {
        switch waiting {
        case .whole?: true
        case .part?: (gathered?.count ?? 0) < ServerLimits.bodyWindowBytes
        case nil: false
        }
    }

    /// Returns how many bytes belonged to the body.
    func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        let limit = if case .part? = waiting { Int.max } else { connection.limits.bodyBytes }
        let (used, progress) = reader.take(bytes, into: bodyBuffer, limit: limit)
        if case .refused(let refusal) = progress { bodyDidFail(refusal) } else { bodyDidGrow() }
        return used
    }

    func tookBody(_ count: Int) {
        bodyBuffer.commit(count)
        reader.note(received: count)
        bodyDidGrow()
    }

    /// Somebody is waiting for bytes of the body right now.
    var waitsForBody: Bool { waiting != nil }

    private func bodyDidGrow() {
        if reader.isComplete { connection.bodyIsComplete() }
        switch waiting {
        case .whole(let continuation)?: if reader.isComplete { wake(continuation) }
        case .part(let continuation)?: if reader.isComplete || hasGathered { wake(continuation) }
        case nil: break
        }
    }

    func bodyDidFail(_ refusal: RequestHeadParser.Refusal) {
        bodyFailure = refusal
        switch waiting {
        case .whole(let continuation)?, .part(let continuation)?: wake(continuation)
        case nil: break
        }
    }

    private func wake(_ continuation: CheckedContinuation<Void, Never>) {
        waiting = nil
        continuation.resume()
    }

    // MARK: The answer

    var keepsAlive: Bool {
        head.keepsAlive && refusal == nil && bodyFailure == nil && reader.isComplete && !connection.isServerStopping
            && answerAllowsAnother
    }
    private var answerAllowsAnother = true

    package var hasAnswered: Bool { if case .none = answer { false } else { true } }
    private var isHead: Bool { head.method == "HEAD" }

    /// The whole answer at once.
    package func respond(_ response: ResponseHead, _ body: UnsafeRawBufferPointer) {
        begin(response, bodyCount: body.count)
        if !isHead { _ = write(body) }
        end()
    }

    package func respond(_ response: ResponseHead, _ body: [UInt8] = []) {
        body.withUnsafeBytes { respond(response, $0) }
    }

    /// Begins an answer. It leaves together with the first bytes of the body, or at the end of this turn of the loop.
    package func begin(_ response: ResponseHead, bodyCount: Int?) {
        guard !clientHasLeft, case .none = answer else { return }
        status = response.status
        let framing: ResponseEncoder.Framing =
            if ResponseHead.hasNoBody(response.status) {
                .none
            } else if let bodyCount {
                .counted(bodyCount)
            } else if head.isHTTP10 {
                .untilClose
            } else {
                .chunked
            }
        // What the head says of the connection holds, whatever becomes true while the answer is written.
        if framing == .untilClose || !keepsAlive { answerAllowsAnother = false }
        answer = .body(framing, written: 0)
        connection.cork { output in
            ResponseEncoder.encode(
                response, framing: framing, closes: !keepsAlive, isHTTP10: head.isHTTP10, date: connection.date,
                into: output)
        }
    }

    /// False asks to wait for `onDrain`; what was given is taken all the same.
    package func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !clientHasLeft, !bytes.isEmpty, !isHead, case .body(let framing, let written) = answer else {
            return true
        }
        var bytes = bytes
        // More than was announced would be taken for the next answer.
        if case .counted(let count) = framing, bytes.count > count - written {
            bytes = UnsafeRawBufferPointer(rebasing: bytes[..<(count - written)])
            if bytes.isEmpty { return true }
        }
        bytesSent += bytes.count
        answer = .body(framing, written: written + bytes.count)
        switch framing {
        case .none:
            return true
        case .counted, .untilClose:
            return connection.write(bytes)
        case .chunked:
            var scratch: (UInt64, UInt64, UInt64) = (0, 0, 0)
            return withUnsafeMutableBytes(of: &scratch) { scratch in
                Self.lineEnd.withUnsafeBytes { lineEnd in
                    connection.write(ResponseEncoder.chunkSizeLine(bytes.count, into: scratch), bytes, lineEnd)
                }
            }
        }
    }

    private static let lineEnd: [UInt8] = [0x0d, 0x0a]
    private static let lastChunk: [UInt8] = Array("0\r\n\r\n".utf8)

    package func end() {
        guard case .body(let framing, let written) = answer else { return }
        answer = .ended
        if clientHasLeft { return }
        if case .counted(let count) = framing, written < count, !isHead {
            connection.abort(withReset: false)
            return bodyIsOver()
        }
        if framing == .chunked && !isHead { _ = Self.lastChunk.withUnsafeBytes { connection.write($0) } }
        connection.exchangeDidEnd(self)
        bodyIsOver()
    }

    /// No more of the body will come, so nobody may go on waiting for it.
    private func bodyIsOver() {
        if reader.isComplete || bodyFailure != nil { return }
        bodyDidFail(
            RequestHeadParser.Refusal(status: 400, reason: "the answer ended before the request's body had come"))
    }

    /// Gives up in the middle: the client sees that the answer is not whole.
    package func abort() {
        // Counted and chunked bodies show by themselves that something is missing, so what was written may still arrive;
        // one that ends with the connection needs a reset to look unfinished.
        let needsReset = if case .body(.untilClose, _) = answer { true } else { !hasAnswered }
        answer = .ended
        if !clientHasLeft { connection.abort(withReset: needsReset) }
        bodyIsOver()
    }

    /// Gives up with a reset of the connection: what was written and not read yet may be lost on its way.
    package func reset() {
        answer = .ended
        if !clientHasLeft { connection.abort(withReset: true) }
    }

    func outputDidDrain() { onDrain?() }

    func clientDidLeave() {
        clientHasLeft = true
        if case .ended = answer { return }
        answer = .ended
        onClientLeft?()
        task?.cancel()
        bodyDidFail(RequestHeadParser.Refusal(status: 499, reason: "the client closed the connection"))
    }
}
