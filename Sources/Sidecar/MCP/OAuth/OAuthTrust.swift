internal import MCP

/// Whether an issuer that a server names may have what a person agrees to. A server can name anybody: an issuer that sends the
/// browser to another's page, as us, gets what was meant for that other.
struct OAuthTrust {
    private let name: String
    private let settings: MCPLoginSettings
    /// Who gave the login that there is.
    private let known: String?

    init(_ entry: MCPServerEntry, known: String?) {
        name = entry.name
        settings = entry.oauth
        self.known = known
    }

    func check(_ issuer: OAuthAddress) throws(OAuthProblem) {
        if let configured = settings.issuer {
            guard Self.isSame(configured, issuer) else {
                throw OAuthProblem(
                    "the server names \(issuer) as who gives its tokens; `issuer` in the entry of `\(name)` is \(configured)"
                )
            }
            return
        }
        if settings.clientSecret != nil {
            throw OAuthProblem(
                "the entry of `\(name)` has a `clientSecret`, and does not say whose; the server names \(issuer), which may be "
                    + "anybody: write who gave you the secret into its `oauth`, as \"issuer\": \"https://…\"")
        }
        if let known, !Self.isSame(known, issuer) {
            throw OAuthProblem(
                "the login that there is was given by \(known), and now the server names \(issuer); if that is meant, "
                    + "`sidecar mcp logout \(name)` first")
        }
    }

    private static func isSame(_ name: String, _ issuer: OAuthAddress) -> Bool {
        OAuthAddress(name).map { OAuthIssuer.isSame($0, issuer) } ?? false
    }
}
