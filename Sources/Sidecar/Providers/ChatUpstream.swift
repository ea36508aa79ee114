internal import HTTP
internal import JSON
internal import Translation

/// A provider that takes chat completions, or what OpenAI's other API calls responses: where it is, what it gets besides the body, and what it is like.
struct ChatUpstream: TranslatingUpstream {
    let name: String
    let target: UpstreamTarget
    let dialect: ChatDialect
    private let key: Secret?
    private let keyHeader: String?
    private let headers: [ProviderHeader]

    var path: String { dialect.wire == .responses ? "/responses" : "/chat/completions" }

    init?(_ name: String, _ settings: ChatProvider, _ configuration: Configuration, environment: [String: String]) {
        guard let baseURL = settings.baseURL else { return nil }
        self.name = name
        key = settings.key
        keyHeader = settings.quirks.keyHeader
        headers = settings.headers
        dialect = settings.dialect
        target = configuration.upstreamTarget(
            baseURL, caFile: settings.caFile, proxy: settings.proxy, environment: environment)
    }

    func order(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder {
        var dialect = dialect
        dialect.maxOutputTokens = task.limit(dialect.maxOutputTokens)
        let request = try ChatRequest(root, model: task.model, provider: name, dialect: dialect)
        let context = ChatAnswerContext(
            messageID: task.messageID, shownModel: task.model, model: task.model, provider: name, dialect: dialect,
            request: request, requestID: task.requestID)
        return TranslatedOrder(
            request: UpstreamRequest(post: path, fields(wantsStream: request.wantsStream), request.body),
            leftOut: request.leftOut, answers: CodecAnswers<ChatStream>(context, parser))
    }

    var modelsOrder: UpstreamRequest? { UpstreamRequest(get: "/models", fields(wantsStream: false)) }

    func models(in answer: JSONValue) -> [ListedModel] { ListedModel.openAI(answer) }

    /// Nothing of the client's: its fields speak of another API, and its credentials are for another provider.
    func fields(wantsStream: Bool) -> HTTPFields {
        var fields: HTTPFields = [
            "Content-Type": "application/json", "Accept": wantsStream ? "text/event-stream" : "application/json",
            "User-Agent": Version.userAgent,
        ]
        if let key, let keyHeader { fields.append(keyHeader, key.reveal()) }
        if let key, keyHeader == nil { fields.append("Authorization", "Bearer \(key.reveal())") }
        for header in headers { fields.set(header.name, header.value.reveal()) }
        return fields
    }
}
