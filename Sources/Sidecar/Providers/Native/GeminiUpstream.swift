internal import HTTP
internal import JSON
internal import Translation

/// Gemini's own API.
struct GeminiUpstream: TranslatingUpstream {
    let name: String
    let target: UpstreamTarget
    private let key: Secret?
    private let headers: [ProviderHeader]
    private let maxOutputTokens: Int?

    init?(_ name: String, _ settings: NativeProvider, _ configuration: Configuration, environment: [String: String]) {
        guard let baseURL = settings.baseURL else { return nil }
        self.name = name
        key = settings.key
        headers = settings.headers
        maxOutputTokens = settings.maxOutputTokens
        target = configuration.upstreamTarget(
            baseURL, caFile: settings.caFile, proxy: settings.proxy, environment: environment)
    }

    func order(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder {
        let request = try GeminiRequest.encode(
            root, model: task.model, provider: name, maxOutputTokens: task.limit(maxOutputTokens))
        let verb = request.wantsStream ? "streamGenerateContent?alt=sse" : "generateContent"
        return TranslatedOrder(
            request: UpstreamRequest(
                post: Self.path(task.model, verb), fields(wantsStream: request.wantsStream), request.body),
            leftOut: request.leftOut,
            answers: CodecAnswers<GeminiStream>(MessageContext(task, provider: name, request), parser))
    }

    func countOrder(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder? {
        let request = try GeminiRequest.encodeForCounting(root, model: task.model, provider: name)
        return TranslatedOrder(
            request: UpstreamRequest(
                post: Self.path(task.model, "countTokens"), fields(wantsStream: false), request.body),
            leftOut: request.leftOut,
            answers: CountAnswers(gemini: name, parser))
    }

    var modelsOrder: UpstreamRequest? { UpstreamRequest(get: "/models?pageSize=1000", fields(wantsStream: false)) }

    func models(in answer: JSONValue) -> [ListedModel] { ListedModel.gemini(answer) }

    /// Models of one's own have a folder of their own.
    static func path(_ model: String, _ verb: String) -> String {
        let folder = ["models/", "tunedModels/"].first { model.hasPrefix($0) }
        return "/\(folder ?? "models/")\(PathStep.escaped(String(model.dropFirst(folder?.count ?? 0)))):\(verb)"
    }

    /// Nothing of the client's: its fields speak of another API, and its credentials are for another provider.
    private func fields(wantsStream: Bool) -> HTTPFields {
        var fields = HTTPFields(forModel: wantsStream)
        if let key { fields.append("x-goog-api-key", key.reveal()) }
        for header in headers { fields.set(header.name, header.value.reveal()) }
        return fields
    }
}

extension MessageContext {
    init(_ task: TranslationTask, provider: String, _ request: EncodedRequest) {
        self.init(
            messageID: task.messageID, shownModel: task.model, model: task.model, provider: provider, request: request,
            requestID: task.requestID)
    }
}

extension HTTPFields {
    init(forModel wantsStream: Bool) {
        self = [
            "Content-Type": "application/json", "Accept": wantsStream ? "text/event-stream" : "application/json",
            "User-Agent": Version.userAgent,
        ]
    }
}
