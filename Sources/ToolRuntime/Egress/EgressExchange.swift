internal import HTTP
internal import LinuxSystem

/// A plain HTTP request and its answer, over a connection made for them alone: nothing that one request leaves behind can
/// become part of another's answer. Both bodies are taken out of their framing and put into one of ours.
final class EgressExchange: @unchecked Sendable {
    private let conversation: EgressConversation
    private let target: EgressSocket
    private let request: EgressRequest
    private let head: RequestHead
    private var body: RequestBodyReader
    /// 0 as long as there is no answer.
    private(set) var status = 0
    private var answerHasBegun = false

    private var client: EgressSocket { conversation.client }
    private var limits: EgressLimits { conversation.limits }

    init(
        _ conversation: EgressConversation, _ target: EgressSocket, _ request: EgressRequest, _ head: RequestHead
    ) {
        self.conversation = conversation
        self.target = target
        self.request = request
        self.head = head
        body = RequestBodyReader(head.body)
    }

    /// Whether another request may follow on the client's connection.
    func run() async throws(EgressFailure) -> Bool {
        conversation.allow(limits.silenceTime, sliding: true)
        client.onPeerLeaving = { [weak self] in self?.clientIsLeaving() }
        defer { client.onPeerLeaving = nil }
        if client.peerIsLeaving { throw .left }
        try await sendHead()
        async let upload: Void = sendBody()
        let outcome = await receive()
        // What is left of the body is for nobody; but the client has to be able to read the answer.
        client.callReaderBack(true)
        target.fail(.stopped)
        await upload
        client.callReaderBack(false)
        switch outcome {
        case .success(let isWhole): return isWhole && head.keepsAlive && body.isComplete
        case .failure(let failure):
            if answerHasBegun { client.close(withReset: true) }
            throw failure
        }
    }

    private func clientIsLeaving() {
        target.fail(.left)
        client.fail(.left)
    }

    // MARK: The request

    /// Before anything of the answer is read, so that the client's side has one writer at a time.
    private func sendHead() async throws(EgressFailure) {
        let output = ByteBuffer()
        if head.expectsContinue {
            output.append("HTTP/1.1 100 Continue\r\n\r\n")
            try await client.write(output)
        }
        writeHead(to: output)
        do throws(EgressFailure) {
            try await target.write(output)
        } catch {
            // The server may have answered all the same, or gone: the answer's reader will see.
            if error == .stopped || error == .timedOut { throw error }
        }
    }

    private func sendBody() async {
        do throws(EgressFailure) {
            try await sendBody(ByteBuffer())
        } catch {
            // A server may answer and close before it has read all: that answer counts. Without it, it ends by itself.
            if !body.isComplete, error == .left || error == .stopped { target.fail(error) }
        }
    }

    private func writeHead(to output: ByteBuffer) {
        output.append(head.method)
        output.append(" ")
        output.append(head.target)
        output.append(" HTTP/1.1\r\nHost: ")
        output.append(request.hostField)
        output.append("\r\n")
        let hop = HopFields(head.fields)
        head.fields.write(to: output) { name in !hop.contains(name) && !Self.ownFields.contains(name) }
        output.append("Via: 1.1 sidecar\r\nConnection: close\r\n")
        switch head.body {
        case .none: if head.fields.contains("content-length") { output.append("Content-Length: 0\r\n") }
        case .counted(let count):
            output.append("Content-Length: ")
            output.append(decimal: count)
            output.append("\r\n")
        case .chunked: output.append("Transfer-Encoding: chunked\r\n")
        }
        output.append("\r\n")
    }

    /// Written anew from what was understood.
    private static let ownFields = FieldNames(["host", "content-length", "expect"])

    private func sendBody(_ output: ByteBuffer) async throws(EgressFailure) {
        let input = conversation.input
        let piece = ByteBuffer()
        while !body.isComplete {
            if input.isEmpty, try await client.read(into: input) == 0 { throw .left }
            let (used, progress) = body.take(input.readable, into: piece, limit: .max)
            input.consume(used)
            if case .refused = progress { throw .stopped }
            write(piece, isLast: body.isComplete, to: output)
            try await target.write(output)
        }
    }

    private func write(_ piece: ByteBuffer, isLast: Bool, to output: ByteBuffer) {
        if head.body == .chunked {
            Self.writeChunk(piece.readable, to: output)
            if isLast { output.append("0\r\n\r\n") }
        } else {
            output.append(piece.readable)
        }
        piece.removeAll()
    }

    static func writeChunk(_ bytes: UnsafeRawBufferPointer, to output: ByteBuffer) {
        if bytes.isEmpty { return }
        withUnsafeTemporaryAllocation(byteCount: 18, alignment: 1) { scratch in
            output.append(ResponseEncoder.chunkSizeLine(bytes.count, into: scratch))
        }
        output.append(bytes)
        output.append("\r\n")
    }

    // MARK: The answer

    /// Whether the client can tell where the answer ended.
    private func receive() async -> Result<Bool, EgressFailure> {
        var reader = PlainAnswerReader(passesCoding: true)
        reader.reset(bytesMax: limits.headBytes, answersHead: head.method == "HEAD")
        let input = ByteBuffer()
        let output = ByteBuffer()
        var framing = EgressAnswerHead.Framing.none
        do throws(EgressFailure) {
            while true {
                var position = 0
                reading: while true {
                    switch reader.next(input.readable, &position) {
                    case .needsMore: break reading
                    case .head(let answer):
                        status = answer.status
                        answerHasBegun = true
                        framing = EgressAnswerHead.write(answer, to: head, output)
                    case .body(let piece):
                        if framing == .chunked { Self.writeChunk(piece, to: output) } else { output.append(piece) }
                    case .malformed(let reason): return try await fail("the server's answer makes no sense: \(reason)")
                    case .end: return try await finish(framing, output)
                    }
                }
                input.consume(position)
                try await client.write(output)
                if try await read(into: input) { continue }
                guard reader.hasHead else {
                    return try await fail("the server closed the connection without an answer")
                }
                if reader.missingAtEnd(isClean: true) == nil { return try await finish(framing, output) }
                return .failure(.left)
            }
        } catch {
            return .failure(error)
        }
    }

    /// False at the end of what the server sends.
    private func read(into input: ByteBuffer) async throws(EgressFailure) -> Bool {
        do throws(EgressFailure) {
            return try await target.read(into: input) > 0
        } catch {
            // A server that resets the connection has ended it too. In the middle of an answer the client must see that.
            if case .system = error, !answerHasBegun { return false }
            throw error
        }
    }

    private func finish(
        _ framing: EgressAnswerHead.Framing, _ output: ByteBuffer
    ) async throws(EgressFailure) -> Result<Bool, EgressFailure> {
        if framing == .chunked { output.append("0\r\n\r\n") }
        try await client.write(output)
        return .success(framing != .untilClose)
    }

    private func fail(_ reason: String) async throws(EgressFailure) -> Result<Bool, EgressFailure> {
        if answerHasBegun { return .failure(.left) }
        status = 502
        try await conversation.say(.problem(502, reason), closes: true, hasBody: head.method != "HEAD")
        return .success(false)
    }
}
