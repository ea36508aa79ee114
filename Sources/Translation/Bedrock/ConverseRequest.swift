package import JSON

/// What the configuration says besides the model.
package struct ConverseOptions: Sendable {
    package var maxOutputTokens: Int?
    package var guardrail: String?
    package var guardrailVersion: String?
    package init() {}
}

/// Requests as `Converse` and `ConverseStream` take them.
package enum ConverseRequest {
    /// `model` is the name that the upstream knows; `provider` the one whose own signatures may go back to it.
    package static func encode(
        _ root: JSONElement, model: String, provider: String, options: ConverseOptions = ConverseOptions()
    ) throws(TranslationRefusal) -> EncodedRequest {
        let request = try AnthropicRequest(root)
        var encoder = ConverseRequestEncoder(request, model: model, provider: provider, options, size: root)
        try encoder.encode()
        return EncodedRequest(
            encoder.writer.take(), request, encoder.reader.leftOut, encoder.names,
            mediaBytes: encoder.reader.mediaBytes)
    }
}
