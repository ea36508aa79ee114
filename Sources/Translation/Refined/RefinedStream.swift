package import JSON

/// A streamed message once more, with what it lacked. Everything but text passes to the letter.
package struct RefinedStream: AnswerCodec, ~Copyable {
    private let context: AnswerRefinement
    private var writer = AnthropicStreamWriter()
    private var data = PaddedBytes()
    private var text: RefinedText
    private var isInText = false
    /// White space that a text began with: if nothing follows it there is no text.
    private var blanks = WaitingText()
    private var calls = 0
    private var messageID = ""
    private var counts = TokenCounts()
    private var outputBytes = 0
    package private(set) var failure: UpstreamFailure?

    package init(_ context: AnswerRefinement) {
        self.context = context
        text = RefinedText(context)
    }

    package var hasEnded: Bool { writer.hasEnded }
    package mutating func drain(_ body: (UnsafeRawBufferPointer) -> Void) { writer.drain(body) }
    /// Whoever comes first begins.
    package mutating func begin() {}

    package mutating func event(_ bytes: UnsafeRawBufferPointer, _ parser: JSONParser) {
        guard !hasEnded, failure == nil, !bytes.isEmpty else { return }
        data.removeAll()
        data.append(bytes)
        do throws(JSONError) {
            try parser.parse(data.bytes).withRoot { note($0, $0["type"]?.string ?? "ping", bytes) }
        } catch {
            fail(
                UpstreamFailure(
                    status: 502, "\(context.who) sent an event that is not JSON (\(error)): \(ShownBytes.text(bytes))"))
        }
    }

    private mutating func note(_ root: JSONElement, _ type: String, _ bytes: UnsafeRawBufferPointer) {
        switch type {
        case "message_start":
            messageID = root["message"]?["id"]?.string ?? ""
            counts.merge(anthropic: root["message"]?["usage"])
            writer.pass(type, bytes)
        case "content_block_start":
            settle(isCut: false)
            if let block = root["content_block"] { begin(block) }
        case "content_block_delta": if let delta = root["delta"] { note(delta) }
        case "content_block_stop":
            guard isInText else { return writer.endBlock() }
            tell(text.flush())
            // What comes next says whether a call that is not whole was broken off.
            if !text.isWaiting { settle(isCut: false) }
        case "message_delta":
            let reason = root["delta"]?["stop_reason"]?.string
            settle(isCut: AnswerRefinement.isCut(reason))
            guard calls > 0, let told = AnswerRefinement.reason(reason, hasCalls: true), told != reason else {
                return writer.pass(type, bytes)
            }
            writer.pass(type, root.replacing(["stop_reason": .string(told), "stop_sequence": .null], in: "delta"))
        case "error":
            settle(isCut: true)
            writer.pass(type, bytes)
        default: writer.pass(type, bytes)
        }
    }

    // MARK: Blocks

    private mutating func begin(_ block: JSONElement) {
        isInText = BlockKind(block) == .text
        guard isInText else { return writer.begin(passing: block) }
        text.begin()
        if let words = block["text"] { say(words) }
    }

    private mutating func note(_ delta: JSONElement) {
        guard isInText else {
            outputBytes += delta.sourceBytes.count / 2
            return writer.pass(delta: delta)
        }
        if delta["type"]?.equals("text_delta") == true, let words = delta["text"] { return say(words) }
        openText()
        writer.pass(delta: delta)
    }

    private mutating func say(_ words: JSONElement) {
        var bytes: [UInt8] = []
        guard words.appendUTF8(to: &bytes), !bytes.isEmpty else { return }
        outputBytes += bytes.count
        let (pieces, sequence) = text.add(bytes)
        tell(pieces)
        if let sequence { stop(at: sequence) }
    }

    private mutating func tell(_ pieces: [WrittenCallFinder.Piece]) {
        for piece in pieces {
            switch piece {
            case .text(let bytes): tell(bytes)
            case .call(let call):
                blanks.removeAll()
                calls += 1
                call.arguments.withUnsafeBufferPointer {
                    writer.tool(id: AnswerRefinement.toolID(messageID, calls), name: call.name, $0)
                }
            }
        }
    }

    private mutating func tell(_ bytes: [UInt8]) {
        guard writer.open != .text else { return bytes.withUnsafeBufferPointer { writer.delta(utf8: $0) } }
        blanks.append(bytes)
        if !blanks.isBlank { openText() }
    }

    private mutating func openText() {
        if writer.open == .text { return }
        writer.beginText()
        if !blanks.isEmpty { blanks.bytes.withUnsafeBufferPointer { writer.delta(utf8: $0) } }
        blanks.removeAll()
    }

    /// The text is over.
    private mutating func settle(isCut: Bool) {
        guard isInText else { return }
        isInText = false
        tell(text.flush() + text.finish(isCut: isCut))
        blanks.removeAll()
        writer.endBlock()
    }

    // MARK: The end

    /// The client is told at once. What the provider would still say is nothing to anybody, and so its counts are not known.
    private mutating func stop(at sequence: [UInt8]) {
        isInText = false
        blanks.removeAll()
        counts.output = max(1, outputBytes / 4)
        let hasCalls = calls > 0
        writer.finish(
            hasCalls ? .toolUse : .stopSequence, sequence: hasCalls ? nil : String(decoding: sequence, as: UTF8.self),
            counts)
    }

    package mutating func end(cut: String?) {
        guard !hasEnded, failure == nil else { return }
        fail(
            UpstreamFailure(
                status: 502,
                "\(context.who) broke off before its answer was whole: \(cut ?? "it ended without an end")"))
    }

    package mutating func fail(_ failure: UpstreamFailure) {
        guard self.failure == nil, !hasEnded else { return }
        settle(isCut: true)
        self.failure = failure
        if writer.hasBegun { writer.fail(failure, requestID: nil) }
    }

    package static func refusal(_ root: JSONElement, status: Int, _ context: AnswerRefinement) -> UpstreamFailure {
        UpstreamFailure.read(anthropic: root, status: status)
    }
}

extension AnthropicStreamWriter {
    fileprivate mutating func pass(_ type: String, _ json: [UInt8]) { json.withUnsafeBytes { pass(type, $0) } }
}

extension JSONElement {
    /// The object with other values for some of its members, or for those of one that is an object itself.
    func replacing(_ values: [String: JSONValue], in inner: String? = nil) -> [UInt8] {
        var writer = JSONWriter()
        replace(values, in: inner, &writer)
        return writer.take()
    }

    private func replace(_ values: [String: JSONValue], in inner: String?, _ writer: inout JSONWriter) {
        writer.beginObject()
        for member in members {
            let key = member.key.string ?? ""
            writer.key(key)
            if let inner, key == inner {
                member.value.replace(values, in: nil, &writer)
            } else if inner == nil, let value = values[key] {
                writer.value(value)
            } else {
                writer.raw(member.value.sourceBytes)
            }
        }
        writer.endObject()
    }
}
