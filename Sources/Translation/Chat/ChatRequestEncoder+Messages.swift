internal import JSON

/// The conversation. A chat completion wants every call answered by a `tool` message right behind the message that made it,
/// with nothing but text in it; so what lies between two messages of the assistant is written in another order: results
/// first, then what could not stand in them, then everything else as it came.
extension ChatRequestEncoder {
    mutating func messages() throws(TranslationRefusal) {
        if dialect.wire == .responses { instructions() }
        writer.key(dialect.wire == .responses ? "input" : "messages")
        writer.beginArray()
        if dialect.wire == .chat { system() }
        var between: [SaidMessage] = []
        if let messages = request.messages {
            for element in messages.elements {
                let message = SaidMessage(element)
                if message.role == .assistant {
                    try write(between)
                    between.removeAll(keepingCapacity: true)
                    assistant(message.content)
                } else {
                    between.append(message)
                }
            }
        }
        try write(between)
        writer.endArray()
    }

    mutating func begin(_ role: StaticString) {
        writer.beginObject()
        writer.key("role")
        writer.string(role)
    }

    // MARK: System

    private mutating func system() { write("system", systemParts()) }

    mutating func systemParts() -> [ChatPart] {
        var parts: [ChatPart] = []
        guard let system = request.system else { return [] }
        if system.isString {
            if !system.isBlankText { parts.append(.text(system, cache: nil)) }
        } else {
            for block in system.elements {
                if Self.isAttribution(block) {
                    leftOut.note(.attributionLine)
                } else {
                    self.parts(PickedBlock(block), into: &parts)
                }
            }
        }
        return parts
    }

    /// A line for Anthropic's accounting. It differs from session to session and stands before everything else, so no
    /// upstream would find the rest of the prompt in its cache again.
    private static func isAttribution(_ block: JSONElement) -> Bool {
        guard let text = block["text"]?.sourceBytes else { return false }
        let line = StaticString("\"x-anthropic-billing-header:")
        guard text.count >= line.utf8CodeUnitCount else { return false }
        return text.prefix(line.utf8CodeUnitCount).elementsEqual(
            UnsafeRawBufferPointer(start: line.utf8Start, count: line.utf8CodeUnitCount))
    }

    mutating func write(_ role: StaticString, _ parts: [ChatPart]) {
        if parts.isEmpty { return }
        bridge()
        begin(role)
        writer.key("content")
        content(parts)
        writer.endObject()
    }

    // MARK: Assistant

    private mutating func assistant(_ content: JSONElement?) {
        calls.removeAll(keepingCapacity: true)
        if dialect.wire == .responses { return assistantItems(content) }
        if writePlainly(assistant: content) { return }
        calls.removeAll(keepingCapacity: true)
        var parts: [ChatPart] = []
        var thinking: [JSONElement] = []
        content?.forEachBlock(
            text: { if !$0.isBlankText { parts.append(.text($0, cache: nil)) } },
            block: { element in
                let block = PickedBlock(element)
                switch block.kind {
                case .toolUse: calls.append(block)
                case .thinking: thinking.append(element)
                case .redactedThinking: leftOut.note(.redactedThinking)
                default: self.parts(block, into: &parts)
                }
            })
        if parts.isEmpty && calls.isEmpty && (thinking.isEmpty || dialect.replay == .none) {
            if !thinking.isEmpty { leftOut.note(.thinkingHistory) }
            return
        }
        begin("assistant")
        writer.key("content")
        if parts.isEmpty && !calls.isEmpty {
            writer.null()
        } else {
            self.content(parts.allSatisfy(\.isText) ? parts : parts.filter(\.isText))
        }
        replay(thinking, hasCalls: !calls.isEmpty)
        if !calls.isEmpty {
            writer.key("tool_calls")
            writer.beginArray()
            for call in calls { write(call) }
            writer.endArray()
        }
        writer.endObject()
    }

    private mutating func write(_ call: PickedBlock) {
        writer.beginObject()
        writer.key("id")
        toolID(call.id)
        writer.members(#""type":"function""#)
        writer.key("function")
        writer.beginObject()
        nameAndArguments(call)
        writer.endObject()
        writer.endObject()
    }

    mutating func nameAndArguments(_ call: PickedBlock) {
        writer.key("name")
        toolName(call.name)
        writer.key("arguments")
        if let input = call.input {
            writer.beginString()
            writer.piece(utf8: input.sourceBytes.assumingMemoryBound(to: UInt8.self))
            writer.endString()
        } else {
            writer.string("{}")
        }
        if call.cacheControl != nil { leftOut.note(.cacheControl) }
    }

    /// As the upstream takes it; nearly always as it stands.
    mutating func toolID(_ id: JSONElement?) {
        if let id, isFit(id: id) { return writer.raw(id.sourceBytes) }
        writer.string(upstreamID(id))
    }

    func isFit(id: JSONElement) -> Bool {
        guard let plain = id.plainUTF8 else { return false }
        return ToolIDs.isFitForUpstream(plain, bytesMax: dialect.toolIDBytesMax)
    }

    func upstreamID(_ id: JSONElement?) -> String {
        ToolIDs.forUpstream(id?.string ?? "", bytesMax: dialect.toolIDBytesMax)
    }
}
