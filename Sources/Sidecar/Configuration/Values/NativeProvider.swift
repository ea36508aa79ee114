package import JSON

/// A provider with an API of its own.
package struct NativeProvider: Sendable, Equatable, TranslatedProvider {
    /// What the file writes as `type`.
    package enum Kind: String, Sendable, CaseIterable {
        case bedrock, gemini, vertex, ollama
    }

    package var type: Kind
    /// nil: none is sent. A client's own never is: it is another provider's.
    package var key: Secret?
    package var baseURL: BaseURL?
    package var caFile: String?
    package var proxy: ProxySetting?
    package var headers: [ProviderHeader] = []
    /// What requests get besides what they say themselves.
    package var parameters: JSONObject?
    package var maxOutputTokens: Int?
    /// Vertex's place: a project, and a region.
    package var project: String?
    package var region: String?
    /// A file with Google's credentials; nil: those that Google's own programs find.
    package var credentials: String?
    package var asksMetadata = false
    /// Amazon's, in place of `key`; nil: what Amazon's own programs find.
    package var accessKey: Secret?
    package var secretKey: Secret?
    package var sessionToken: Secret?
    /// A section of Amazon's own files.
    package var profile: String?
    /// The group of regions that stands in front of a Claude model's plain name; empty: none.
    package var inferenceProfile = "global"
    package var guardrail: String?
    package var guardrailVersion: String?
    /// Ollama's `num_ctx` and `keep_alive`.
    package var contextLength: Int?
    package var keepAlive: String?

    package init(type: Kind) {
        self.type = type
        switch type {
        case .gemini:
            baseURL = BaseURL(
                scheme: "https", host: "generativelanguage.googleapis.com", port: nil, path: "/v1beta")
        // By the region.
        case .bedrock, .vertex: baseURL = nil
        case .ollama: baseURL = BaseURL(scheme: "http", host: "127.0.0.1", port: 11434, path: "")
        }
    }

    /// Files that it names.
    package var files: [String] { [caFile, credentials].compactMap(\.self) }

    package var secrets: [Secret] {
        [key, accessKey, secretKey, sessionToken].compactMap(\.self) + headers.map(\.value)
    }

    /// For people: where it is, and with whose credentials.
    package var summary: String {
        if type == .vertex {
            let whose = asksMetadata ? "the machine's own server" : credentials ?? "Google's default places"
            return "project \(project ?? ""), \(region ?? "global"), with credentials of \(whose)"
        }
        if type == .bedrock {
            let whose = key != nil || accessKey != nil ? "the configured key" : profile.map { "profile \($0)" }
            return
                "region \(region ?? "as Amazon's own programs have it"), with \(whose ?? "Amazon's default credentials")"
        }
        return "\(baseURL?.description ?? ""), \(key == nil ? "without a key" : "with the configured key")"
    }
}
