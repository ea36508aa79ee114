internal import JSON

/// An answer on its way to a client of Anthropic's API, block after block: as events, or as one message.
protocol AnswerWriter {
    var open: AnthropicStreamWriter.Block? { get }
    mutating func beginText()
    mutating func beginThinking()
    /// A string of the upstream's JSON, copied as it stands.
    mutating func delta(_ text: JSONElement)
    mutating func delta(utf8 text: UnsafeBufferPointer<UInt8>)
    mutating func signature(_ text: String)
    /// A call that came whole: an object of JSON.
    mutating func tool(id: String, name: String, _ input: UnsafeBufferPointer<UInt8>)
    /// A call that the provider made itself and has an answer to.
    mutating func serverTool(id: String, name: String, _ input: UnsafeBufferPointer<UInt8>)
    /// A block that came whole: an object of JSON.
    mutating func block(_ json: UnsafeBufferPointer<UInt8>)
    mutating func endBlock()
}

extension AnthropicStreamWriter: AnswerWriter {
    mutating func tool(id: String, name: String, _ input: UnsafeBufferPointer<UInt8>) {
        beginTool(id: id, name: name)
        delta(utf8: input)
        endBlock()
    }

    mutating func serverTool(id: String, name: String, _ input: UnsafeBufferPointer<UInt8>) {
        beginTool(id: id, name: name, isServers: true)
        delta(utf8: input)
        endBlock()
    }
}

/// Writes one whole message.
struct AnthropicMessageWriter: AnswerWriter {
    private var writer = JSONWriter()
    private(set) var open: AnthropicStreamWriter.Block?
    /// The open block's text can go on; its signature ends it.
    private var isInText = false

    init(id: String, model: String) {
        writer.beginObject()
        member("id", id)
        writer.members(#""type":"message","role":"assistant""#)
        member("model", model)
        writer.key("content")
        writer.beginArray()
    }

    private mutating func member(_ key: StaticString, _ value: String) {
        writer.key(key)
        writer.string(value)
    }

    mutating func beginText() { begin(.text, "text") }
    mutating func beginThinking() { begin(.thinking, "thinking") }

    private mutating func begin(_ block: AnthropicStreamWriter.Block, _ name: StaticString) {
        endBlock()
        open = block
        writer.beginObject()
        writer.key("type")
        writer.string(name)
        writer.key(name)
        writer.beginString()
        isInText = true
    }

    mutating func delta(_ text: JSONElement) { writer.piece(text) }
    mutating func delta(utf8 text: UnsafeBufferPointer<UInt8>) { writer.piece(utf8: text) }

    mutating func signature(_ text: String) {
        endText()
        member("signature", text)
    }

    private mutating func endText() {
        if isInText { writer.endString() }
        isInText = false
    }

    mutating func tool(id: String, name: String, _ input: UnsafeBufferPointer<UInt8>) {
        call("tool_use", id, name, input)
    }

    mutating func serverTool(id: String, name: String, _ input: UnsafeBufferPointer<UInt8>) {
        call("server_tool_use", id, name, input)
    }

    mutating func block(_ json: UnsafeBufferPointer<UInt8>) {
        endBlock()
        writer.raw(UnsafeRawBufferPointer(json))
    }

    private mutating func call(_ type: String, _ id: String, _ name: String, _ input: UnsafeBufferPointer<UInt8>) {
        endBlock()
        writer.beginObject()
        member("type", type)
        member("id", id)
        member("name", name)
        writer.key("input")
        writer.raw(UnsafeRawBufferPointer(input))
        writer.endObject()
    }

    mutating func endBlock() {
        guard open != nil else { return }
        open = nil
        endText()
        writer.endObject()
    }

    mutating func finish(
        _ reason: StopReason, sequence: String?, explanation: String?, _ tokens: TokenCounts
    ) -> [UInt8] {
        endBlock()
        writer.endArray()
        member("stop_reason", reason.rawValue)
        writer.key("stop_sequence")
        if let sequence { writer.string(sequence) } else { writer.null() }
        if let explanation { StopReason.writeDetails(explanation, to: &writer) }
        writer.key("usage")
        tokens.write(to: &writer)
        writer.endObject()
        return writer.take()
    }
}

extension StopReason {
    /// Why a model, or a filter in front of it, refused.
    static func writeDetails(_ explanation: String, to writer: inout JSONWriter) {
        writer.key("stop_details")
        writer.beginObject()
        writer.key("type")
        writer.string("refusal")
        writer.key("category")
        writer.null()
        writer.key("explanation")
        writer.string(explanation)
        writer.endObject()
    }
}
