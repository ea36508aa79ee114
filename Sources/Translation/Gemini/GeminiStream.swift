package import JSON

/// Turns the pieces of a streamed `generateContent` into the events of a streamed message.
package struct GeminiStream: AnswerCodec, ~Copyable {
    private let context: MessageContext
    private var reader: GeminiReader<AnthropicStreamWriter>
    private var text = EventText()
    package private(set) var failure: UpstreamFailure?

    package init(_ context: MessageContext) {
        self.context = context
        reader = GeminiReader(AnthropicStreamWriter(), context)
    }

    package var hasEnded: Bool { reader.teller.writer.hasEnded }

    package mutating func drain(_ body: (UnsafeRawBufferPointer) -> Void) { reader.teller.writer.drain(body) }
    package mutating func begin() { reader.teller.begin() }

    package mutating func event(_ data: UnsafeRawBufferPointer, _ parser: JSONParser) {
        guard !hasEnded, failure == nil, !data.isEmpty else { return }
        do throws(UpstreamFailure) {
            let document = try text.parse(data, parser, context)
            try document.withRoot { (root) throws(UpstreamFailure) in try note(root) }
        } catch {
            fail(error)
        }
    }

    private mutating func note(_ root: JSONElement) throws(UpstreamFailure) {
        // Until something is said an error can still have a status.
        let parts = root["candidates"]?[0]?["content"]?["parts"]
        if root["error"] == nil, parts?.isArray == true, parts?.count ?? 0 > 0 { begin() }
        try reader.note(root)
    }

    package mutating func end(cut: String?) {
        guard !hasEnded, failure == nil else { return }
        guard cut == nil, reader.finish.isKnown else {
            return fail(.cut(cut ?? "it ended without saying why it stopped", context))
        }
        let teller = reader.teller
        if let failure = reader.finish.failure(context.provider, hasSaid: teller.outputBytes > 0) {
            return fail(failure)
        }
        begin()
        reader.close()
        reader.teller.writer.finish(
            reader.finish.stopReason(hasCalls: teller.hasCalls), sequence: nil, explanation: reader.finish.refusal,
            reader.counts ?? teller.estimate)
    }

    package mutating func fail(_ failure: UpstreamFailure) {
        guard self.failure == nil, !hasEnded else { return }
        self.failure = failure
        if reader.teller.writer.hasBegun { reader.teller.writer.fail(failure, requestID: context.requestID) }
    }

    // MARK: Whole answers

    package static func whole(
        _ root: JSONElement, _ context: MessageContext
    ) throws(UpstreamFailure) -> (body: [UInt8], counts: TokenCounts?) {
        var reader = GeminiReader(
            AnthropicMessageWriter(id: context.messageID, model: context.shownModel), context)
        // Without server-sent events a stream is a list of its pieces.
        if root.isArray {
            for piece in root.elements { try reader.note(piece) }
        } else {
            try reader.note(root)
        }
        guard reader.finish.isKnown || reader.teller.outputBytes > 0 else {
            throw UpstreamFailure(
                status: 502,
                "\(context.who) answered without candidates; it begins: \(ShownBytes.text(root.sourceBytes))")
        }
        if let failure = reader.finish.failure(context.provider, hasSaid: reader.teller.outputBytes > 0) {
            throw failure
        }
        reader.close()
        let reason = reader.finish.stopReason(hasCalls: reader.teller.hasCalls)
        let counts = reader.counts ?? reader.teller.estimate
        return (
            reader.teller.writer.finish(reason, sequence: nil, explanation: reader.finish.refusal, counts), nil
        )
    }

    package static func refusal(_ root: JSONElement, status: Int, _ context: MessageContext) -> UpstreamFailure {
        GeminiFailure.read(root, status: status, provider: context.provider)
    }
}
