package import JSON

/// What a protected server says of itself: RFC 9728.
package struct OAuthResource: Sendable, Equatable {
    /// What tokens are asked for.
    package let name: String
    /// In the order in which it names them: the first that can be used counts.
    package let issuers: [OAuthAddress]
    package let scopes: [String]

    /// A server that names more has lost count.
    private static let issuersMax = 8

    /// Where that is said when the server does not say where.
    package static func places(_ server: OAuthAddress) -> [String] {
        let base = server.origin + "/.well-known/oauth-protected-resource"
        let path = server.path == "/" ? "" : server.path
        return path.isEmpty ? [base] : [base + path, base]
    }

    package init(_ json: JSONValue, of server: OAuthAddress) throws(OAuthProblem) {
        // A page that speaks for another server would make us fetch tokens for that one, and bring them here.
        guard let name = json["resource"]?.string, let address = OAuthAddress(name), address.covers(server) else {
            let named = json["resource"]?.string ?? "nothing"
            throw OAuthProblem(
                "what \(server) says of itself speaks of another server (`resource`: \(ForeignWords.shown(named, max: 200))); "
                    + "no token is asked for it")
        }
        let named = (json["authorization_servers"]?.array ?? []).compactMap(\.string).prefix(Self.issuersMax)
        guard let first = named.first else {
            throw OAuthProblem("\(server) does not say who gives tokens for it (`authorization_servers`)")
        }
        let sound = named.compactMap { try? OAuthIssuer.address($0, "authorization_servers", from: server) }
        issuers = sound.isEmpty ? [try OAuthIssuer.address(first, "authorization_servers", from: server)] : sound
        self.name = name
        scopes = json["scopes_supported"]?.array?.compactMap { OAuthScope.tidy($0.string) } ?? []
    }

    /// Of a server that says nothing: whoever is at the same place gives the tokens, as it was before 2025-06-18.
    package init(silent server: OAuthAddress) {
        name = server.description
        issuers = [OAuthAddress(server.origin) ?? server]
        scopes = []
    }
}

/// Who gives tokens: RFC 8414, or what OpenID Connect says of the same.
package struct OAuthIssuer: Sendable, Equatable {
    /// As it calls itself.
    package let name: String
    package let authorization: OAuthAddress
    package let token: OAuthAddress
    package let registration: OAuthAddress?
    package let revocation: OAuthAddress?
    /// It names itself in what it answers, so an answer without a name is another's.
    package let namesItself: Bool
    package let takesMetadataDocuments: Bool
    package let scopes: [String]
    package let methods: [String]

    package static func places(_ issuer: OAuthAddress) -> [String] {
        let path = issuer.path.hasSuffix("/") ? String(issuer.path.dropLast()) : issuer.path
        let (plain, open) = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")
        let both = [issuer.origin + plain + path, issuer.origin + open + path]
        return path.isEmpty ? both : both + [issuer.origin + path + open]
    }

    package init(_ json: JSONValue, as issuer: OAuthAddress) throws(OAuthProblem) {
        guard let name = json["issuer"]?.string, let named = OAuthAddress(name), Self.isSame(named, issuer) else {
            let named = json["issuer"]?.string ?? "nobody"
            let shown = ForeignWords.shown(named, max: 200)
            throw OAuthProblem("\(issuer) says that it is \(shown) (`issuer`); it is not to be trusted")
        }
        // Without it whoever sees the code on its way can use it.
        guard json["code_challenge_methods_supported"]?.array?.contains("S256") == true else {
            throw OAuthProblem(
                "\(issuer) does not do PKCE with S256 (`code_challenge_methods_supported`), without which a login is not safe"
            )
        }
        func address(_ key: String) throws(OAuthProblem) -> OAuthAddress? {
            guard let text = json[key]?.string else { return nil }
            return try Self.address(text, key, from: issuer)
        }
        guard let authorization = try address("authorization_endpoint"), let token = try address("token_endpoint")
        else {
            throw OAuthProblem("\(issuer) does not say where to ask (`authorization_endpoint`, `token_endpoint`)")
        }
        self.name = name
        self.authorization = authorization
        self.token = token
        registration = try address("registration_endpoint")
        revocation = try address("revocation_endpoint")
        namesItself = json["authorization_response_iss_parameter_supported"]?.bool == true
        takesMetadataDocuments = json["client_id_metadata_document_supported"]?.bool == true
        scopes = json["scopes_supported"]?.array?.compactMap(\.string) ?? []
        methods =
            json["token_endpoint_auth_methods_supported"]?.array?.compactMap(\.string)
            ?? [OAuthClient.Method.basic.rawValue]
    }

    /// Letter by letter, but for the slash that an address without a path has or has not.
    package static func isSame(_ left: OAuthAddress, _ right: OAuthAddress) -> Bool {
        left == right
            || left.origin == right.origin && left.query == right.query
                && ["", "/"].contains(left.path) && ["", "/"].contains(right.path)
    }

    package static func address(
        _ text: String, _ key: String, from other: OAuthAddress
    ) throws(OAuthProblem) -> OAuthAddress {
        guard let address = OAuthAddress(text) else {
            throw OAuthProblem("\(other): `\(key)` is no address: \(ForeignWords.shown(text, max: 200))")
        }
        guard other.maySend(to: address) else {
            throw OAuthProblem(
                address.isPrivate
                    ? "\(other): `\(key)` leads to this machine or its network (\(address.origin)), where a server elsewhere has no business"
                    : "\(other): `\(key)` is \(address.origin), in clear text; secrets go by https only")
        }
        return address
    }
}
