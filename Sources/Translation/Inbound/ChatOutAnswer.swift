package import JSON

/// A whole message of Anthropic's, as a chat completion.
package struct ChatOutAnswer {
    package let body: [UInt8]
    package let counts: TokenCounts

    package init(_ root: JSONElement, _ context: ChatOutContext) throws(UpstreamFailure) {
        guard let content = root["content"], content.isArray else {
            throw UpstreamFailure(
                status: 502, "the provider's answer is no message; it begins: \(ShownBytes.text(root.sourceBytes))")
        }
        let blocks = Array(content.elements)
        var writer = JSONWriter()
        writer.beginObject()
        context.head("chat.completion", to: &writer)
        writer.key("choices")
        writer.beginArray()
        writer.beginObject()
        writer.key("index")
        writer.int(0)
        writer.key("message")
        writer.beginObject()
        writer.key("role")
        writer.string("assistant")
        let texts = blocks.filter { BlockKind($0) == .text }.compactMap { $0["text"] }
        writer.key("content")
        if texts.isEmpty { writer.null() } else { Self.joined(texts, &writer) }
        writer.key("refusal")
        writer.null()
        Self.thinking(blocks.filter { BlockKind($0) == .thinking }, &writer)
        Self.calls(blocks.filter { BlockKind($0) == .toolUse }, &writer)
        writer.endObject()
        writer.key("logprobs")
        writer.null()
        writer.key("finish_reason")
        writer.string(ChatOutContext.finishReason(root["stop_reason"]?.string))
        writer.endObject()
        writer.endArray()
        var counts = TokenCounts()
        counts.merge(anthropic: root["usage"])
        writer.key("usage")
        counts.writeChat(to: &writer)
        writer.endObject()
        body = writer.take()
        self.counts = counts
    }

    private static func joined(_ texts: [JSONElement], _ writer: inout JSONWriter) {
        writer.beginString()
        for text in texts { writer.piece(text) }
        writer.endString()
    }

    /// The signature comes along, in the form that clients of OpenRouter send back.
    private static func thinking(_ blocks: [JSONElement], _ writer: inout JSONWriter) {
        if blocks.isEmpty { return }
        writer.key("reasoning_content")
        joined(blocks.compactMap { $0["thinking"] }, &writer)
        writer.key("reasoning_details")
        writer.beginArray()
        for block in blocks {
            writer.value([
                "type": "reasoning.text", "text": .string(block["thinking"]?.string ?? ""),
                "signature": .string(block["signature"]?.string ?? ""),
            ])
        }
        writer.endArray()
    }

    private static func calls(_ blocks: [JSONElement], _ writer: inout JSONWriter) {
        if blocks.isEmpty { return }
        writer.key("tool_calls")
        writer.beginArray()
        for block in blocks {
            writer.beginObject()
            writer.key("id")
            writer.string(ToolIDs.forUpstream(block["id"]?.string ?? "", bytesMax: .max))
            writer.key("type")
            writer.string("function")
            writer.key("function")
            writer.beginObject()
            writer.key("name")
            writer.string(block["name"]?.string ?? "")
            writer.key("arguments")
            writer.string(block["input"]?.sourceText ?? "{}")
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
    }
}
