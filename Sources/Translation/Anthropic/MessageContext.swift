/// What is known of a request when its answer is read.
package struct MessageContext: AnswerContext {
    /// Of the answer, new for each: clients merge two answers of one id.
    package let messageID: String
    /// As the client gets to see it.
    package let shownModel: String
    /// As the upstream knows it; its signatures are bound to it.
    package let model: String
    package let provider: String
    package let names: ToolNames
    package let showsThinking: Bool
    package let estimatedTokens: Int
    package let requestID: String

    package init(
        messageID: String, shownModel: String, model: String, provider: String, request: EncodedRequest,
        requestID: String
    ) {
        self.messageID = messageID
        self.shownModel = shownModel
        self.model = model
        self.provider = provider
        names = request.names
        showsThinking = request.showsThinking
        estimatedTokens = request.estimatedTokens
        self.requestID = requestID
    }

    package var who: String { "provider \(provider)" }

    /// For a call that came without an id, or with one that another call has.
    func toolID(_ number: Int) -> String { "toolu_" + messageID.dropFirst("msg_".count) + "_\(number)" }
}

/// A request as a provider takes it, and what is needed to read the answer.
package struct EncodedRequest: Sendable {
    package let body: [UInt8]
    package let leftOut: LeftOut
    package let names: ToolNames
    package let wantsStream: Bool
    package let showsThinking: Bool
    /// What the input will cost, roughly: for the beginning of a stream, when nobody knows yet.
    package let estimatedTokens: Int

    init(_ body: [UInt8], _ request: AnthropicRequest, _ leftOut: LeftOut, _ names: ToolNames, mediaBytes: Int) {
        self.body = body
        self.leftOut = leftOut
        self.names = names
        wantsStream = request.wantsStream
        showsThinking = request.asksForThinking
        estimatedTokens = max(1, (body.count - mediaBytes) / Self.bytesPerToken)
    }

    /// Of English, JSON and code together; the truth comes at the end of the answer.
    private static let bytesPerToken = 4
}
