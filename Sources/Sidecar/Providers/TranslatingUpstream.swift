internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// A provider of another API than Anthropic's: how it is asked what a request in Anthropic's words asks. All that the
/// gateway and the agent know of it.
protocol TranslatingUpstream: Sendable {
    var name: String { get }
    var target: UpstreamTarget { get }

    /// `parser` reads the answer, once `root` is no longer needed.
    func order(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder

    /// How to ask the provider itself what a request costs; nil: it does not count.
    func countOrder(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder?

    /// How to ask which models there are; nil: nobody can be asked.
    var modelsOrder: UpstreamRequest? { get }
    func models(in answer: JSONValue) -> [ListedModel]

    /// The request with credentials that must be fetched first, or that depend on all of it.
    func authorize(_ request: UpstreamRequest, on client: UpstreamClient) async throws(APIError) -> UpstreamRequest
}

extension TranslatingUpstream {
    /// For messages to people: no credentials, no query.
    var address: String { target.baseURL }

    func countOrder(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder? { nil }

    var modelsOrder: UpstreamRequest? { nil }
    func models(in answer: JSONValue) -> [ListedModel] { [] }

    func authorize(_ request: UpstreamRequest, on client: UpstreamClient) async throws(APIError) -> UpstreamRequest {
        request
    }

    /// With what the configuration adds to the body, and with an answer that lacks nothing.
    func fullOrder(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder {
        let order = try order(root, task, parser)
        let refinement = AnswerRefinement(
            root, who: "provider \(name)", readsWrittenCalls: task.readsWrittenCalls,
            cutsAtStops: order.leftOut.features.contains(.stopSequences))
        if case .bytes(let body) = order.request.body { ExtraParameters.add(task.parameters, to: body, parser) }
        return refinement.map { order.refined($0, parser) } ?? order
    }
}

/// What is known of a request besides its body.
struct TranslationTask {
    /// As the upstream knows it; the client sees it too.
    let model: String
    /// Of the answer, new for each: clients merge two answers of one id.
    let messageID = ScriptedUpstream.randomID("msg_")
    let requestID: String
    /// Parts of Anthropic's API that the client asks for by name, for those who speak it too.
    var betas: [String] = []
    /// What the configuration adds to the body.
    var parameters: JSONObject?
    /// What the model can write at once, where that is known.
    var outputMax: Int?
    /// The model writes its calls of tools into its text.
    var readsWrittenCalls = false

    mutating func note(_ catalog: ModelCatalog, _ provider: String) {
        outputMax = catalog.facts(provider, model)?.output
        readsWrittenCalls = catalog.writesCalls(provider, model)
    }

    /// The smaller one of what the provider's settings and the model allow.
    func limit(_ own: Int?) -> Int? { [own, outputMax].compactMap(\.self).min() }
}

/// What a provider is sent, and what becomes of its answer.
struct TranslatedOrder {
    let request: UpstreamRequest
    let leftOut: LeftOut
    let answers: any AnswerTranslation

    func refined(_ refinement: AnswerRefinement, _ parser: JSONParser) -> TranslatedOrder {
        var leftOut = leftOut
        leftOut.forget(.stopSequences)
        return TranslatedOrder(
            request: request, leftOut: leftOut,
            answers: ChainedAnswers(answers, CodecAnswers<RefinedStream>(refinement, parser)))
    }
}

extension UpstreamRequest {
    init(post target: String, _ fields: HTTPFields, _ body: [UInt8]) {
        self.init(method: "POST", target: target, fields: fields, body: .bytes(body.buffer))
    }

    init(get target: String, _ fields: HTTPFields) {
        self.init(method: "GET", target: target, fields: fields, body: .none)
    }
}

extension [UInt8] {
    var buffer: ByteBuffer { ByteBuffer(holding: self) }
}
