internal import YAML

/// How upstream connections leave this machine.
package enum ProxySetting: Sendable, Equatable {
    /// As HTTPS_PROXY, HTTP_PROXY and NO_PROXY say.
    case environment
    /// Directly, whatever the environment says.
    case none
    case url(ProxyURL)

    static let form = "write a URL such as http://proxy.example.org:3128, or environment, or none"

    static func parse(_ text: String) throws(ValueError) -> ProxySetting {
        switch text {
        case "environment": return .environment
        case "none": return .none
        default: break
        }
        let parts = try URLParts(text, schemes: ["http", "https", "socks5", "socks5h"], form: form)
        guard parts.path.isEmpty || parts.path == "/" else { throw ValueError("has a path; \(form)") }
        return .url(
            ProxyURL(
                scheme: parts.scheme, host: parts.host, port: parts.port,
                credentials: parts.userInformation.map { Secret($0) }))
    }

    /// For the library that connects: nil lets it look at the environment, an empty text forbids proxies.
    package var textForTransfers: String? {
        switch self {
        case .environment: nil
        case .none: ""
        case .url(let url): url.reveal()
        }
    }

    /// The same, where the environment is known: nil leaves the choice to libcurl, which then looks through it at every request.
    func text(_ environment: [String: String]) -> String? {
        guard case .environment = self else { return textForTransfers }
        let names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        return names.contains { environment[$0]?.isEmpty == false } ? nil : ""
    }

    var shown: String {
        switch self {
        case .environment: "environment"
        case .none: "none"
        case .url(let url): url.description
        }
    }
}

/// A proxy, whose password does not show.
package struct ProxyURL: Sendable, Equatable, CustomStringConvertible {
    package let scheme: String
    package let host: String
    package let port: UInt16?
    /// `user:password`, percent-encoded as it was written.
    package let credentials: Secret?

    private func text(_ credentials: String?) -> String {
        let name = host.contains(":") ? "[\(host)]" : host
        return scheme + "://" + (credentials.map { "\($0)@" } ?? "") + name + (port.map { ":\($0)" } ?? "")
    }

    /// With the credentials, for the library that connects.
    package func reveal() -> String { text(credentials?.reveal()) }
    package var description: String { text(credentials?.description) }
}
