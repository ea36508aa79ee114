/// One attempt at a login: what is asked of the person's browser, and which answer is one to it. Pure; randomness is given.
package struct OAuthAttempt: Sendable {
    package let server: OAuthAddress
    package let resource: String
    package let issuer: OAuthIssuer
    package let client: OAuthClient
    package let scope: String?
    /// Where the browser comes back to.
    package let redirect: String
    /// Nobody else knows it, so what comes back with it is an answer to this.
    private let state: String
    /// What the code is of no use without (PKCE), and what may be shown of it.
    private let verifier: String
    private let challenge: String

    package init(
        server: OAuthAddress, resource: String, issuer: OAuthIssuer, client: OAuthClient, scope: String?,
        redirect: String, state: String, verifier: String, challenge: String
    ) {
        self.server = server
        self.resource = resource
        self.issuer = issuer
        self.client = client
        self.scope = scope
        self.redirect = redirect
        self.state = state
        self.verifier = verifier
        self.challenge = challenge
    }

    /// What to ask for: as little as the server says it takes, and to be allowed to renew it, where that has to be asked for.
    package static func scope(_ wanted: String?, _ resource: OAuthResource, _ issuer: OAuthIssuer) -> String? {
        let scope = wanted ?? OAuthScope.union(resource.scopes.joined(separator: " "))
        let renews = "offline_access"
        return scope != nil && issuer.scopes.contains(renews) ? OAuthScope.union(scope, renews) : scope
    }

    /// For the person's browser.
    package var address: String {
        var form: [OAuthForm.Pair] = [
            ("response_type", "code"), ("client_id", client.id), ("redirect_uri", redirect), ("state", state),
            ("code_challenge", challenge), ("code_challenge_method", "S256"), ("resource", resource),
        ]
        if let scope { form.append(("scope", scope)) }
        return "\(issuer.authorization)\(issuer.authorization.query == nil ? "?" : "&")\(OAuthForm.text(form))"
    }

    /// What the person is told in front of it: whose page it is, and who gets what is agreed to there, are two things.
    package var invitation: String {
        let start = "open this address in a browser on this machine; "
        let page = issuer.authorization
        if OAuthAddress(issuer.name)?.host == page.host { return "\(start)\(issuer.name) asks there whether you agree" }
        return
            "\(start)it is a page of \(page.origin), but \(issuer.name) gets what you agree to there; go on only if the two "
            + "belong together"
    }

    package enum Return: Sendable, Equatable {
        /// Not an answer to this: whoever sent it may not end the attempt either.
        case stranger
        case refused(String)
        case code(String)
    }

    /// What the browser brought.
    package func read(_ query: Substring?) -> Return {
        guard let values = query.flatMap({ OAuthForm.parse($0) }), values["state"] == state else { return .stranger }
        // RFC 9207, letter by letter: a code of one issuer must not be given to another.
        if let named = values["iss"], named != issuer.name {
            return .refused("the answer came from \(ForeignWords.shown(named, max: 200)), and not from \(issuer.name)")
        }
        if values["iss"] == nil, issuer.namesItself {
            return .refused("the answer does not say that it is from \(issuer.name), which always says so")
        }
        if let error = values["error"] {
            let words = values["error_description"].map { ": \(ForeignWords.shown($0, max: 300))" } ?? ""
            return .refused("\(issuer.name) refused it: \(ForeignWords.shown(error, max: 100))\(words)")
        }
        guard let code = values["code"], !code.isEmpty else { return .refused("the answer has no code") }
        return .code(code)
    }

    /// What a code is turned into a token by.
    package func form(code: String) -> [OAuthForm.Pair] {
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect),
            ("code_verifier", verifier), ("resource", resource),
        ]
    }
}
