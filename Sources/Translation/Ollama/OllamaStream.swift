package import JSON

/// Turns the lines of a streamed `/api/chat` into the events of a streamed message.
package struct OllamaStream: AnswerCodec, ~Copyable {
    private let context: MessageContext
    private var reader: OllamaReader<AnthropicStreamWriter>
    private var text = EventText()
    package private(set) var failure: UpstreamFailure?

    package init(_ context: MessageContext) {
        self.context = context
        reader = OllamaReader(AnthropicStreamWriter(), context)
    }

    package var hasEnded: Bool { reader.teller.writer.hasEnded }

    package mutating func drain(_ body: (UnsafeRawBufferPointer) -> Void) { reader.teller.writer.drain(body) }
    package mutating func begin() { reader.teller.begin() }

    package mutating func event(_ data: UnsafeRawBufferPointer, _ parser: JSONParser) {
        guard !hasEnded, failure == nil, !data.isEmpty else { return }
        do throws(UpstreamFailure) {
            let document = try text.parse(data, parser, context)
            try document.withRoot { (root) throws(UpstreamFailure) in
                if root["error"] == nil { begin() }
                try reader.note(root)
            }
        } catch {
            return fail(error)
        }
        if reader.isDone { end(cut: nil) }
    }

    package mutating func end(cut: String?) {
        guard !hasEnded, failure == nil else { return }
        guard cut == nil, reader.isDone else {
            return fail(.cut(cut ?? "it ended without saying why it stopped", context))
        }
        begin()
        reader.teller.closeBlock()
        reader.teller.writer.finish(reader.stopReason, sequence: nil, reader.counts ?? reader.teller.estimate)
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
        var reader = OllamaReader(
            AnthropicMessageWriter(id: context.messageID, model: context.shownModel), context)
        try reader.note(root)
        guard root["message"]?.isObject == true else {
            throw UpstreamFailure(
                status: 502,
                "\(context.who) answered without a message; it begins: \(ShownBytes.text(root.sourceBytes))")
        }
        reader.teller.closeBlock()
        let counts = reader.counts ?? reader.teller.estimate
        return (reader.teller.writer.finish(reader.stopReason, sequence: nil, explanation: nil, counts), nil)
    }

    package static func refusal(_ root: JSONElement, status: Int, _ context: MessageContext) -> UpstreamFailure {
        let own = root["error"]?.string ?? root["error"]?["message"]?.string ?? ShownBytes.text(root.sourceBytes)
        if let overflow = ContextOverflow(own, root) {
            return UpstreamFailure(status: 400, kind: .invalidRequest, "\(overflow) (\(context.who): \(own))")
        }
        return UpstreamFailure(status: status >= 400 ? status : 502, "\(context.who): \(own)")
    }
}

/// Reads what `/api/chat` answers, whole or line by line: both have one shape.
struct OllamaReader<Writer: AnswerWriter> {
    var teller: AnswerTeller<Writer>
    private(set) var isDone = false
    private(set) var counts: TokenCounts?
    private var reason: String?

    init(_ writer: Writer, _ context: MessageContext) { teller = AnswerTeller(writer, context) }

    mutating func note(_ root: JSONElement) throws(UpstreamFailure) {
        if root["error"] != nil { throw OllamaStream.refusal(root, status: 200, teller.context) }
        if let message = root["message"] {
            if let text = message["thinking"] { teller.think(text) }
            if let text = message["content"] { teller.say(text) }
            if let calls = message["tool_calls"], calls.isArray {
                for call in calls.elements { note(call: call) }
            }
        }
        guard root["done"]?.bool == true else { return }
        isDone = true
        reason = root["done_reason"]?.string
        guard let output = root["eval_count"]?.int else { return }
        var counts = TokenCounts()
        // A prompt that is known from before is not counted at all.
        counts.input = root["prompt_eval_count"]?.int ?? 0
        counts.output = output
        self.counts = counts
    }

    private mutating func note(call: JSONElement) {
        guard let function = call["function"], let name = function["name"]?.string, !name.isEmpty else { return }
        let id = ToolIDs.forClient(call["id"]?.string ?? "")
        teller.call(id: id, name: name, ToolArguments.object(function["arguments"], isCut: false))
    }

    var stopReason: StopReason {
        if reason == "length" { return .maxTokens }
        return teller.hasCalls ? .toolUse : .endTurn
    }
}
