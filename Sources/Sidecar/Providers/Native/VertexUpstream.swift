internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// Google's cloud: its own Gemini models, and Claude models that it hosts.
struct VertexUpstream: TranslatingUpstream {
    let name: String
    let target: UpstreamTarget
    private let place: String
    private let headers: [ProviderHeader]
    private let maxOutputTokens: Int?
    private let tokens: TokenKeeper

    init(
        _ name: String, _ settings: NativeProvider, _ configuration: Configuration, environment: [String: String]
    ) throws(GoogleCredentials.Problem) {
        self.name = name
        let region = settings.region ?? "global"
        place = "/projects/\(PathStep.escaped(settings.project ?? ""))/locations/\(PathStep.escaped(region))/publishers"
        headers = settings.headers
        maxOutputTokens = settings.maxOutputTokens
        let reach = { (address: BaseURL) in
            configuration.upstreamTarget(
                address, caFile: settings.caFile, proxy: settings.proxy, environment: environment)
        }
        target = reach(settings.baseURL ?? Self.address(of: region))
        let credentials: Result<GoogleCredentials, GoogleCredentials.Problem>
        if settings.asksMetadata {
            credentials = .success(.metadata(Self.metadata(environment)))
        } else if let file = settings.credentials {
            credentials = .success(try GoogleCredentials.read(file))
        } else {
            credentials = GoogleCredentials.applicationDefault(environment)
        }
        let asking = GoogleTokens(
            provider: name, credentials: credentials,
            target: (try? credentials.get()).map { reach($0.tokenAddress.withoutPath) })
        tokens = TokenKeeper { client in await asking.ask(client) }
    }

    /// Some names stand for several places, and those have addresses of another form.
    static func address(of region: String) -> BaseURL {
        let host =
            switch region {
            case "global": "aiplatform.googleapis.com"
            case "us", "eu": "aiplatform.\(region).rep.googleapis.com"
            default: "\(region)-aiplatform.googleapis.com"
            }
        return BaseURL(scheme: "https", host: host, port: nil, path: "/v1")
    }

    private static func metadata(_ environment: [String: String]) -> BaseURL {
        let path = "/computeMetadata/v1/instance/service-accounts/default/token"
        // The variable of Google's own libraries, which emulators set.
        let own = environment["GCE_METADATA_HOST"].flatMap { try? BaseURL.parseVersioned("http://\($0)") }
        return BaseURL(
            scheme: "http", host: own?.host ?? "metadata.google.internal", port: own?.port, path: path)
    }

    // MARK: Requests

    func order(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder {
        guard Self.isClaude(task.model) else { return try gemini(root, task, parser) }
        let request = try HostedClaude.encode(root, for: .vertex, provider: name, betas: task.betas)
        let verb = request.wantsStream ? "streamRawPredict" : "rawPredict"
        return TranslatedOrder(
            request: UpstreamRequest(
                post: claudePath(Self.claudeName(task.model), verb), fields(request.wantsStream, task), request.body),
            leftOut: request.leftOut,
            answers: CodecAnswers<HostedClaudeStream>(MessageContext(task, provider: name, request), parser))
    }

    private func gemini(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder {
        let request = try GeminiRequest.encode(
            root, model: task.model, provider: name, maxOutputTokens: task.limit(maxOutputTokens))
        let verb = request.wantsStream ? "streamGenerateContent?alt=sse" : "generateContent"
        return TranslatedOrder(
            request: UpstreamRequest(
                post: geminiPath(task.model, verb), fields(request.wantsStream, nil), request.body),
            leftOut: request.leftOut,
            answers: CodecAnswers<GeminiStream>(MessageContext(task, provider: name, request), parser))
    }

    func countOrder(
        _ root: JSONElement, _ task: TranslationTask, _ parser: JSONParser
    ) throws(TranslationRefusal) -> TranslatedOrder? {
        if Self.isClaude(task.model) {
            let request = try HostedClaude.encode(
                root, for: .vertex, provider: name, betas: task.betas, model: Self.claudeName(task.model),
                isCount: true)
            return TranslatedOrder(
                request: UpstreamRequest(
                    post: claudePath("count-tokens", "rawPredict"), fields(false, task), request.body),
                leftOut: request.leftOut,
                answers: CodecAnswers<HostedClaudeStream>(MessageContext(task, provider: name, request), parser))
        }
        let request = try GeminiRequest.encodeForCounting(root, model: task.model, provider: name, isWrapped: false)
        return TranslatedOrder(
            request: UpstreamRequest(post: geminiPath(task.model, "countTokens"), fields(false, nil), request.body),
            leftOut: request.leftOut, answers: CountAnswers(gemini: name, parser))
    }

    func authorize(_ request: UpstreamRequest, on client: UpstreamClient) async throws(APIError) -> UpstreamRequest {
        var request = request
        request.fields.set("Authorization", "Bearer \(try await tokens.value(on: client).reveal())")
        return request
    }

    private func fields(_ wantsStream: Bool, _ task: TranslationTask?) -> HTTPFields {
        var fields = HTTPFields(forModel: wantsStream)
        let betas = HostedClaude.Host.vertex.known(task?.betas ?? [])
        if !betas.isEmpty { fields.append("anthropic-beta", betas.joined(separator: ",")) }
        for header in headers { fields.set(header.name, header.value.reveal()) }
        return fields
    }

    // MARK: Names

    static func isClaude(_ model: String) -> Bool { model.hasPrefix("claude") }

    /// Anthropic writes `claude-x-20250929`, and Google `claude-x@20250929`.
    static func claudeName(_ model: String) -> String {
        let bytes = Array(model.utf8)
        guard bytes.count > 9, bytes[bytes.count - 9] == UInt8(ascii: "-"),
            bytes.suffix(8).allSatisfy({ (0x30...0x39).contains($0) })
        else { return model }
        return String(decoding: bytes.dropLast(9), as: UTF8.self) + "@"
            + String(decoding: bytes.suffix(8), as: UTF8.self)
    }

    private func claudePath(_ model: String, _ verb: String) -> String {
        let parts = model.split(separator: "@", maxSplits: 1).map { PathStep.escaped(String($0)) }
        return "\(place)/anthropic/models/\(parts.joined(separator: "@")):\(verb)"
    }

    private func geminiPath(_ model: String, _ verb: String) -> String {
        "\(place)/google/models/\(PathStep.escaped(model)):\(verb)"
    }
}

extension BaseURL {
    var withoutPath: BaseURL { BaseURL(scheme: scheme, host: host, port: port, path: "") }
}
