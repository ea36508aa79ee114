package import JSON

/// Requests as `generateContent` and `countTokens` take them.
package enum GeminiRequest {
    /// `model` is the name that the upstream knows; `provider` the one whose own signatures may go back to it.
    package static func encode(
        _ root: JSONElement, model: String, provider: String, maxOutputTokens: Int? = nil
    ) throws(TranslationRefusal) -> EncodedRequest {
        let request = try AnthropicRequest(root)
        var encoder = GeminiRequestEncoder(
            request, model: model, provider: provider, maxOutputTokens: maxOutputTokens, size: root)
        try encoder.encode()
        return encoder.take()
    }

    /// Gemini's own API wants the request wrapped; Vertex wants it as it is.
    package static func encodeForCounting(
        _ root: JSONElement, model: String, provider: String, isWrapped: Bool = true
    ) throws(TranslationRefusal) -> EncodedRequest {
        let request = try AnthropicRequest(root)
        var encoder = GeminiRequestEncoder(
            request, model: model, provider: provider, maxOutputTokens: nil, size: root)
        try encoder.encodeForCounting(isWrapped: isWrapped)
        return encoder.take()
    }
}

extension GeminiRequestEncoder {
    fileprivate mutating func take() -> EncodedRequest {
        EncodedRequest(writer.take(), request, leftOut, names, mediaBytes: reader.mediaBytes)
    }
}
