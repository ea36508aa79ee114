import HTTP
import LinuxSystem
import MCP
import Testing

@testable import Sidecar

/// What servers have tried at logins, where more than what is true or false of one is needed.
@Suite struct MCPLoginAttackTests {
    private static func problem(
        _ issuer: String, known: String? = nil, _ change: (inout MCPServerEntry) -> Void
    ) -> String {
        var entry = MCPServerEntry("docs")
        change(&entry)
        do throws(OAuthProblem) {
            try OAuthTrust(entry, known: known).check(OAuthAddress(issuer)!)
            return "none"
        } catch {
            return error.message
        }
    }

    @Test func aServerDoesNotChooseWhoGetsTheSecret() {
        let secret: (inout MCPServerEntry) -> Void = { $0.oauth.clientSecret = "$3cret" }
        #expect(Self.problem("https://evil.example.org", secret).contains("\"issuer\": \"https://…\""))
        let both: (inout MCPServerEntry) -> Void = {
            $0.oauth.clientSecret = "$3cret"
            $0.oauth.issuer = "https://github.com"
        }
        #expect(Self.problem("https://evil.example.org", both).contains("`docs` is https://github.com"))
        #expect(Self.problem("https://github.com.evil.example.org", both) != "none")
        #expect(Self.problem("https://github.com/", both) == "none")
        // What is configured counts more than what was once.
        #expect(Self.problem("https://github.com", known: "https://old.example.org", both) == "none")
    }

    @Test func aServerDoesNotChangeWhoGivesItsLogins() {
        #expect(
            Self.problem("https://a.org", known: "https://b.org") { _ in }.contains("`sidecar mcp logout docs` first"))
        #expect(Self.problem("https://a.org", known: "https://a.org/") { _ in } == "none")
        #expect(Self.problem("https://a.org") { _ in } == "none")
    }

    @Test(arguments: [
        ("http://127.0.0.1:8/mcp", true), ("http://LOCALHOST:8/mcp", true), ("http://127.0.0.2:8/mcp", true),
        ("http://[::1]:8/mcp", true), ("http://[0:0:0:0:0:0:0:1]/mcp", true), ("http://localhost/mcp?x={}", true),
        ("http://127.0.0.1.example.org/mcp", false), ("http://localhost.example.org/", false),
        ("https://example.org/mcp", false), ("http://127.1/mcp", false), ("http://localhost@example.org/", false),
    ])
    func tokensInClearTextPassNoProxy(_ url: String, _ isHere: Bool) throws {
        #expect(try #require(MCPAddress(url)).target.proxy == (isHere ? "" : nil))
        if let address = OAuthAddress(url), address.scheme == "http" { #expect(address.isPrivate == isHere) }
    }

    @Test func aSecretThatIsCutIsStillHidden() {
        let token = "at-" + String(repeating: "0123456789", count: 8)
        let redaction = Redaction([token])
        let said = String(repeating: "x", count: 180) + " you sent " + token
        #expect(redaction.words(said, max: 200).hasSuffix("x you sent …"))
        let headers = [
            MCPServerEntry.Field("X-Api-Key", "key-of-mine"), MCPServerEntry.Field("Authorization", "Token abcdefgh"),
        ]
        let quoted = Redaction(headers.secrets).words("\u{1B}[2Jkey-of-mine,\nabcdefgh, Token abcdefgh", max: 200)
        #expect(quoted == "\u{FFFD}[2J…, …, …")
    }

    @Test func complaintsAndNotesAreNoTerminalControls() {
        let console = RecordingConsole()
        console.complain("it said \u{1B}]0;PWNED\u{7}", ["\u{1B}[2J"])
        console.note("two\nlines of ours, \u{9B}31m")
        #expect(console.errors == "error: it said ␛]0;PWNED␇:\n  ␛[2J\ntwo\nlines of ours, \\u{9b}31m\n")
    }
}
