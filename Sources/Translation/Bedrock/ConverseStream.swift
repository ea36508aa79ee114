package import JSON

/// Turns the events of `ConverseStream` into those of a streamed message.
package struct ConverseStream: AnswerCodec, ~Copyable {
    private let context: MessageContext
    private var reader: ConverseReader<AnthropicStreamWriter>
    private var text = EventText()
    /// The call that is told. It ends when something else begins: only then is it known whether it is whole.
    private var call: (index: Int, mender: ArgumentMender)?
    private var arguments: [UInt8] = []
    private var mended: [UInt8] = []
    package private(set) var failure: UpstreamFailure?

    package init(_ context: MessageContext) {
        self.context = context
        reader = ConverseReader(AnthropicStreamWriter(), context)
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

    // MARK: Events

    private mutating func note(_ root: JSONElement) throws(UpstreamFailure) {
        if let exception = root["exception"] {
            throw BedrockFailure.read(exception: exception, provider: context.provider)
        }
        // Behind the reason to stop comes only what it cost.
        if let metadata = root["metadata"] {
            reader.note(usage: metadata["usage"])
            reader.finish.note(trace: metadata["trace"])
            if reader.finish.reason != nil { end(cut: nil) }
        } else if reader.finish.reason == nil {
            if let start = root["contentBlockStart"] {
                try note(start: start)
            } else if let delta = root["contentBlockDelta"] {
                try note(delta: delta)
            } else if root["contentBlockStop"] != nil {
                if call == nil { reader.endThinking() }
            } else if let stop = root["messageStop"] {
                reader.finish.reason = stop["stopReason"]?.string ?? "end_turn"
                endCall(isCut: reader.finish.isCut)
                reader.endThinking()
            }
        }
    }

    private mutating func note(start: JSONElement) throws(UpstreamFailure) {
        begin()
        endCall(isCut: false)
        reader.endThinking()
        guard let use = start["start"]?["toolUse"], use["type"] == nil else { return }
        guard let name = use["name"]?.string, !name.isEmpty else {
            throw UpstreamFailure(
                status: 502, "\(context.who) began a call without a name: \(ShownBytes.text(start.sourceBytes))")
        }
        let id = reader.teller.beginCall(ToolIDs.forClient(use["toolUseId"]?.string ?? ""))
        reader.teller.writer.beginTool(id: id, name: context.names.original(name))
        call = (start["contentBlockIndex"]?.int ?? 0, ArgumentMender())
    }

    private mutating func note(delta: JSONElement) throws(UpstreamFailure) {
        begin()
        guard let piece = delta["delta"] else { return }
        if let use = piece["toolUse"] {
            // Of a call that the service runs itself, or whose turn is over, nothing is told.
            guard let open = call, open.index == delta["contentBlockIndex"]?.int ?? 0 else { return }
            if let input = use["input"] { write(input) }
            return
        }
        endCall(isCut: false)
        if let text = piece["text"] {
            reader.say(text)
        } else if let reasoning = piece["reasoningContent"] {
            reader.note(reasoning: reasoning)
        }
    }

    // MARK: Calls

    private mutating func write(_ input: JSONElement) {
        arguments.removeAll(keepingCapacity: true)
        // Always a text, but an object would be none the worse.
        if input.isObject { arguments.append(contentsOf: input.sourceBytes) } else { input.appendUTF8(to: &arguments) }
        mended.removeAll(keepingCapacity: true)
        arguments.withUnsafeBufferPointer { call?.mender.add($0, to: &mended) }
        tellMended()
    }

    private mutating func endCall(isCut: Bool) {
        guard call != nil else { return }
        mended.removeAll(keepingCapacity: true)
        call?.mender.finish(isCut: isCut, to: &mended)
        tellMended()
        call = nil
        reader.teller.closeBlock()
    }

    private mutating func tellMended() {
        if !mended.isEmpty { mended.withUnsafeBufferPointer { reader.teller.writer.delta(utf8: $0) } }
    }

    // MARK: The end

    package mutating func end(cut: String?) {
        guard !hasEnded, failure == nil else { return }
        // What it cost may be missing; why it stopped may not.
        guard cut == nil, reader.finish.reason != nil else {
            return fail(.cut(cut ?? "it ended without saying why it stopped", context))
        }
        if let failure = reader.finish.failure(context.provider) { return fail(failure) }
        begin()
        reader.teller.closeBlock()
        reader.teller.writer.finish(
            reader.finish.stopReason(hasCalls: reader.teller.hasCalls), sequence: nil,
            explanation: reader.finish.refusal, reader.counts ?? reader.teller.estimate)
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
        var reader = ConverseReader(
            AnthropicMessageWriter(id: context.messageID, model: context.shownModel), context)
        guard let content = root["output"]?["message"]?["content"], content.isArray,
            let reason = root["stopReason"]?.string
        else {
            throw UpstreamFailure(
                status: 502,
                "\(context.who) answered without a message; it begins: \(ShownBytes.text(root.sourceBytes))")
        }
        for block in content.elements { reader.note(block: block) }
        reader.finish.reason = reason
        reader.finish.note(trace: root["trace"])
        reader.note(usage: root["usage"])
        if let failure = reader.finish.failure(context.provider) { throw failure }
        reader.teller.closeBlock()
        let stop = reader.finish.stopReason(hasCalls: reader.teller.hasCalls)
        let counts = reader.counts ?? reader.teller.estimate
        return (
            reader.teller.writer.finish(stop, sequence: nil, explanation: reader.finish.refusal, counts), nil
        )
    }

    package static func refusal(_ root: JSONElement, status: Int, _ context: MessageContext) -> UpstreamFailure {
        BedrockFailure.read(root, status: status, provider: context.provider)
    }
}
