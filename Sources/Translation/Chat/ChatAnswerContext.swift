/// What is known of a request when its answer is read.
package struct ChatAnswerContext: AnswerContext {
    /// Of the answer, new for each: clients merge two answers of one id.
    package let messageID: String
    /// As the client gets to see it.
    package let shownModel: String
    /// As the upstream knows it; its signatures are bound to it.
    package let model: String
    package let provider: String
    package let dialect: ChatDialect
    package let names: ToolNames
    package let showsThinking: Bool
    package let estimatedTokens: Int
    package let requestID: String

    package init(
        messageID: String, shownModel: String, model: String, provider: String, dialect: ChatDialect,
        request: ChatRequest, requestID: String
    ) {
        self.messageID = messageID
        self.shownModel = shownModel
        self.model = model
        self.provider = provider
        self.dialect = dialect
        names = request.names
        showsThinking = request.showsThinking
        estimatedTokens = request.estimatedTokens
        self.requestID = requestID
    }

    package var who: String { "provider \(provider)" }

    /// For a call that came without an id, or with one that another call has.
    func toolID(_ number: Int) -> String { "toolu_" + messageID.dropFirst("msg_".count) + "_\(number)" }

    func signature(_ payload: [UInt8]) -> String {
        ThinkingSignature(provider: provider, model: model, payload: payload).text
    }
}
