internal import HTTP
internal import JSON
internal import Translation

/// An Ollama by its own API, which knows context lengths, keep-alive and thinking.
struct OllamaUpstream: TranslatingUpstream {
    let name: String
    let target: UpstreamTarget
    private let key: Secret?
    private let headers: [ProviderHeader]
    private let options: OllamaOptions

    init?(_ name: String, _ settings: NativeProvider, _ configuration: Configuration, environment: [String: String]) {
        guard let baseURL = settings.baseURL else { return nil }
        self.name = name
        key = settings.key
        headers = settings.headers
        var options = OllamaOptions()
        options.contextLength = settings.contextLength
        options.keepAlive = settings.keepAlive
        options.maxOutputTokens = settings.maxOutputTokens
        self.options = options
        target = configuration.upstreamTarget(
            baseURL, caFile: settings.caFile, proxy: settings.proxy, environment: environment)
    }

    func order(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder {
        var options = options
        options.maxOutputTokens = task.limit(options.maxOutputTokens)
        let request = try OllamaRequest.encode(root, model: task.model, provider: name, options: options)
        return TranslatedOrder(
            request: UpstreamRequest(post: "/api/chat", fields, request.body), leftOut: request.leftOut,
            answers: CodecAnswers<OllamaStream>(
                MessageContext(task, provider: name, request), parser, framing: LineFraming(),
                streamType: LineFraming.type))
    }

    var modelsOrder: UpstreamRequest? { UpstreamRequest(get: "/api/tags", fields) }

    func models(in answer: JSONValue) -> [ListedModel] { ListedModel.ollama(answer) }

    private var fields: HTTPFields {
        var fields = HTTPFields(forModel: false)
        if let key { fields.append("Authorization", "Bearer \(key.reveal())") }
        for header in headers { fields.set(header.name, header.value.reveal()) }
        return fields
    }
}
