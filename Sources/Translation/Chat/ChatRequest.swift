package import JSON

/// A request as an OpenAI-compatible API takes it, and what is needed to read the answer.
package struct ChatRequest {
    package let body: [UInt8]
    package let leftOut: LeftOut
    package let names: ToolNames
    package let wantsStream: Bool
    package let showsThinking: Bool
    /// What the input will cost, roughly: for the beginning of a stream, when nobody knows yet.
    package let estimatedTokens: Int

    /// `model` is the name that the upstream knows; `provider` the one whose own signatures may go back to it.
    package init(
        _ root: JSONElement, model: String, provider: String, dialect: ChatDialect
    ) throws(TranslationRefusal) {
        let request = try AnthropicRequest(root)
        var encoder = ChatRequestEncoder(request, model: model, provider: provider, dialect: dialect, size: root)
        try encoder.encode()
        body = encoder.writer.take()
        leftOut = encoder.leftOut
        names = encoder.names
        wantsStream = request.wantsStream
        showsThinking = request.asksForThinking
        estimatedTokens = max(1, (body.count - encoder.mediaBytes) / Self.bytesPerToken)
    }

    /// Of English, JSON and code together; the truth comes at the end of the answer.
    private static let bytesPerToken = 4
}
