internal import Digest
internal import HTTP
internal import JSON
internal import LinuxSystem
internal import MCP

/// The steps of a login, before and after the person's browser. On its loop only.
struct OAuthLogin {
    let entry: MCPServerEntry
    let server: OAuthAddress
    /// What the person asks for; nil: what the server does.
    let scopes: String?
    /// Who gave the login that there is.
    let known: String?
    let exchange: OAuthExchange

    init(_ place: MCPLoginPlace, scopes: String?, known: String?, on loop: EventLoop) {
        entry = place.entry
        server = place.server
        self.scopes = scopes
        self.known = known
        exchange = OAuthExchange(on: loop)
    }

    // MARK: Before

    /// Who gives the tokens, and who we are there: all that the browser has to be told.
    func attempt(to redirect: String) async -> Result<OAuthAttempt, OAuthProblem> {
        do throws(OAuthProblem) { return .success(try await prepared(redirect)) } catch { return .failure(error) }
    }

    private func prepared(_ redirect: String) async throws(OAuthProblem) -> OAuthAttempt {
        let challenge = try await challenge()
        let resource = try await resource(challenge)
        let issuer = try await issuer(of: resource)
        let scope = OAuthAttempt.scope(
            OAuthScope.tidy(scopes ?? entry.oauth.scopes) ?? challenge?.scope, resource, issuer)
        let client = try await client(issuer, redirect, scope)
        let verifier = MCPSessions.name(words: 4)
        return OAuthAttempt(
            server: server, resource: resource.name, issuer: issuer, client: client, scope: scope, redirect: redirect,
            state: MCPSessions.name(), verifier: verifier,
            challenge: Base64.encodeForURL(SHA256(of: Array(verifier.utf8)).bytes))
    }

    /// What it says to a stranger; nil where it says nothing of the kind.
    private func challenge() async throws(OAuthProblem) -> OAuthChallenge? {
        let isOld = entry.transport == .sse
        var fields: HTTPFields = ["Accept": isOld ? "text/event-stream" : "application/json, text/event-stream"]
        for header in entry.headers { fields.append(header.name, header.value) }
        var body: [UInt8]?
        if !isOld {
            fields.append("Content-Type", "application/json")
            let opening: JSONValue = [
                "protocolVersion": .string(MCPVersion.newestWithSessions.rawValue), "capabilities": [:],
                "clientInfo": ["name": "sidecar", "version": .string(Version.current)],
            ]
            body = RPCRequest(id: .number(1), method: "initialize", parameters: opening).json.bytes()
        }
        let answer = try await exchange.ask(server, isOld ? "GET" : "POST", fields, body)
        if answer.status >= 500 {
            throw OAuthProblem("\(server) answers with status \(answer.status)")
        }
        return OAuthChallenge(answer.fields.values("www-authenticate"))
    }

    private func resource(_ challenge: OAuthChallenge?) async throws(OAuthProblem) -> OAuthResource {
        var places = OAuthResource.places(server)
        if let named = challenge?.metadata {
            places = [try OAuthIssuer.address(named, "resource_metadata", from: server).description]
        }
        if let json = try await exchange.document(at: places) { return try OAuthResource(json, of: server) }
        if challenge?.metadata != nil {
            throw OAuthProblem("there is nothing at \(places[0]), where \(server) says more of itself")
        }
        if challenge == nil {
            throw OAuthProblem("\(server) asks for no login: neither by `WWW-Authenticate` nor at \(places[0])")
        }
        return OAuthResource(silent: server)
    }

    /// The first that may be believed, says how it is done, and does it in a safe way; else what is wrong with the first.
    private func issuer(of resource: OAuthResource) async throws(OAuthProblem) -> OAuthIssuer {
        let trust = OAuthTrust(entry, known: known)
        var problem: OAuthProblem?
        for address in resource.issuers {
            do throws(OAuthProblem) {
                try trust.check(address)
                return try await issuer(address)
            } catch {
                if problem == nil { problem = error }
            }
        }
        throw problem ?? OAuthProblem("\(server) does not say who gives tokens for it")
    }

    private func issuer(_ address: OAuthAddress) async throws(OAuthProblem) -> OAuthIssuer {
        let places = OAuthIssuer.places(address)
        guard let json = try await exchange.document(at: places) else {
            throw OAuthProblem(
                "\(address) gives tokens for \(server), but does not say how: nothing at \(places.joined(separator: ", "))"
            )
        }
        return try OAuthIssuer(json, as: address)
    }

    private func client(
        _ issuer: OAuthIssuer, _ redirect: String, _ scope: String?
    ) async throws(OAuthProblem) -> OAuthClient {
        if let id = entry.oauth.clientID { return OAuthClient(id: id, secret: entry.oauth.clientSecret, of: issuer) }
        guard let place = issuer.registration else {
            let documents =
                issuer.takesMetadataDocuments ? " (the address of a client's own document is one there)" : ""
            throw OAuthProblem(
                "\(issuer.name) registers nobody by itself; register there, with \(redirect) to come back to, and write into the "
                    + "entry of `\(entry.name)`: \"oauth\": {\"clientId\": \"…\", \"callbackPort\": …}\(documents)")
        }
        return try OAuthClient(
            registered: try await exchange.post(OAuthClient.registration(redirect, scope, at: issuer), to: place))
    }

    // MARK: After

    func grant(_ code: String, _ attempt: OAuthAttempt) async -> Result<OAuthGrant, OAuthProblem> {
        do throws(OAuthProblem) {
            let answer = try await exchange.post(attempt.form(code: code), to: attempt.issuer.token, as: attempt.client)
            return .success(try OAuthGrant(answer, to: attempt, now: TokenKeeper.now()))
        } catch {
            return .failure(error)
        }
    }
}
