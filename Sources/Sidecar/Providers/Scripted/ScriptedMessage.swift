internal import JSON

/// An answer of the Messages API, complete. A stream tells it piece by piece, other answers at once.
struct ScriptedMessage: Sendable {
    enum Block: Sendable {
        case text(String)
        case thinking(String, signature: String)
        /// `input` is JSON.
        case tool(id: String, name: String, input: String)
        case other(JSONValue)
    }

    struct Usage: Sendable, Equatable {
        var input: Int
        var output: Int
        var cacheCreation: Int
        var cacheRead: Int
    }

    let id: String
    let model: String
    let blocks: [Block]
    let stopReason: String
    let stopSequence: String?
    let usage: Usage

    init(_ reply: ScriptReply, _ usage: ScriptUsage, _ variables: ScriptVariables, makeID: (String) -> String) {
        id = makeID("msg_")
        model = variables.request.model
        blocks = reply.content.map { Self.block($0, variables, makeID) }
        stopReason = (reply.stopReason ?? (reply.callsTool ? .toolUse : .endTurn)).rawValue
        stopSequence = reply.stopSequence
        let bytes = blocks.reduce(0) { $0 + $1.byteCount }
        self.usage = Usage(
            input: usage.input ?? variables.request.inputTokens,
            output: usage.output ?? max(1, ScriptedRequest.tokens(bytes: bytes)),
            cacheCreation: usage.cacheCreation ?? 0, cacheRead: usage.cacheRead ?? 0)
    }

    private static func block(_ block: ScriptBlock, _ variables: ScriptVariables, _ makeID: (String) -> String) -> Block
    {
        switch block {
        case .text(let template): .text(template.text(variables))
        case .thinking(let thinking): .thinking(thinking.text?.text(variables) ?? "", signature: thinking.signature)
        case .tool(let call):
            .tool(id: call.id ?? makeID("toolu_"), name: call.name, input: call.input.value(variables).text())
        case .other(let input): .other(input.value(variables))
        }
    }

    /// The body of an answer that does not stream.
    func body() -> [UInt8] {
        var writer = JSONWriter()
        write(into: &writer, content: blocks, stopReason: stopReason, stopSequence: stopSequence, usage)
        return writer.take()
    }

    func write(
        into writer: inout JSONWriter, content: [Block], stopReason: String?, stopSequence: String?, _ usage: Usage
    ) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("type", "message")
        writer.member("role", "assistant")
        writer.member("model", model)
        writer.key("content")
        writer.beginArray()
        for block in content { block.write(into: &writer) }
        writer.endArray()
        writer.member("stop_reason", stopReason)
        writer.member("stop_sequence", stopSequence)
        writer.key("usage")
        usage.write(into: &writer)
        writer.endObject()
    }
}

extension ScriptedMessage.Usage {
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("input_tokens", input)
        writer.member("cache_creation_input_tokens", cacheCreation)
        writer.member("cache_read_input_tokens", cacheRead)
        writer.member("output_tokens", output)
        writer.endObject()
    }
}

extension ScriptedMessage.Block {
    fileprivate var byteCount: Int {
        switch self {
        case .text(let text), .thinking(let text, _): text.utf8.count
        case .tool(_, let name, let input): name.utf8.count + input.utf8.count
        case .other(let value): value.text().utf8.count
        }
    }

    /// What comes in deltas; nil for blocks that come whole.
    var streamed: String? {
        switch self {
        case .text(let text), .thinking(let text, _): text
        case .tool(_, _, let input): input
        case .other: nil
        }
    }

    /// As it stands in `content_block_start`, before its deltas.
    func writeStart(into writer: inout JSONWriter) {
        switch self {
        case .text: Self.text("").write(into: &writer)
        case .thinking: Self.thinking("", signature: "").write(into: &writer)
        case .tool(let id, let name, _): Self.tool(id: id, name: name, input: "{}").write(into: &writer)
        case .other: write(into: &writer)
        }
    }

    func write(into writer: inout JSONWriter) {
        if case .other(let value) = self { return writer.value(value) }
        writer.beginObject()
        switch self {
        case .text(let text):
            writer.member("type", "text")
            writer.member("text", text)
        case .thinking(let text, let signature):
            writer.member("type", "thinking")
            writer.member("thinking", text)
            writer.member("signature", signature)
        case .tool(let id, let name, let input):
            writer.member("type", "tool_use")
            writer.member("id", id)
            writer.member("name", name)
            writer.key("input")
            Array(input.utf8).withUnsafeBytes { writer.raw($0) }
        case .other: break
        }
        writer.endObject()
    }
}

extension JSONWriter {
    mutating func member(_ key: String, _ value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }

    mutating func member(_ key: String, _ value: Int) {
        self.key(key)
        int(value)
    }
}
