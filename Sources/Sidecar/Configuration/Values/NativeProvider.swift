/// A provider with an API of its own.
package struct NativeProvider: Sendable, Equatable {
    /// What the file writes as `type`.
    package enum Kind: String, Sendable, CaseIterable {
        case gemini, ollama
    }

    package var type: Kind
    /// nil: none is sent. A client's own never is: it is another provider's.
    package var key: Secret?
    package var baseURL: BaseURL?
    package var caFile: String?
    package var proxy: ProxySetting?
    package var headers: [ProviderHeader] = []
    package var maxOutputTokens: Int?
    /// Ollama's `num_ctx` and `keep_alive`.
    package var contextLength: Int?
    package var keepAlive: String?

    package init(type: Kind) {
        self.type = type
        switch type {
        case .gemini:
            baseURL = BaseURL(
                scheme: "https", host: "generativelanguage.googleapis.com", port: nil, path: "/v1beta")
        case .ollama: baseURL = BaseURL(scheme: "http", host: "127.0.0.1", port: 11434, path: "")
        }
    }

    /// Files that it names.
    package var files: [String] { [caFile].compactMap(\.self) }

    package var secrets: [Secret] { [key].compactMap(\.self) + headers.map(\.value) }

    /// For people: where it is, and with whose credentials.
    package var summary: String {
        "\(baseURL?.description ?? ""), \(key == nil ? "without a key" : "with the configured key")"
    }
}
