package import JSON

/// A request for an answer by a schema, to a provider that has no such thing: the model is told the schema in words, its
/// answer is held against it, and it is asked again with what was wrong.
package struct StructuredRequest {
    /// What is asked next, in Anthropic's words.
    package private(set) var request: JSONValue
    private let schema: JSONValue
    /// The client would have had it as a stream.
    package let wantsStream: Bool
    package private(set) var attempts = 1

    private static let anyObject: JSONValue = ["type": "object"]

    /// A model that does not manage it in three goes does not manage it.
    package static let attemptsMax = 3

    /// nil: nothing of that kind is asked for. `model`: the one to ask, where that is not what the client has called it.
    package init?(_ root: JSONElement, model: String? = nil) {
        switch OutputFormat(root["output_config"]) {
        case .schema(let schema) where schema.isObject: self.schema = JSONValue(schema)
        case .object: schema = Self.anyObject
        case .schema, nil: return nil
        }
        request = JSONValue(root)
        wantsStream = root["stream"]?.bool ?? false
        request["stream"] = false
        if let model { request["model"] = .string(model) }
        var rest = request["output_config"]?.object ?? JSONObject()
        rest["format"] = nil
        request["output_config"] = rest.isEmpty ? nil : .object(rest)
        let what = schema == Self.anyObject ? "object" : "value"
        var words =
            "Your final answer must be one JSON \(what) and nothing else: no words before or behind it, no code fence."
        if schema != Self.anyObject { words += " It must be valid by this JSON schema:\n\(schema.text())" }
        let rule: JSONValue = ["type": "text", "text": .string(words)]
        let system = request["system"]
        let blocks = system?.array ?? system?.string.map { [["type": "text", "text": .string($0)]] } ?? []
        request["system"] = .array(blocks + [rule])
    }

    /// Stands in every request for any object.
    package static let anyObjectMark = OutputFormat.jsonObject

    /// nil: not any object, which is all that Claude has no word for.
    package init?(anyObjectIn root: JSONElement) {
        guard case .object? = OutputFormat(root["output_config"]) else { return nil }
        self.init(root)
    }

    package enum Verdict: Equatable {
        /// The answer's value, as it is to be handed on.
        case fits(JSONValue)
        /// `request` asks again.
        case again
        /// What was wrong at last.
        case failed(String)
    }

    /// - content: the blocks of the model's answer.
    package mutating func judge(_ content: [JSONValue]) -> Verdict {
        let text = content.compactMap { $0["type"] == "text" ? $0["text"]?.string : nil }.joined()
        let problem: String
        if let value = Self.value(in: text) {
            let problems = SchemaCheck.problems(of: value, schema)
            if problems.isEmpty { return .fits(value) }
            problem = problems.joined(separator: "; ")
        } else {
            problem = "it is no JSON"
        }
        if attempts == Self.attemptsMax { return .failed(problem) }
        attempts += 1
        let said = content.filter { $0["type"] != "text" || $0["text"]?.string?.isEmpty == false }
        request["messages"] = .array(
            (request["messages"]?.array ?? [])
                + (said.isEmpty ? [] : [["role": "assistant", "content": .array(said)]])
                + [
                    [
                        "role": "user",
                        "content": .string(
                            "This answer is not valid by the schema: \(problem). Answer again, with the JSON value alone."
                        ),
                    ]
                ])
        return .again
    }

    /// The JSON in an answer: all of it, or what stands between the first bracket and the last, as in a fence.
    private static func value(in text: String) -> JSONValue? {
        if let value = try? JSONValue(parsing: text) { return value }
        let bytes = Array(text.utf8)
        guard let start = bytes.firstIndex(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") }),
            let end = bytes.lastIndex(where: { $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: "]") }), start < end
        else { return nil }
        return try? JSONValue(parsing: Array(bytes[start...end]))
    }
}

/// A whole message, written as Anthropic's API would send it.
package enum WholeMessage {
    package static func body(
        id: String, model: String, _ content: [JSONValue], _ stop: StopReason, _ counts: TokenCounts
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for (key, value) in [("id", id), ("type", "message"), ("role", "assistant"), ("model", model)] {
            writer.key(key)
            writer.string(value)
        }
        writer.key("content")
        writer.value(.array(content))
        writer.key("stop_reason")
        writer.string(stop.rawValue)
        writer.key("stop_sequence")
        writer.null()
        writer.key("usage")
        counts.write(to: &writer)
        writer.endObject()
        return writer.take()
    }

    package static func events(
        id: String, model: String, _ content: [JSONValue], _ stop: StopReason, _ counts: TokenCounts
    ) -> [UInt8] {
        var writer = AnthropicStreamWriter()
        writer.start(id: id, model: model, counts)
        for block in content {
            switch block["type"]?.string {
            case "text":
                writer.beginText()
                tell(block["text"]?.string ?? "", &writer)
            case "thinking":
                writer.beginThinking()
                tell(block["thinking"]?.string ?? "", &writer)
                writer.signature(block["signature"]?.string ?? "")
            case "tool_use":
                writer.beginTool(id: block["id"]?.string ?? "", name: block["name"]?.string ?? "")
                tell(block["input"]?.text() ?? "{}", &writer)
            default: continue
            }
            writer.endBlock()
        }
        writer.finish(stop, sequence: nil, counts)
        var bytes: [UInt8] = []
        writer.drain { bytes += $0 }
        return bytes
    }

    private static func tell(_ text: String, _ writer: inout AnthropicStreamWriter) {
        var text = text
        text.withUTF8 { writer.delta(utf8: $0) }
    }
}
