package import JSON

/// Reads a whole chat completion and writes the message that it means.
package struct ChatAnswer {
    package private(set) var body: [UInt8] = []
    package private(set) var counts = TokenCounts()
    let context: ChatAnswerContext
    var writer = JSONWriter()
    private var hasCalls = false
    private var ids: Set<String> = []

    package init(_ root: JSONElement, _ context: ChatAnswerContext) throws(UpstreamFailure) {
        self.context = context
        if let error = root["error"], !error.isNull {
            throw ChatFailure.read(status: 200, root, provider: context.provider)
        }
        if context.dialect.wire == .responses {
            try write(response: root)
            body = writer.take()
            return
        }
        guard let choice = root["choices"]?[0], let message = choice["message"], message.isObject else {
            throw UpstreamFailure(
                status: 502,
                "provider \(context.provider) answered without choices; it begins: "
                    + ShownBytes.text(root.sourceBytes))
        }
        if choice["finish_reason"]?.equals("error") == true {
            throw UpstreamFailure(
                status: 502,
                "provider \(context.provider): \(choice["error"]?["message"]?.string ?? "the answer failed")")
        }
        write(root, choice, message)
        body = writer.take()
    }

    private mutating func write(_ root: JSONElement, _ choice: JSONElement, _ message: JSONElement) {
        var finish = ChatFinish()
        finish.note(choice)
        begin()
        content(message)
        if let refusal = message["refusal"], refusal.isString, !refusal.isBlankText {
            finish.hasRefused = true
            text(refusal)
        }
        for call in message["tool_calls"]?.isArray == true ? Array(message["tool_calls"]!.elements) : [] {
            self.call(call["function"], call["id"]?.string, isCut: finish.isCut)
        }
        if let call = message["function_call"], call.isObject { self.call(call, nil, isCut: finish.isCut) }
        end(finish, usage(root))
    }

    mutating func begin() {
        writer.beginObject()
        member("id", context.messageID)
        writer.members(#""type":"message","role":"assistant""#)
        member("model", context.shownModel)
        writer.key("content")
        writer.beginArray()
    }

    mutating func end(_ finish: ChatFinish, _ counts: TokenCounts) {
        writer.endArray()
        member("stop_reason", finish.stopReason(hasCalls: hasCalls).rawValue)
        writer.key("stop_sequence")
        if let sequence = finish.stopSequence(hasCalls: hasCalls) { writer.string(sequence) } else { writer.null() }
        writer.key("usage")
        counts.write(to: &writer)
        self.counts = counts
        writer.endObject()
    }

    func usage(_ root: JSONElement) -> TokenCounts {
        if let counts = TokenCounts(chat: root["usage"]) ?? TokenCounts(response: root["usage"]) { return counts }
        var counts = TokenCounts()
        counts.input = context.estimatedTokens
        counts.output = root.sourceBytes.count / 4
        return counts
    }

    mutating func member(_ key: StaticString, _ value: String) {
        writer.key(key)
        writer.string(value)
    }

    // MARK: Blocks

    private mutating func content(_ message: JSONElement) {
        var details = ReasoningDetails()
        if let list = message["reasoning_details"], list.isArray { details.add(list) }
        let reasoning = message["reasoning_content"] ?? message["reasoning"]
        var thought: [UInt8] = []
        reasoning?.appendUTF8(to: &thought)
        if !context.dialect.splitsThinkTags, let content = message["content"], content.isString {
            if context.showsThinking, !thought.isEmpty || !details.isEmpty { thinking(thought, details.payload) }
            if !content.isBlankText { text(content) }
            return
        }
        let spoken = Self.spoken(message)
        var said: [UInt8] = []
        if context.dialect.splitsThinkTags {
            var splitter = ThinkTagSplitter()
            let take = { (kind: ThinkTagSplitter.Kind, bytes: [UInt8]) in
                if kind == .thinking { thought += bytes } else { said += bytes }
            }
            splitter.add(spoken, take)
            splitter.finish(take)
        } else {
            said = spoken
        }
        if context.showsThinking, !thought.isEmpty || !details.isEmpty { thinking(thought, details.payload) }
        if !said.allSatisfy({ $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }) { text(said) }
    }

    mutating func thinking(_ thought: [UInt8], _ payload: [UInt8]) {
        writer.beginObject(#""type":"thinking""#)
        writer.key("thinking")
        thought.withUnsafeBufferPointer { writer.string(utf8: $0) }
        member("signature", context.signature(payload))
        writer.endObject()
    }

    /// A string, or a list of parts.
    private static func spoken(_ message: JSONElement) -> [UInt8] {
        var bytes: [UInt8] = []
        guard let content = message["content"] else { return [] }
        if content.isString { content.appendUTF8(to: &bytes) }
        for part in content.elements { part["text"]?.appendUTF8(to: &bytes) }
        return bytes
    }

    /// A string, copied as it stands.
    mutating func text(_ element: JSONElement) {
        writer.beginObject(#""type":"text""#)
        writer.key("text")
        writer.raw(element.sourceBytes)
        writer.endObject()
    }

    private mutating func text(_ bytes: [UInt8]) {
        writer.beginObject(#""type":"text""#)
        writer.key("text")
        bytes.withUnsafeBufferPointer { writer.string(utf8: $0) }
        writer.endObject()
    }

    mutating func call(_ function: JSONElement?, _ id: String?, isCut: Bool) {
        guard let function, let name = function["name"]?.string, !name.isEmpty else { return }
        hasCalls = true
        var own = ToolIDs.forClient(id ?? "")
        if own.isEmpty || !ids.insert(own).inserted {
            own = context.toolID(ids.count)
            ids.insert(own)
        }
        writer.beginObject(#""type":"tool_use""#)
        member("id", own)
        member("name", context.names.original(name))
        writer.key("input")
        let input = ToolArguments.object(function["arguments"], isCut: isCut)
        input.withUnsafeBytes { writer.raw($0) }
        writer.endObject()
    }
}
