package import JSON

/// Turns the events of a streamed message into the chunks of a streamed chat completion.
package struct ChatOutStream: AnswerCodec, ~Copyable {
    private let context: ChatOutContext
    private var writer = JSONWriter()
    private var events = MessageEvents()
    private var calls = 0
    private var hasBegun = false
    package private(set) var hasEnded = false
    package private(set) var failure: UpstreamFailure?
    package var ownCounts: TokenCounts? { events.counts }

    package init(_ context: ChatOutContext) { self.context = context }

    /// A comment, which every reader of event streams passes over.
    package static let signOfLife: String? = ": still here\n\n"

    package mutating func drain(_ body: (UnsafeRawBufferPointer) -> Void) {
        writer.bytes.withUnsafeBytes(body)
        writer.removeAll()
    }

    package mutating func begin() {
        guard !hasBegun else { return }
        hasBegun = true
        chunk { writer in
            writer.key("role")
            writer.string("assistant")
            writer.key("content")
            writer.string("")
        }
    }

    package mutating func event(_ data: UnsafeRawBufferPointer, _ parser: JSONParser) {
        guard !hasEnded, failure == nil, !data.isEmpty else { return }
        do throws(UpstreamFailure) {
            switch try events.read(data, parser) {
            case .start: begin()
            case .blockBegins(let block): if BlockKind(block) == .toolUse { call(block) }
            case .delta(let delta): note(delta: delta)
            case .blockEnds, .other: return
            case .stop: finish()
            }
        } catch {
            fail(error)
        }
    }

    private mutating func note(delta: JSONElement) {
        begin()
        if let words = delta["text"] {
            piece("content", words)
        } else if let words = delta["thinking"] {
            piece("reasoning_content", words)
        } else if let json = delta["partial_json"] {
            let index = calls - 1
            chunk { writer in
                writer.key("tool_calls")
                writer.beginArray()
                writer.beginObject()
                writer.key("index")
                writer.int(index)
                writer.key("function")
                writer.beginObject()
                writer.key("arguments")
                writer.raw(json.sourceBytes)
                writer.endObject()
                writer.endObject()
                writer.endArray()
            }
        } else if let signature = delta["signature"], signature.isString, signature.sourceBytes.count > 2 {
            chunk { writer in
                writer.key("reasoning_details")
                writer.beginArray()
                writer.beginObject()
                writer.key("type")
                writer.string("reasoning.text")
                writer.key("signature")
                writer.raw(signature.sourceBytes)
                writer.endObject()
                writer.endArray()
            }
        }
    }

    private mutating func piece(_ key: String, _ words: JSONElement) {
        guard words.isString, words.sourceBytes.count > 2 else { return }
        chunk { writer in
            writer.key(key)
            writer.raw(words.sourceBytes)
        }
    }

    private mutating func call(_ block: JSONElement) {
        begin()
        let index = calls
        calls += 1
        chunk { writer in
            writer.key("tool_calls")
            writer.beginArray()
            writer.beginObject()
            writer.key("index")
            writer.int(index)
            writer.key("id")
            writer.string(ToolIDs.forUpstream(block["id"]?.string ?? "", bytesMax: .max))
            writer.key("type")
            writer.string("function")
            writer.key("function")
            writer.beginObject()
            writer.key("name")
            writer.string(block["name"]?.string ?? "")
            writer.key("arguments")
            writer.string("")
            writer.endObject()
            writer.endObject()
            writer.endArray()
        }
    }

    private mutating func chunk(finish: String? = nil, _ delta: (inout JSONWriter) -> Void) {
        writer.append("data: ")
        writer.beginObject()
        context.head("chat.completion.chunk", to: &writer)
        writer.key("choices")
        writer.beginArray()
        writer.beginObject()
        writer.key("index")
        writer.int(0)
        writer.key("delta")
        writer.beginObject()
        delta(&writer)
        writer.endObject()
        writer.key("finish_reason")
        if let finish { writer.string(finish) } else { writer.null() }
        writer.endObject()
        writer.endArray()
        writer.endObject()
        writer.append("\n\n")
    }

    // MARK: The end

    private mutating func finish() {
        begin()
        hasEnded = true
        chunk(finish: ChatOutContext.finishReason(events.stopReason)) { _ in }
        if context.wantsUsage {
            writer.append("data: ")
            writer.beginObject()
            context.head("chat.completion.chunk", to: &writer)
            writer.key("choices")
            writer.beginArray()
            writer.endArray()
            writer.key("usage")
            events.counts.writeChat(to: &writer)
            writer.endObject()
            writer.append("\n\n")
        }
        writer.append("data: [DONE]\n\n")
    }

    package mutating func end(cut: String?) {
        guard !hasEnded, failure == nil else { return }
        fail(
            UpstreamFailure(
                status: 502, "the provider broke off before its answer was whole: \(cut ?? "it ended without an end")"))
    }

    package mutating func fail(_ failure: UpstreamFailure) {
        guard !hasEnded, self.failure == nil else { return }
        self.failure = failure
        guard hasBegun else { return }
        writer.append("data: ")
        failure.writeChat(to: &writer)
        writer.append("\n\n")
    }

    // MARK: Whole answers

    package static func whole(
        _ root: JSONElement, _ context: ChatOutContext
    ) throws(UpstreamFailure) -> (body: [UInt8], counts: TokenCounts?) {
        let answer = try ChatOutAnswer(root, context)
        return (answer.body, answer.counts)
    }

    package static func refusal(_ root: JSONElement, status: Int, _ context: ChatOutContext) -> UpstreamFailure {
        UpstreamFailure.read(anthropic: root, status: status)
    }
}

extension UpstreamFailure.Kind {
    /// For an error that came without one.
    var status: Int {
        switch self {
        case .invalidRequest: 400
        case .authentication: 401
        case .billing: 402
        case .permission: 403
        case .notFound: 404
        case .tooLarge: 413
        case .rateLimit: 429
        case .timeout: 504
        case .overloaded: 529
        case .api: 500
        }
    }
}

extension UpstreamFailure {
    /// What Anthropic's API says when it refuses; its words pass as they are.
    package static func read(anthropic root: JSONElement, status: Int) -> UpstreamFailure {
        let error = root["error"]
        return UpstreamFailure(
            status: status, kind: error?["type"]?.string.flatMap(Kind.init(rawValue:)),
            error?["message"]?.string ?? ShownBytes.text(root.sourceBytes))
    }

    /// In OpenAI's shape.
    package func writeChat(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.key("message")
        writer.string(message)
        writer.key("type")
        writer.string(kind.rawValue)
        writer.key("param")
        writer.null()
        writer.key("code")
        if message.hasPrefix("prompt is too long") { writer.string("context_length_exceeded") } else { writer.null() }
        writer.endObject()
        writer.endObject()
    }
}
