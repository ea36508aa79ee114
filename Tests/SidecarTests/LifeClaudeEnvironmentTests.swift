import Sidecar
import Testing

@Suite struct LifeClaudeEnvironmentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var facts = ClientFacts(url: "http://127.0.0.1:3456")
        var wish = ClaudeEnvironment.Wish()
        var environment: [String: String] = [:]
        var isLoggedIn = false
        /// Beside the address, the hint headers and the stream's time limit, which are always there.
        let expected: [String: String]
    }

    static let always = [
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:3456", "CLAUDE_CODE_GATEWAY_HINT_HEADERS": "1",
        "CLAUDE_STREAM_IDLE_TIMEOUT_MS": "1800000",
    ]

    static func facts(key: String? = nil, needsCredentials: Bool = true, model: String? = nil) -> ClientFacts {
        ClientFacts(
            url: "http://127.0.0.1:3456", key: key.map { Secret($0) }, needsCredentials: needsCredentials, model: model)
    }

    static func unknown(_ model: String, context: String, output: String) -> [String: String] {
        [
            "ANTHROPIC_MODEL": model, "ANTHROPIC_DEFAULT_HAIKU_MODEL": model, "ANTHROPIC_DEFAULT_SONNET_MODEL": model,
            "ANTHROPIC_DEFAULT_OPUS_MODEL": model, "CLAUDE_CODE_MAX_CONTEXT_TOKENS": context,
            "CLAUDE_CODE_MAX_OUTPUT_TOKENS": output,
        ]
    }

    static let placeholder = ["ANTHROPIC_AUTH_TOKEN": ClaudeEnvironment.placeholderToken]

    static let cases: [Case] = [
        Case(testDescription: "the client's own credentials pass: nothing is added", expected: [:]),
        Case(
            testDescription: "a key of the sidecar's own", facts: facts(key: "door"),
            expected: ["ANTHROPIC_AUTH_TOKEN": "door"]),
        Case(
            testDescription: "the user has that key already", facts: facts(key: "door"),
            environment: ["ANTHROPIC_API_KEY": "door"], expected: [:]),
        Case(
            testDescription: "another token of the user stays", facts: facts(key: "door"),
            environment: ["ANTHROPIC_AUTH_TOKEN": "mine"], expected: [:]),
        Case(
            testDescription: "the user's API key goes on to the API, beside the sidecar's", facts: facts(key: "door"),
            environment: ["ANTHROPIC_API_KEY": "mine"], expected: ["ANTHROPIC_AUTH_TOKEN": "door"]),
        Case(
            testDescription: "no credentials are needed and none are there: a placeholder",
            facts: facts(needsCredentials: false), expected: placeholder),
        Case(
            testDescription: "an empty variable is none", facts: facts(needsCredentials: false),
            environment: ["ANTHROPIC_API_KEY": ""], expected: placeholder),
        Case(
            testDescription: "a login needs no placeholder", facts: facts(needsCredentials: false), isLoggedIn: true,
            expected: [:]),
        Case(
            testDescription: "a token needs no placeholder", facts: facts(needsCredentials: false),
            environment: ["ANTHROPIC_AUTH_TOKEN": "mine"], expected: [:]),
        Case(
            testDescription: "a default model that the client knows", facts: facts(model: "anthropic/claude-opus-5-5"),
            expected: [:]),
        Case(
            testDescription: "a default model that it does not know", facts: facts(model: "local/qwen3"),
            expected: unknown("local/qwen3", context: "200000", output: "32000")),
        Case(
            testDescription: "a model behind two slashes", facts: facts(model: "router/anthropic/claude-x"),
            expected: unknown("router/anthropic/claude-x", context: "200000", output: "32000")),
        Case(
            testDescription: "a model by flag, with its window", wish: .init(model: "qwen3", contextTokens: 65536),
            expected: unknown("qwen3", context: "65536", output: "16384")),
        Case(
            testDescription: "a flag counts more than a variable", wish: .init(model: "qwen3"),
            environment: ["ANTHROPIC_MODEL": "other"],
            expected: unknown("qwen3", context: "200000", output: "32000")),
        Case(
            testDescription: "a known model by flag", wish: .init(model: "claude-haiku-4-5"),
            expected: ["ANTHROPIC_MODEL": "claude-haiku-4-5"]),
        Case(
            testDescription: "a short name by flag", wish: .init(model: "opus", contextTokens: 150_000),
            expected: ["ANTHROPIC_MODEL": "opus", "CLAUDE_CODE_MAX_CONTEXT_TOKENS": "150000"]),
        Case(
            testDescription: "the user's own choice of model wins over the route", facts: facts(model: "local/qwen3"),
            environment: ["ANTHROPIC_MODEL": "claude-opus-5-5"], expected: [:]),
        Case(
            testDescription: "the user's numbers stay", facts: facts(model: "local/qwen3"),
            environment: [
                "CLAUDE_CODE_MAX_CONTEXT_TOKENS": "40000", "ANTHROPIC_SMALL_FAST_MODEL": "tiny",
                "ANTHROPIC_DEFAULT_OPUS_MODEL": "huge",
            ],
            expected: [
                "ANTHROPIC_MODEL": "local/qwen3", "ANTHROPIC_DEFAULT_SONNET_MODEL": "local/qwen3",
                "CLAUDE_CODE_MAX_OUTPUT_TOKENS": "10000",
            ]),
    ]

    @Test(arguments: cases) func table(_ each: Case) {
        let made = ClaudeEnvironment(
            each.facts, each.wish, environment: each.environment, isLoggedIn: each.isLoggedIn)
        let values = Dictionary(made.variables.map { ($0.name, $0.value) }, uniquingKeysWith: { "twice: \($0) \($1)" })
        #expect(values == each.expected.merging(Self.always) { $1 })
    }

    @Test func whatIsSetStays() {
        let environment = ["CLAUDE_CODE_GATEWAY_HINT_HEADERS": "0", "CLAUDE_STREAM_IDLE_TIMEOUT_MS": "600000"]
        let made = ClaudeEnvironment(Self.facts(), .init(), environment: environment, isLoggedIn: false)
        #expect(made.variables.map(\.name) == ["ANTHROPIC_BASE_URL"])
        #expect(made.remarks.isEmpty)
    }

    @Test func anotherAddressIsReplacedAndTold() {
        let environment = ["ANTHROPIC_BASE_URL": "http://user:PLANTED@other/"]
        let made = ClaudeEnvironment(Self.facts(), .init(), environment: environment, isLoggedIn: false)
        #expect(made.variables.first == .init("ANTHROPIC_BASE_URL", "http://127.0.0.1:3456"))
        #expect(made.remarks == ["ANTHROPIC_BASE_URL was http://…@other/; this sidecar takes its place"])
    }

    @Test func secretsAreNotPrinted() {
        let made = ClaudeEnvironment(Self.facts(key: "PLANTED"), .init(), environment: [:], isLoggedIn: false)
        #expect(!made.shellText.contains("PLANTED"))
        #expect(made.secretNames == ["ANTHROPIC_AUTH_TOKEN"])
    }

    @Test func linesAreQuotedForTheShell() {
        let wish = ClaudeEnvironment.Wish(model: "it's $(rm) \"x\"")
        let made = ClaudeEnvironment(Self.facts(), wish, environment: [:], isLoggedIn: false)
        let lines = made.shellText.split(separator: "\n")
        #expect(lines[0] == "export ANTHROPIC_BASE_URL=http://127.0.0.1:3456")
        #expect(lines.contains("export ANTHROPIC_MODEL='it'\\''s $(rm) \"x\"'"))
    }
}
