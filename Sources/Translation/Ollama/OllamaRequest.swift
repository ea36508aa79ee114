package import JSON

/// What one Ollama is told besides the conversation.
package struct OllamaOptions: Sendable, Equatable {
    /// `num_ctx`; nil: what the server has been started with. What does not fit is cut off there without a word.
    package var contextLength: Int?
    /// As the server takes it: `10m`, `-1`.
    package var keepAlive: String?
    package var maxOutputTokens: Int?

    package init() {}
}

/// Requests as `/api/chat` takes them.
package enum OllamaRequest {
    package static func encode(
        _ root: JSONElement, model: String, provider: String, options: OllamaOptions = OllamaOptions()
    ) throws(TranslationRefusal) -> EncodedRequest {
        let request = try AnthropicRequest(root)
        var encoder = OllamaRequestEncoder(
            request, model: model, provider: provider, options: options, size: root)
        try encoder.encode()
        return EncodedRequest(
            encoder.writer.take(), request, encoder.reader.leftOut, ToolNames(), mediaBytes: encoder.reader.mediaBytes)
    }
}
