package import JSON

/// Writes the events of one streamed message in the one order that clients take: start, blocks one after the other with
/// deltas of their own kind only, then the reason to stop, then the stop. Nothing comes after an error.
package struct AnthropicStreamWriter {
    package enum Block: Equatable { case text, thinking, tool }

    private var writer = JSONWriter()
    private var index = -1
    package private(set) var open: Block?
    package private(set) var hasBegun = false
    package private(set) var hasEnded = false

    package init() {}

    package var isEmpty: Bool { writer.bytes.isEmpty }

    /// What was written since the last time. The memory stays.
    package mutating func drain(_ body: (UnsafeRawBufferPointer) -> Void) {
        writer.bytes.withUnsafeBytes(body)
        writer.removeAll()
    }

    package mutating func start(id: String, model: String, _ tokens: TokenCounts) {
        guard !hasBegun else { return }
        hasBegun = true
        writer.append("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":")
        writer.string(id)
        writer.append(",\"type\":\"message\",\"role\":\"assistant\",\"model\":")
        writer.string(model)
        writer.append(",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":")
        tokens.write(to: &writer)
        writer.append("}}\n\n")
    }

    // MARK: Blocks

    package mutating func beginText() {
        begin(.text)
        writer.append(",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n")
    }

    package mutating func beginThinking() {
        begin(.thinking)
        writer.append(",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n")
    }

    /// - isServers: the provider has called it itself.
    package mutating func beginTool(id: String, name: String, isServers: Bool = false) {
        begin(.tool)
        writer.append(",\"content_block\":{\"type\":")
        writer.string(isServers ? "server_tool_use" : "tool_use")
        writer.append(",\"id\":")
        writer.string(id)
        writer.append(",\"name\":")
        writer.string(name)
        writer.append(",\"input\":{}}}\n\n")
    }

    /// A block that has no deltas.
    package mutating func block(_ json: UnsafeBufferPointer<UInt8>) {
        begin(.tool)
        writer.append(",\"content_block\":")
        writer.raw(UnsafeRawBufferPointer(json))
        writer.append("}\n\n")
        endBlock()
    }

    private mutating func begin(_ block: Block) {
        endBlock()
        index += 1
        open = block
        writer.append("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":")
        writer.int(index)
    }

    package mutating func endBlock() {
        guard open != nil else { return }
        open = nil
        writer.append("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":")
        writer.int(index)
        writer.append("}\n\n")
    }

    // MARK: What another writer has written

    /// An event, as it stands.
    mutating func pass(_ type: String, _ data: UnsafeRawBufferPointer) {
        hasBegun = hasBegun || type == "message_start"
        hasEnded = hasEnded || type == "message_stop" || type == "error"
        writer.append("event: ")
        writer.piece(type)
        writer.append("\ndata: ")
        writer.raw(data)
        writer.append("\n\n")
    }

    /// A block whose deltas pass too.
    mutating func begin(passing block: JSONElement) {
        begin(.tool)
        writer.append(",\"content_block\":")
        writer.raw(block.sourceBytes)
        writer.append("}\n\n")
    }

    mutating func pass(delta: JSONElement) {
        beginDeltaEvent()
        writer.append(",\"delta\":")
        writer.raw(delta.sourceBytes)
        writer.append("}\n\n")
    }

    // MARK: Deltas of the open block

    /// A string of the upstream's JSON, copied as it stands.
    package mutating func delta(_ text: JSONElement) {
        beginDelta()
        writer.raw(text.sourceBytes)
        writer.append("}}\n\n")
    }

    package mutating func delta(utf8 text: UnsafeBufferPointer<UInt8>) {
        beginDelta()
        writer.string(utf8: text)
        writer.append("}}\n\n")
    }

    package mutating func signature(_ text: String) {
        precondition(open == .thinking, "only thinking is signed")
        beginDeltaEvent()
        writer.append(",\"delta\":{\"type\":\"signature_delta\",\"signature\":")
        writer.string(text)
        writer.append("}}\n\n")
    }

    private mutating func beginDelta() {
        beginDeltaEvent()
        switch open {
        case .text: writer.append(",\"delta\":{\"type\":\"text_delta\",\"text\":")
        case .thinking: writer.append(",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":")
        case .tool: writer.append(",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":")
        case nil: preconditionFailure("no block is open for a delta")
        }
    }

    private mutating func beginDeltaEvent() {
        writer.append("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":")
        writer.int(index)
    }

    // MARK: The end

    package mutating func finish(
        _ reason: StopReason, sequence: String?, explanation: String? = nil, _ tokens: TokenCounts
    ) {
        guard !hasEnded else { return }
        hasEnded = true
        endBlock()
        writer.append("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":")
        writer.string(reason.rawValue)
        writer.append(",\"stop_sequence\":")
        if let sequence { writer.string(sequence) } else { writer.null() }
        if let explanation {
            writer.append(",\"stop_details\":{\"type\":\"refusal\",\"category\":null,\"explanation\":")
            writer.string(explanation)
            writer.append("}")
        }
        writer.append("},\"usage\":")
        tokens.write(to: &writer)
        writer.append("}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
    }

    /// Open blocks stay open: a tool that was not called to its end must not be run.
    package mutating func fail(_ failure: UpstreamFailure, requestID: String?) {
        guard !hasEnded else { return }
        hasEnded = true
        writer.append("event: error\ndata: ")
        failure.write(to: &writer, requestID: requestID)
        writer.append("\n\n")
    }
}
