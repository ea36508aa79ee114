internal import JSON

/// What both ways of answering an OpenAI client share.
package struct ChatOutContext: AnswerContext {
    package let id: String
    package let model: String
    /// Seconds since 1970.
    package let created: Int
    package let wantsUsage: Bool

    package init(id: String, model: String, created: Int, wantsUsage: Bool) {
        self.id = id
        self.model = model
        self.created = created
        self.wantsUsage = wantsUsage
    }

    package var who: String { "the provider" }

    func head(_ object: String, to writer: inout JSONWriter) {
        writer.key("id")
        writer.string(id)
        writer.key("object")
        writer.string(object)
        writer.key("created")
        writer.int(created)
        writer.key("model")
        writer.string(model)
    }

    static func finishReason(_ reason: String?) -> String {
        switch reason {
        case "tool_use": "tool_calls"
        case "max_tokens", "model_context_window_exceeded": "length"
        case "refusal": "content_filter"
        default: "stop"
        }
    }
}

extension TokenCounts {
    /// Later values count where there are any, as clients of the stream read it.
    mutating func merge(anthropic usage: JSONElement?) {
        guard let usage else { return }
        func take(_ key: String, _ place: inout Int) {
            if let value = usage[key]?.int, value > 0 { place = value }
        }
        take("input_tokens", &input)
        take("output_tokens", &output)
        take("cache_read_input_tokens", &cacheRead)
        take("cache_creation_input_tokens", &cacheCreation)
        if let tokens = usage["output_tokens_details"]?["thinking_tokens"]?.int { thinking = tokens }
    }

    func writeChat(to writer: inout JSONWriter) {
        let prompt = input + cacheRead + cacheCreation
        writer.beginObject()
        writer.key("prompt_tokens")
        writer.int(prompt)
        writer.key("completion_tokens")
        writer.int(output)
        writer.key("total_tokens")
        writer.int(prompt + output)
        writer.key("prompt_tokens_details")
        writer.beginObject()
        writer.key("cached_tokens")
        writer.int(cacheRead)
        writer.endObject()
        writer.key("completion_tokens_details")
        writer.beginObject()
        writer.key("reasoning_tokens")
        writer.int(thinking)
        writer.endObject()
        writer.endObject()
    }
}
