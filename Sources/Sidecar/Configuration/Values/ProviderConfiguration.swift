package import JSON

/// One entry of `providers`: a name of the user's choice, and how to reach what stands behind it.
package struct ProviderConfiguration: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case anthropic(AnthropicProvider)
        case chat(ChatProvider)
        case native(NativeProvider)
        case scripted(ScriptedProvider)
    }

    package var name: String
    package var kind: Kind

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// The `type` that the file writes.
    package var typeName: String {
        switch kind {
        case .anthropic: "anthropic"
        case .chat(let settings): settings.type.rawValue
        case .native(let settings): settings.type.rawValue
        case .scripted: "scripted"
        }
    }
}

/// Anthropic's API, or something that speaks exactly it.
package struct AnthropicProvider: Sendable, Equatable {
    /// nil: the client's own credentials pass through. Otherwise the client's are dropped.
    package var key: Secret?
    package var baseURL = BaseURL.anthropic
    /// Certificates to trust in place of the system's; nil: `upstream.ca_file`.
    package var caFile: String?
    /// nil: `upstream.proxy`.
    package var proxy: ProxySetting?
    /// Added to every request, in place of the client's of the same name.
    package var headers: [ProviderHeader] = []
    /// What requests get besides what they say themselves.
    package var parameters: JSONObject?

    package init() {}
}

/// Answers from a file: no network, no key.
package struct ScriptedProvider: Sendable, Equatable {
    /// The path of the script.
    package var script = ""

    package init() {}
}

package struct ProviderHeader: Sendable, Equatable {
    package let name: String
    /// Often a token, so always treated as one.
    package let value: Secret

    package init(name: String, value: Secret) {
        self.name = name
        self.value = value
    }
}
