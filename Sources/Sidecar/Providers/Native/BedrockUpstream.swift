internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// Amazon's cloud: Claude models by Anthropic's own request, all others by the one that Amazon has for all of them.
struct BedrockUpstream: TranslatingUpstream {
    let name: String
    let target: UpstreamTarget
    private let place: BaseURL
    private let headers: [ProviderHeader]
    private let options: ConverseOptions
    private let inferenceProfile: String
    private let source: AWSCredentialSource

    init(
        _ name: String, _ settings: NativeProvider, _ configuration: Configuration, environment: [String: String]
    ) throws(CredentialsProblem) {
        self.name = name
        headers = settings.headers
        inferenceProfile = settings.inferenceProfile
        var options = ConverseOptions()
        options.maxOutputTokens = settings.maxOutputTokens
        options.guardrail = settings.guardrail
        options.guardrailVersion = settings.guardrailVersion
        self.options = options
        let source = try AWSCredentialSource(settings, environment, provider: name) { place, isNear in
            configuration.upstreamTarget(
                place, caFile: settings.caFile, proxy: isNear ? ProxySetting.none : settings.proxy,
                environment: environment)
        }
        let place = settings.baseURL ?? Self.address(of: source.region)
        self.source = source
        self.place = place
        target = configuration.upstreamTarget(
            place, caFile: settings.caFile, proxy: settings.proxy, environment: environment)
    }

    static func address(of region: String) -> BaseURL {
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return BaseURL(scheme: "https", host: "bedrock-runtime.\(region).\(domain)", port: nil, path: "")
    }

    // MARK: Requests

    func order(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder {
        let model = upstreamName(task.model)
        return BedrockModel(model).isClaude
            ? try claude(root, task, model, parser) : try converse(root, task, model, parser)
    }

    private func claude(
        _ root: JSONElement, _ task: TranslationTask, _ model: String, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder {
        let request = try HostedClaude.encode(root, for: .bedrock, provider: name, betas: task.betas)
        let verb = request.wantsStream ? "invoke-with-response-stream" : "invoke"
        var fields = fields(request.wantsStream)
        if let guardrail = options.guardrail {
            fields.set("X-Amzn-Bedrock-GuardrailIdentifier", guardrail)
            fields.set("X-Amzn-Bedrock-GuardrailVersion", options.guardrailVersion ?? "DRAFT")
        }
        return TranslatedOrder(
            request: UpstreamRequest(post: Self.path(model, verb), fields, request.body), leftOut: request.leftOut,
            answers: CodecAnswers<BedrockClaudeStream>(
                MessageContext(task, provider: name, request), parser, framing: AWSFraming(),
                streamType: AWSEventStream.type))
    }

    private func converse(
        _ root: JSONElement, _ task: TranslationTask, _ model: String, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder {
        var options = options
        options.maxOutputTokens = task.limit(options.maxOutputTokens)
        let request = try ConverseRequest.encode(root, model: task.model, provider: name, options: options)
        let verb = request.wantsStream ? "converse-stream" : "converse"
        return TranslatedOrder(
            request: UpstreamRequest(post: Self.path(model, verb), fields(request.wantsStream), request.body),
            leftOut: request.leftOut,
            answers: CodecAnswers<ConverseStream>(
                MessageContext(task, provider: name, request), parser, framing: AWSFraming(),
                streamType: AWSEventStream.type))
    }

    /// Claude models alone are counted there.
    func countOrder(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder? {
        let model = BedrockModel(upstreamName(task.model))
        guard model.isClaude else { return nil }
        let request = try HostedClaude.encode(root, for: .bedrock, provider: name, betas: task.betas, isCount: true)
        let body = BedrockCount.encode(request)
        return TranslatedOrder(
            request: UpstreamRequest(post: Self.path(model.nameOfModel, "count-tokens"), fields(false), body),
            leftOut: request.leftOut, answers: CountAnswers(bedrock: name, request, parser))
    }

    private func fields(_ wantsStream: Bool) -> HTTPFields {
        var fields = HTTPFields(forModel: false)
        if wantsStream { fields.set("Accept", AWSEventStream.type) }
        for header in headers { fields.set(header.name, header.value.reveal()) }
        return fields
    }

    private static func path(_ model: String, _ verb: String) -> String { "/model/\(PathStep.escaped(model))/\(verb)" }

    /// Anthropic's plain name is no name there: `claude-x-20250929` is `global.anthropic.claude-x-20250929-v1:0`.
    func upstreamName(_ model: String) -> String {
        guard model.hasPrefix("claude-"), !model.contains(":") else { return model }
        let day = model.utf8.suffix(8)
        let isDated = day.count == 8 && day.allSatisfy { (0x30...0x39).contains($0) }
        let front = inferenceProfile.isEmpty ? "" : inferenceProfile + "."
        return "\(front)anthropic.\(model)\(isDated ? "-v1:0" : "")"
    }

    // MARK: Credentials

    func authorize(_ request: UpstreamRequest, on client: UpstreamClient) async throws(APIError) -> UpstreamRequest {
        var request = request
        switch try await source.credentials(on: client) {
        case .bearer(let key): request.fields.set("Authorization", "Bearer \(key.reveal())")
        case .key(let key): request.sign(key, region: source.region, service: "bedrock", at: place)
        }
        return request
    }
}

/// Amazon's own framing of streams.
struct AWSFraming: StreamFraming {
    private var stream = AWSEventStream()

    mutating func scan(_ bytes: UnsafeRawBufferPointer, event: (UnsafeRawBufferPointer) -> Void) -> String? {
        stream.scan(bytes, event: event)
    }
}

extension CountAnswers {
    /// What the service does not count is estimated here.
    convenience init(bedrock provider: String, _ request: EncodedRequest, _ parser: JSONParser) {
        self.init(parser) { root, status throws(UpstreamFailure) in
            if status == 200 { return try BedrockCount.body(root, provider: provider) }
            let failure = BedrockFailure.read(root, status: status, provider: provider)
            guard BedrockCount.isNotThere(failure),
                let own = try? JSONParser().parse(copying: request.body)
            else { throw failure }
            let count = own.withRoot { RequestTokens.count($0, TokenCounter(nil)) }
            return (["input_tokens": .int(count)] as JSONValue).bytes()
        }
    }
}
