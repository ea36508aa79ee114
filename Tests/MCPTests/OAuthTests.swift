import JSON
import MCP
import Testing

/// A login, without a network and without a browser.
@Suite struct OAuthTests {
    private static let server = OAuthAddress("https://mcp.example.org/v1/mcp")!
    private static let issuerAddress = OAuthAddress("https://login.example.org/tenant")!

    private static func metadata(_ change: (inout JSONValue) -> Void = { _ in }) -> JSONValue {
        var json: JSONValue = [
            "issuer": "https://login.example.org/tenant",
            "authorization_endpoint": "https://login.example.org/tenant/authorize?tenant=1",
            "token_endpoint": "https://login.example.org/tenant/token",
            "registration_endpoint": "https://login.example.org/register",
            "code_challenge_methods_supported": ["plain", "S256"], "scopes_supported": ["read", "offline_access"],
            "token_endpoint_auth_methods_supported": ["none"],
            "authorization_response_iss_parameter_supported": true,
        ]
        change(&json)
        return json
    }

    private static func attempt(_ change: (inout JSONValue) -> Void = { _ in }) throws -> OAuthAttempt {
        OAuthAttempt(
            server: server, resource: "https://mcp.example.org/v1/mcp",
            issuer: try OAuthIssuer(metadata(change), as: issuerAddress),
            client: OAuthClient(id: "me", secret: nil, method: .none), scope: "read all",
            redirect: "http://127.0.0.1:1234/callback", state: "s t", verifier: "verifier", challenge: "challenge")
    }

    private static func problem(_ work: () throws -> Void) -> String {
        do {
            try work()
            return "none"
        } catch {
            return (error as? OAuthProblem)?.message ?? "another: \(error)"
        }
    }

    @Test(arguments: [
        "", "mcp.example.org", "ftp://x", "https://", "https:///x", "https://a b/", "https://a@b/", "https://a:0/",
        "https://a:70000/", "https://a:1:2/", "https://a\\b/", "https://a/\u{e9}", "https://a/#x", "https://[::1/",
        "javascript://x/%0aalert(1)", "https://a/\"", "https://a/<x>", "https://a:/",
    ])
    func whatIsNoAddress(_ text: String) { #expect(OAuthAddress(text) == nil) }

    @Test(arguments: [
        ("http://127.0.0.1:8/x", true), ("http://localhost/", true), ("http://[::1]:8/", true), ("https://a.org", true),
        ("http://a.org/", false), ("http://127.0.0.1.a.org/", false),
        ("http://localhost.a.org/", false), ("http://10.0.0.1/", false),
    ])
    func secretsGoOnlyWhereNobodyElseHears(_ text: String, _ isPrivate: Bool) throws {
        #expect(try #require(OAuthAddress(text)).isPrivate == isPrivate)
    }

    @Test func addressesAreWrittenAsTheyWereMeant() throws {
        for text in ["https://a.org", "https://a.org:8443/x?y=1&z", "http://[::1]:80/", "https://a.org/"] {
            #expect(OAuthAddress(text)?.description == (text == "http://[::1]:80/" ? "http://[::1]/" : text))
        }
        #expect(OAuthAddress("HTTPS://A.org:443/X")?.description == "https://a.org/X")
    }

    @Test(
        arguments: [
            (#"Bearer resource_metadata="https://a/m", scope="b  a""#, "https://a/m", "b a"),
            (
                #"Basic realm="a, Bearer x=1", Bearer realm="x, y",scope=one , resource_metadata=https://a/m"#,
                "https://a/m", "one"
            ),
            (#"bearer"#, nil, nil), (#"DPoP algs="ES256", BEARER error="invalid_token""#, nil, nil),
        ] as [(String, String?, String?)])
    func challengesAreRead(_ field: String, _ metadata: String?, _ scope: String?) {
        let challenge = OAuthChallenge([field])
        #expect(challenge != nil)
        #expect(challenge?.metadata == metadata)
        #expect(challenge?.scope == scope)
    }

    @Test func othersAreNone() {
        #expect(OAuthChallenge([]) == nil)
        #expect(OAuthChallenge([#"Basic realm="Bearer""#, "", ",,", "Negotiate"]) == nil)
        #expect(OAuthChallenge(["Basic realm=x", "Bearer error=insufficient_scope"])?.error == "insufficient_scope")
    }

    @Test
    func `auth/metadata-default, auth/metadata-var1, auth/metadata-var2, auth/metadata-var3: where things are said`()
        throws
    {
        let well = "https://mcp.example.org/.well-known/oauth-protected-resource"
        #expect(OAuthResource.places(Self.server) == [well + "/v1/mcp", well])
        #expect(OAuthResource.places(try #require(OAuthAddress("https://mcp.example.org/"))) == [well])
        #expect(
            OAuthIssuer.places(Self.issuerAddress) == [
                "https://login.example.org/.well-known/oauth-authorization-server/tenant",
                "https://login.example.org/.well-known/openid-configuration/tenant",
                "https://login.example.org/tenant/.well-known/openid-configuration",
            ])
        #expect(OAuthIssuer.places(try #require(OAuthAddress("https://a/"))).count == 2)
    }

    @Test(arguments: [
        "https://mcp.example.org/v1/mcp", "https://mcp.example.org/v1", "https://mcp.example.org",
        "https://mcp.example.org/",
    ])
    func aServerSpeaksForItself(_ name: String) throws {
        let json: JSONValue = ["resource": .string(name), "authorization_servers": ["https://login.example.org"]]
        #expect(try OAuthResource(json, of: Self.server).name == name)
    }

    @Test(arguments: [
        "https://other.example.org/v1/mcp", "http://mcp.example.org/v1/mcp", "https://mcp.example.org:444/v1/mcp",
        "https://mcp.example.org/v1/mc", "https://mcp.example.org/v1/mcp/more", "",
    ])
    func `auth/resource-mismatch: a server speaks for no other`(_ name: String) {
        let json: JSONValue = ["resource": .string(name), "authorization_servers": ["https://login.example.org"]]
        #expect(Self.problem { _ = try OAuthResource(json, of: Self.server) }.contains("another server"))
    }

    @Test(arguments: [
        ("http://login.example.org", "in clear text"), ("http://127.0.0.1:9/", "leads to this machine or its network"),
        ("file:///etc/passwd", "is no address"),
    ])
    func nobodyLeadsUsAstray(_ address: String, _ words: String) {
        let json: JSONValue = [
            "resource": "https://mcp.example.org/v1/mcp", "authorization_servers": [.string(address)],
        ]
        #expect(Self.problem { _ = try OAuthResource(json, of: Self.server) }.contains(words))
        for key in ["authorization_endpoint", "token_endpoint", "registration_endpoint"] {
            let json = Self.metadata { $0[key] = .string(address) }
            #expect(Self.problem { _ = try OAuthIssuer(json, as: Self.issuerAddress) }.contains(words))
        }
    }

    @Test func whoeverCannotBeMeantIsNotAsked() throws {
        let named: JSONValue = ["http://login.example.org", "https://a.org", 7, "https://b.org"]
        let json: JSONValue = ["resource": "https://mcp.example.org", "authorization_servers": named]
        let issuers = try OAuthResource(json, of: Self.server).issuers
        #expect(issuers.map(\.description) == ["https://a.org", "https://b.org"])
    }

    @Test func `auth/metadata-issuer-mismatch: an issuer is who it says, and does what is safe`() throws {
        #expect(try OAuthIssuer(Self.metadata(), as: Self.issuerAddress).namesItself)
        for name in [
            "https://login.example.org/tenant/", "https://login.example.org", "https://evil.example.org/tenant", "",
        ] {
            let json = Self.metadata { $0["issuer"] = .string(name) }
            #expect(Self.problem { _ = try OAuthIssuer(json, as: Self.issuerAddress) }.contains("not to be trusted"))
        }
        for methods: JSONValue in [["plain"], [], .null] {
            let json = Self.metadata { $0["code_challenge_methods_supported"] = methods }
            #expect(Self.problem { _ = try OAuthIssuer(json, as: Self.issuerAddress) }.contains("PKCE"))
        }
    }

    @Test func theBrowserIsToldWhatIsMeant() throws {
        #expect(
            try Self.attempt().address
                == "https://login.example.org/tenant/authorize?tenant=1&response_type=code&client_id=me"
                + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A1234%2Fcallback&state=s%20t&code_challenge=challenge"
                + "&code_challenge_method=S256&resource=https%3A%2F%2Fmcp.example.org%2Fv1%2Fmcp&scope=read%20all")
        let form = OAuthForm.text(try Self.attempt().form(code: "c/1"))
        #expect(form.hasPrefix("grant_type=authorization_code&code=c%2F1&redirect_uri=http%3A"))
        #expect(form.contains("&code_verifier=verifier&resource=https%3A"))
    }

    private static let iss = "iss=https%3A%2F%2Flogin.example.org%2Ftenant"

    @Test(arguments: [
        ("state=s+t&\(iss)&code=abc%2B", OAuthAttempt.Return.code("abc+")), ("state=s%20t&code=1&\(iss)", .code("1")),
        ("code=abc&\(iss)", .stranger), ("state=x&code=abc&\(iss)", .stranger), ("", .stranger),
        ("state=s+t&state=s+t&code=1&\(iss)", .stranger), ("state=s%2&code=1", .stranger),
        (
            "state=s+t&code=1",
            .refused("the answer does not say that it is from https://login.example.org/tenant, which always says so")
        ),
        (
            "state=s+t&code=1&\(iss)%2F",
            .refused(
                "the answer came from https://login.example.org/tenant/, and not from https://login.example.org/tenant")
        ),
        ("state=s+t&\(iss)", .refused("the answer has no code")),
        (
            "state=s+t&error=access_denied&error_description=no%20way&\(iss)",
            .refused("https://login.example.org/tenant refused it: access_denied: no way")
        ),
    ])
    func `auth/iss-supported, auth/iss-supported-missing, auth/iss-wrong-issuer, auth/iss-normalized: only the answer`(
        _ query: String, _ expected: OAuthAttempt.Return
    ) throws {
        #expect(try Self.attempt().read(query[...]) == expected)
    }

    @Test func `auth/iss-not-advertised, auth/iss-unexpected: who never names itself need not`() throws {
        let attempt = try Self.attempt { $0["authorization_response_iss_parameter_supported"] = nil }
        #expect(attempt.read("state=s+t&code=1") == .code("1"))
        #expect(attempt.read("state=s+t&code=1&iss=https%3A%2F%2Fevil.org") != .code("1"))
        #expect(attempt.read(nil) == .stranger)
    }

    @Test
    func
        `auth/scope-from-www-authenticate, auth/scope-from-scopes-supported, auth/scope-omitted-when-undefined, auth/offline-access-scope, auth/offline-access-not-supported`()
        throws
    {
        let issuer = try OAuthIssuer(Self.metadata(), as: Self.issuerAddress)
        func scope(_ wanted: String?, _ supported: JSONValue) throws -> String? {
            let json: JSONValue = [
                "resource": "https://mcp.example.org", "authorization_servers": ["https://a.org"],
                "scopes_supported": supported,
            ]
            return OAuthAttempt.scope(wanted, try OAuthResource(json, of: Self.server), issuer)
        }
        #expect(try scope("x", ["y"]) == "x offline_access")
        #expect(try scope(nil, ["y", "z"]) == "y z offline_access")
        let plain = try OAuthIssuer(Self.metadata { $0["scopes_supported"] = ["read"] }, as: Self.issuerAddress)
        #expect(OAuthAttempt.scope("x", OAuthResource(silent: Self.server), plain) == "x")
        // Nothing is asked for where nothing is named: then it is the issuer's choice.
        #expect(try scope(nil, .null) == nil)
    }

    @Test
    func
        `auth/token-endpoint-auth-basic, auth/token-endpoint-auth-post, auth/token-endpoint-auth-none, auth/basic-cimd: who we are`()
        throws
    {
        func issuer(_ methods: JSONValue?) throws -> OAuthIssuer {
            try OAuthIssuer(
                Self.metadata { $0["token_endpoint_auth_methods_supported"] = methods }, as: Self.issuerAddress)
        }
        let basic = OAuthClient(id: "a:b", secret: "c d", of: try issuer(nil)).signed([("x", "1")])
        #expect(basic.authorization == "Basic \(Base64.encode(Array("a%3Ab:c%20d".utf8)))")
        #expect(OAuthForm.text(basic.form) == "x=1")
        let post = OAuthClient(id: "a", secret: "c", of: try issuer(["client_secret_post"])).signed([])
        #expect(OAuthForm.text(post.form) == "client_id=a&client_secret=c")
        #expect(OAuthForm.text(OAuthClient(id: "a", secret: nil, of: try issuer(nil)).signed([]).form) == "client_id=a")
        // The address of a document is a name like any other.
        let document = OAuthClient(id: "https://a.org/me.json", secret: nil, of: try issuer(nil)).signed([])
        #expect(document.authorization == nil)
        #expect(OAuthForm.text(document.form) == "client_id=https%3A%2F%2Fa.org%2Fme.json")
        let asked = OAuthClient.registration("http://127.0.0.1:1/callback", "read", at: try issuer(["none"]))
        #expect(asked["application_type"] == "native")
        #expect(asked["token_endpoint_auth_method"] == "none")
    }

    @Test func tokensAreRenewedInTimeAndKept() throws {
        let attempt = try Self.attempt()
        let answer: JSONValue = [
            "access_token": "first", "token_type": "bearer", "expires_in": 3600, "refresh_token": "again",
        ]
        let grant = try OAuthGrant(answer, to: attempt, now: 1000)
        #expect(!grant.isToBeRenewed(4299) && grant.isToBeRenewed(4300) && !grant.isOver(4599) && grant.isOver(4600))
        #expect(OAuthGrant(grant.json) == grant)
        #expect(
            OAuthForm.text(try #require(grant.renewalForm)).hasPrefix(
                "grant_type=refresh_token&refresh_token=again&resource="))
        let second = try grant.renewed(["access_token": "second", "token_type": "Bearer", "expires_in": 10], now: 5000)
        #expect(second.access == "second" && second.refresh == "again" && second.isToBeRenewed(5005))
        #expect(!second.isToBeRenewed(5004))
        for wrong: JSONValue in [
            [:], ["access_token": "a"], ["access_token": "a", "token_type": "mac"],
            ["access_token": "a\r\nX: 1", "token_type": "bearer"], ["access_token": "", "token_type": "bearer"],
        ] {
            #expect(Self.problem { _ = try OAuthGrant(wrong, to: attempt, now: 0) }.contains("gave"))
        }
        // Whoever prints it sees nothing.
        var text = ""
        dump(grant, to: &text)
        #expect(!("\(grant) \(String(reflecting: grant)) \(text)").contains("first"))
        #expect(!text.contains("again"))
    }
}
