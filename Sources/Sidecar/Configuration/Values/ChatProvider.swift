package import JSON
package import Translation

/// An API that takes chat completions.
package struct ChatProvider: Sendable, Equatable, TranslatedProvider {
    /// What the file writes as `type`.
    package enum Kind: String, Sendable {
        case openAI = "openai"
        case openRouter = "openrouter"
        case deepSeek = "deepseek"
        case compatible = "openai-compatible"

        var dialect: ChatDialect {
            switch self {
            case .openAI: .openAI
            case .openRouter: .openRouter
            case .deepSeek: .deepSeek
            case .compatible: .compatible
            }
        }

        /// nil: it must be said.
        var baseURL: BaseURL? {
            switch self {
            case .openAI: BaseURL(scheme: "https", host: "api.openai.com", port: nil, path: "/v1")
            case .openRouter: BaseURL(scheme: "https", host: "openrouter.ai", port: nil, path: "/api/v1")
            case .deepSeek: BaseURL(scheme: "https", host: "api.deepseek.com", port: nil, path: "")
            case .compatible: nil
            }
        }
    }

    package enum API: String, Sendable, CaseIterable { case chat, responses }
    package enum SystemPlace: String, Sendable, CaseIterable { case anywhere, first }
    package enum LimitName: String, Sendable, CaseIterable {
        case maxTokens = "max_tokens"
        case maxCompletionTokens = "max_completion_tokens"
    }

    /// Where a server differs from what its type does. nil: it does not.
    package struct Quirks: Sendable, Equatable {
        package var limitName: LimitName?
        package var thinking: ChatDialect.Effort?
        package var replay: ChatDialect.Replay?
        package var thinkTags: Bool?
        package var writtenCalls: Bool?
        package var system: SystemPlace?
        package var textParts: Bool?
        package var images: Bool?
        package var pdf: Bool?
        package var parallelFlag: Bool?
        package var responseFormat: Bool?
        package var jsonObject: Bool?
        package var cacheControl: Bool?
        package var streamUsage: Bool?
        package var summaries: Bool?
        package var topK: Bool?
        package var toolIDBytes: Int?
        package var bridgedResults: Bool?
        /// The field that the key stands in; nil: `Authorization`.
        package var keyHeader: String?
        package init() {}
    }

    package var type: Kind
    /// What else is known of the server; what stands in the file counts more.
    package var preset: ChatPreset?
    /// nil: none is sent. A client's own never is: it is another provider's.
    package var key: Secret?
    package var api = API.chat
    package var baseURL: BaseURL?
    package var caFile: String?
    package var proxy: ProxySetting?
    package var headers: [ProviderHeader] = []
    /// What requests get besides what they say themselves.
    package var parameters: JSONObject?
    package var maxOutputTokens: Int?
    package var quirks = Quirks()

    package init(type: Kind, preset: ChatPreset? = nil) {
        self.type = type
        self.preset = preset
        baseURL = preset?.baseURL ?? type.baseURL
        quirks = preset?.quirks ?? Quirks()
    }

    package var dialect: ChatDialect {
        var dialect = api == .responses ? type.dialect.asResponses : type.dialect
        dialect.maxOutputTokens = maxOutputTokens
        if let name = quirks.limitName, api == .chat { dialect.maxTokensKey = name.rawValue }
        if let thinking = quirks.thinking { dialect.effort = thinking }
        if let replay = quirks.replay { dialect.replay = replay }
        if let place = quirks.system { dialect.takesSystemAnywhere = place == .anywhere }
        if let count = quirks.toolIDBytes { dialect.toolIDBytesMax = count }
        let flags: [(WritableKeyPath<ChatDialect, Bool>, Bool?)] = [
            (\.splitsThinkTags, quirks.thinkTags), (\.takesTextParts, quirks.textParts),
            (\.takesImages, quirks.images), (\.takesPDF, quirks.pdf), (\.takesParallelFlag, quirks.parallelFlag),
            (\.takesOutputFormat, quirks.responseFormat), (\.takesCacheControl, quirks.cacheControl),
            (\.asksForStreamUsage, quirks.streamUsage), (\.asksForSummaries, quirks.summaries),
            (\.takesJSONObject, quirks.jsonObject), (\.takesTopK, quirks.topK),
            (\.bridgesResults, quirks.bridgedResults),
        ]
        for (flag, value) in flags { if let value { dialect[keyPath: flag] = value } }
        return dialect
    }
}
