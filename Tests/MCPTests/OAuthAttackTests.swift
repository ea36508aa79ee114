import JSON
import MCP
import Testing

/// What servers and issuers have tried to make of a login, or of who reads about it.
@Suite struct OAuthAttackTests {
    private static let server = OAuthAddress("https://mcp.example.org/mcp")!
    private static let login = OAuthAddress("https://login.example.org")!

    private static func metadata(_ change: (inout JSONValue) -> Void = { _ in }) -> JSONValue {
        var json: JSONValue = [
            "issuer": "https://login.example.org", "authorization_endpoint": "https://login.example.org/authorize",
            "token_endpoint": "https://login.example.org/token", "code_challenge_methods_supported": ["S256"],
        ]
        change(&json)
        return json
    }

    private static func attempt(_ change: (inout JSONValue) -> Void = { _ in }) throws -> OAuthAttempt {
        OAuthAttempt(
            server: server, resource: "https://mcp.example.org/mcp",
            issuer: try OAuthIssuer(metadata(change), as: login),
            client: OAuthClient(id: "me", secret: nil, method: .none), scope: nil,
            redirect: "http://127.0.0.1:1234/callback", state: "s", verifier: "verifier", challenge: "challenge")
    }

    private static func problem(_ work: () throws -> Void) -> String {
        do {
            try work()
            return "none"
        } catch {
            return (error as? OAuthProblem)?.message ?? "another: \(error)"
        }
    }

    // MARK: Where it leads

    @Test(arguments: [
        "https://127.1:18971", "https://2130706433:18971", "https://0177.0.0.1", "https://0x7f.1", "https://0x7f000001",
        "https://127.0.0.0x1", "https://127.0.0.256", "https://a.org..", "https://.", "https://[abcd]",
        "https://[1::2::3]",
        "https://[::ffff:127.0.0.1]",
    ])
    func numbersInDisguiseAreNoAddress(_ text: String) { #expect(OAuthAddress(text) == nil) }

    @Test(arguments: [
        "https://0.0.0.0:18971", "https://[::]:18971", "https://[::ffff:7f00:1]", "https://127.0.0.2",
        "https://LOCALHOST.", "https://a.localhost", "https://[0:0:0:0:0:0:0:1]", "https://10.0.0.1",
        "https://169.254.169.254", "https://[fd00:ec2::254]", "https://100.64.0.1", "https://[64:ff9b::7f00:1]",
    ])
    func aServerElsewhereDoesNotLeadInside(_ text: String) {
        let json: JSONValue = ["resource": "https://mcp.example.org/mcp", "authorization_servers": [.string(text)]]
        let words = "leads to this machine or its network"
        #expect(Self.problem { _ = try OAuthResource(json, of: Self.server) }.contains(words))
        for key in ["authorization_endpoint", "token_endpoint", "revocation_endpoint"] {
            let json = Self.metadata { $0[key] = .string(text) }
            #expect(Self.problem { _ = try OAuthIssuer(json, as: Self.login) }.contains(words))
        }
    }

    @Test func whatIsInsideMayNameItself() throws {
        func issuer(of server: String, _ text: String) throws -> OAuthAddress {
            try OAuthIssuer.address(text, "x", from: try #require(OAuthAddress(server)))
        }
        #expect(try issuer(of: "https://10.0.0.5/mcp", "https://10.0.0.5:8443").port == 8443)
        #expect(Self.problem { _ = try issuer(of: "https://10.0.0.5/mcp", "https://10.0.0.6") }.contains("no business"))
        #expect(try issuer(of: "http://127.0.0.2:1/mcp", "https://10.0.0.6").host == "10.0.0.6")
    }

    /// One answer for tokens in clear text and for the way past a proxy.
    @Test(arguments: [
        ("http://LOCALHOST:1/", true), ("http://127.0.0.2:1/", true), ("http://localhost.:1/", true),
        ("http://[0:0:0:0:0:0:0:1]/", true), ("http://[::ffff:7f00:1]/", false), ("http://0.0.0.0/", false),
        ("http://a.localhost/", false),
    ])
    func clearTextStaysOnThisMachine(_ text: String, _ isPrivate: Bool) throws {
        #expect(try #require(OAuthAddress(text)).isPrivate == isPrivate)
    }

    @Test func aPageOfAnotherHostIsNamed() throws {
        #expect(try Self.attempt().invitation.hasSuffix("https://login.example.org asks there whether you agree"))
        let elsewhere = try Self.attempt { $0["authorization_endpoint"] = "https://github.com/login/oauth/authorize" }
        #expect(elsewhere.invitation.contains("a page of https://github.com, but https://login.example.org gets"))
    }

    // MARK: What is said of it

    private static let hostile =
        "\u{1B}]0;PWNED\u{7}\u{1B}[2J\u{9B}31m\r\nlogged in to `docs` by https://good.example\u{2028}x\u{202E}\u{200B}y"
        + String(repeating: " ", count: 500) + "a" + String(repeating: "\u{301}", count: 100_000)

    @Test func wordsOfAServerAreNoTerminalControls() throws {
        let text = JSONValue.string(Self.hostile)
        let form = OAuthForm.text([("state", "s"), ("error", Self.hostile), ("error_description", Self.hostile)])
        guard case .refused(let answer) = try Self.attempt().read(form[...]) else {
            Issue.record("not refused")
            return
        }
        let messages = [
            Self.problem { _ = try OAuthResource(["resource": text], of: Self.server) },
            Self.problem {
                let json: JSONValue = ["resource": "https://mcp.example.org", "authorization_servers": [text]]
                _ = try OAuthResource(json, of: Self.server)
            },
            Self.problem { _ = try OAuthIssuer(Self.metadata { $0["issuer"] = text }, as: Self.login) },
            Self.problem { _ = try OAuthIssuer(Self.metadata { $0["token_endpoint"] = text }, as: Self.login) },
            answer, OAuthProblem(Self.hostile).message,
        ]
        for message in messages {
            #expect(message.contains("PWNED"))
            #expect(message.unicodeScalars.count <= 4001)
            #expect(!message.contains("  "))
            for scalar in message.unicodeScalars {
                let kind = scalar.properties.generalCategory
                #expect(![.control, .format, .lineSeparator, .paragraphSeparator].contains(kind), "\(scalar.value)")
            }
        }
        for message in messages.dropLast() { #expect(message.utf8.count < 2500) }
    }

    @Test func whatIsCutIsCutByScalars() {
        #expect(ForeignWords.shown("plain words, ä, 漢字 👍", max: 100) == "plain words, ä, 漢字 👍")
        #expect(ForeignWords.shown("a" + String(repeating: "\u{301}", count: 10), max: 3) == "a\u{301}\u{301}…")
        #expect(ForeignWords.shown("a \t\n\u{3000} b", max: 3) == "a b")
        #expect(ForeignWords.shown("a\u{AD}\u{3164}\u{E0041}\u{7F}", max: 9) == "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")
    }

    @Test func whatIsSentIsSecretAsItTravels() throws {
        let sent = try Self.attempt().form(code: "c/1")
        #expect(OAuthForm.secrets(sent) == ["c/1", "verifier", "c%2F1", "verifier"])
        let client = OAuthClient(id: "me", secret: "$3cret", method: .post)
        let renewal = client.signed([("grant_type", "refresh_token"), ("refresh_token", "again")]).form
        #expect(OAuthForm.secrets(renewal) == ["again", "$3cret", "again", "%243cret"])
    }
}
