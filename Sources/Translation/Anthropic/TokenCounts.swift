internal import JSON

/// What an answer cost, counted as Anthropic does: what came from a cache, or went into one, is not part of `input`.
package struct TokenCounts: Equatable, Sendable {
    package var input = 0
    package var output = 0
    package var cacheRead = 0
    package var cacheCreation = 0
    /// A part of `output`.
    package var thinking = 0

    package init() {}

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("input_tokens")
        writer.int(input)
        writer.key("cache_creation_input_tokens")
        writer.int(cacheCreation)
        writer.key("cache_read_input_tokens")
        writer.int(cacheRead)
        writer.key("output_tokens")
        writer.int(output)
        if thinking > 0 {
            writer.key("output_tokens_details")
            writer.beginObject()
            writer.key("thinking_tokens")
            writer.int(thinking)
            writer.endObject()
        }
        writer.endObject()
    }
}

/// Why a model stopped.
package enum StopReason: String, Sendable {
    case endTurn = "end_turn"
    case maxTokens = "max_tokens"
    case stopSequence = "stop_sequence"
    case toolUse = "tool_use"
    case refusal = "refusal"
    case contextWindowExceeded = "model_context_window_exceeded"
}
