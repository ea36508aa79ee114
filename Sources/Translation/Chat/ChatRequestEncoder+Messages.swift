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
        let all = request.messages.map { Array($0.elements) } ?? []
        var index = 0
        while index < all.count {
            var calls: [JSONElement] = []
            if Self.isAssistant(all[index]) {
                calls = assistant(all[index])
                index += 1
            }
            let start = index
            while index < all.count, !Self.isAssistant(all[index]) { index += 1 }
            try between(all[start..<index], calls)
        }
        writer.endArray()
    }

    private static func isAssistant(_ message: JSONElement) -> Bool { message["role"]?.equals("assistant") == true }

    mutating func begin(_ role: StaticString) {
        writer.beginObject()
        writer.key("role")
        writer.string("\(role)")
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
                if Self.isAttribution(block) { leftOut.note(.attributionLine) } else { self.parts(block, into: &parts) }
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

    private mutating func write(_ role: StaticString, _ parts: [ChatPart]) {
        if parts.isEmpty { return }
        begin(role)
        writer.key("content")
        content(parts)
        writer.endObject()
    }

    // MARK: Assistant

    /// Returns the calls that the message makes.
    private mutating func assistant(_ message: JSONElement) -> [JSONElement] {
        var parts: [ChatPart] = []
        var calls: [JSONElement] = []
        var thinking: [JSONElement] = []
        if dialect.wire == .responses { return assistantItems(message) }
        message["content"]?.forEachBlock(
            text: { if !$0.isBlankText { parts.append(.text($0, cache: nil)) } },
            block: { block in
                switch BlockKind(block) {
                case .toolUse: calls.append(block)
                case .thinking: thinking.append(block)
                case .redactedThinking: leftOut.note(.redactedThinking)
                default: self.parts(block, into: &parts)
                }
            })
        if parts.isEmpty && calls.isEmpty && (thinking.isEmpty || dialect.replay == .none) {
            if !thinking.isEmpty { leftOut.note(.thinkingHistory) }
            return []
        }
        begin("assistant")
        writer.key("content")
        if parts.isEmpty && !calls.isEmpty { writer.null() } else { content(parts.filter(\.isText)) }
        replay(thinking, hasCalls: !calls.isEmpty)
        if !calls.isEmpty {
            writer.key("tool_calls")
            writer.beginArray()
            for call in calls { write(call) }
            writer.endArray()
        }
        writer.endObject()
        return calls
    }

    private mutating func write(_ call: JSONElement) {
        writer.beginObject()
        writer.key("id")
        toolID(call["id"])
        writer.key("type")
        writer.string("function")
        writer.key("function")
        writer.beginObject()
        nameAndArguments(call)
        writer.endObject()
        writer.endObject()
    }

    mutating func nameAndArguments(_ call: JSONElement) {
        writer.key("name")
        toolName(call["name"])
        writer.key("arguments")
        if let input = call["input"] {
            writer.beginString()
            writer.piece(utf8: input.sourceBytes.assumingMemoryBound(to: UInt8.self))
            writer.endString()
        } else {
            writer.string("{}")
        }
        if call["cache_control"]?.isNull == false { leftOut.note(.cacheControl) }
    }

    mutating func toolID(_ id: JSONElement?) {
        writer.string(ToolIDs.forUpstream(id?.string ?? "", bytesMax: dialect.toolIDBytesMax))
    }

    // MARK: Between two messages of the assistant

    private mutating func between(
        _ messages: ArraySlice<JSONElement>, _ calls: [JSONElement]
    ) throws(TranslationRefusal) {
        var open = calls.map { $0["id"]?.string ?? "" }
        var hoisted: [ChatPart] = []
        var orphans: Set<Int> = []
        var results = 0
        for message in messages {
            guard let content = message["content"], content.isArray else { continue }
            for block in content.elements where BlockKind(block) == .toolResult {
                let id = block["tool_use_id"]?.string ?? ""
                if let place = open.firstIndex(of: id) {
                    open.remove(at: place)
                    result(block, id, &hoisted)
                } else {
                    orphans.insert(results)
                }
                results += 1
            }
        }
        for id in open { missingResult(id) }
        var rest = hoisted
        results = 0
        for message in messages {
            let isSystem = message["role"]?.equals("system") == true
            guard isSystem || message["role"]?.equals("user") == true else {
                throw TranslationRefusal(
                    "messages",
                    "messages: role '\(message["role"]?.string ?? "")' is none of user, assistant and system")
            }
            if isSystem && dialect.takesSystemAnywhere {
                write("user", rest)
                rest = []
            } else if isSystem {
                rest.append(.note("<system-reminder>"))
            }
            message["content"]?.forEachBlock(
                text: { if !$0.isBlankText { rest.append(.text($0, cache: nil)) } },
                block: { block in
                    if BlockKind(block) != .toolResult { return parts(block, into: &rest) }
                    if orphans.contains(results) { orphan(block, &rest) }
                    results += 1
                })
            if isSystem && dialect.takesSystemAnywhere {
                write("system", rest.filter(\.isText))
                rest = []
            } else if isSystem {
                rest.append(.note("</system-reminder>"))
            }
        }
        write("user", rest)
    }

    /// A `tool` message. Pictures and papers come behind all of these, in a message of the user.
    private mutating func result(_ block: JSONElement, _ id: String, _ hoisted: inout [ChatPart]) {
        var parts: [ChatPart] = []
        if block["is_error"]?.bool == true { parts.append(.note("Error:")) }
        block["content"]?.forEachBlock(
            text: { if !$0.isBlankText { parts.append(.text($0, cache: nil)) } },
            block: { self.parts($0, into: &parts) })
        let media = parts.filter { !$0.isText }
        if !media.isEmpty && !dialect.takesMediaInResults {
            parts = parts.filter(\.isText) + [.note("[What this tool returned besides follows in the next message.]")]
            hoisted.append(.note("[Returned by the tool call \(upstreamID(id)):]"))
            hoisted += media
        }
        if let cache = block["cache_control"], !cache.isNull, !dialect.takesCacheControl {
            _ = cache
            leftOut.note(.cacheControl)
        }
        tool(id, parts)
    }

    private mutating func missingResult(_ id: String) {
        tool(id, [.note("[There is no result: the call was interrupted.]")])
    }

    private mutating func tool(_ id: String, _ parts: [ChatPart]) {
        if dialect.wire == .responses {
            beginItem("function_call_output")
            writer.key("call_id")
        } else {
            begin("tool")
            writer.key("tool_call_id")
        }
        writer.string(upstreamID(id))
        writer.key(dialect.wire == .responses ? "output" : "content")
        if parts.isEmpty { writer.string("") } else { content(parts) }
        writer.endObject()
    }

    private func upstreamID(_ id: String) -> String { ToolIDs.forUpstream(id, bytesMax: dialect.toolIDBytesMax) }

    /// The result of a call that this conversation does not have (any more) is told, because it cannot be a result.
    private mutating func orphan(_ block: JSONElement, _ parts: inout [ChatPart]) {
        parts.append(.note("[Result of an earlier tool call:]"))
        block["content"]?.forEachBlock(
            text: { if !$0.isBlankText { parts.append(.text($0, cache: nil)) } },
            block: { self.parts($0, into: &parts) })
    }
}
