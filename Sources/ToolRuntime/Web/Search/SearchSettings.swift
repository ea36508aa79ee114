/// The services that WebSearch can ask.
package enum SearchProvider: String, Sendable, CaseIterable {
    case searxng, brave, tavily, exa, serper, google

    /// nil: everybody runs their own.
    package var usualAddress: String? {
        switch self {
        case .searxng: nil
        case .brave: "https://api.search.brave.com"
        case .tavily: "https://api.tavily.com"
        case .exa: "https://api.exa.ai"
        case .serper: "https://google.serper.dev"
        case .google: "https://www.googleapis.com"
        }
    }

    package var needsKey: Bool { self != .searxng }
}

package struct SearchSettings: Sendable {
    package let provider: SearchProvider
    /// Without a slash at its end.
    package let address: String
    /// For the service alone: no message and no log has it.
    let key: SearchKey?
    /// Google's `cx`.
    package var engine: String?
    package var results = 10
    package var authorityFile: String?
    /// As `UpstreamTarget` has it.
    package var proxy: String?

    package init(provider: SearchProvider, address: String, key: String?) {
        self.provider = provider
        self.address = address
        self.key = key.map { SearchKey(text: $0) }
    }
}

/// Prints as nothing.
struct SearchKey: Sendable, CustomStringConvertible, CustomReflectable {
    let text: String
    var description: String { "…" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
