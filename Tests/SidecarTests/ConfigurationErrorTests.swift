import Sidecar
import Testing

@Suite struct ConfigurationErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let expected: [String]
        var testDescription: String { text }

        init(_ text: String, _ expected: String...) {
            self.text = text
            self.expected = expected
        }
    }

    static let cases: [Case] = [
        // Keys.
        Case(
            "limits:\n  reqest_bytes: 1\n",
            "s.yaml:2:3: limits.reqest_bytes: unknown key; did you mean `request_bytes`?"),
        Case("lisetn: x\n", "s.yaml:1:1: lisetn: unknown key; did you mean `listen`?"),
        Case(
            "request_bytes: 1\n", "s.yaml:1:1: request_bytes: unknown key; it belongs where `limits.request_bytes` says"
        ),
        Case("shutdown: { when: 1s }", "s.yaml:1:13: shutdown.when: unknown key; known here: grace"),
        Case("cache: {}\n", "s.yaml:1:1: cache: not yet: this version has no such feature; remove the key"),
        Case(
            "limits: { concurrent: 5 }\n",
            "s.yaml:1:11: limits.concurrent: not yet: this version has no such feature; remove the key"),
        Case(
            "routes: { think: x }",
            "s.yaml:1:11: routes.think: not yet: this version has no such feature; remove the key"),
        // Shapes.
        Case("- a\n", "s.yaml:1:1: takes keys below it; this is a list"),
        Case("limits: 5\n", "s.yaml:1:9: limits: takes keys below it; this is a single value"),
        Case("listen: [a]\n", "s.yaml:1:9: listen: takes a single value; this is a list"),
        Case("workspace:\n", "s.yaml:1:11: workspace: takes a single value; this is nothing"),
        Case("auth: { keys: k }\n", "s.yaml:1:15: auth.keys: takes a list, such as [a, b]; this is a single value"),
        Case("debug: !!bool true\n", "s.yaml:1:8: debug: takes a plain value, without a tag"),
        // Values.
        Case("debug: yes\n", "s.yaml:1:8: debug: `yes` is neither true nor false"),
        Case("event_loops: two\n", "s.yaml:1:14: event_loops: `two` is no whole number; write one such as 64"),
        Case("event_loops: 1025\n", "s.yaml:1:14: event_loops: `1025` is outside 0 to 1024"),
        Case("event_loops: -1\n", "s.yaml:1:14: event_loops: `-1` is outside 0 to 1024"),
        Case(
            "shutdown: { grace: 30 }\n",
            "s.yaml:1:20: shutdown.grace: `30` has no unit; write a time such as 250ms, 30s, 5m or 1h"),
        Case(
            "shutdown: { grace: 30sec }\n",
            "s.yaml:1:20: shutdown.grace: `30sec` has no unit of time that is known here; "
                + "write a time such as 250ms, 30s, 5m or 1h"),
        Case(
            "shutdown: { grace: 1.5s }\n",
            "s.yaml:1:20: shutdown.grace: `1.5s` is no whole number; write a time such as 250ms, 30s, 5m or 1h"),
        Case(
            "shutdown: { grace: 99999999999999999999s }\n",
            "s.yaml:1:20: shutdown.grace: `99999999999999999999s` is too large"),
        Case(
            "shutdown: { grace: 9999999999999999h }\n", "s.yaml:1:20: shutdown.grace: `9999999999999999h` is too long"),
        Case("limits: { idle_time: 0s }\n", "s.yaml:1:22: limits.idle_time: `0s` is outside 1ms to 86400s"),
        Case(
            "limits: { request_bytes: 32mb }\n",
            "s.yaml:1:26: limits.request_bytes: `32mb` has no unit of size that is known here; "
                + "write a size such as 65536, 64KiB, 32MiB or 1GB"),
        Case("limits: { request_bytes: 2GiB }\n", "s.yaml:1:26: limits.request_bytes: `2GiB` is outside 1 to 1GiB"),
        Case(
            "log: { level: wran }\n",
            "s.yaml:1:15: log.level: `wran` is not one of debug, info, warn, error; did you mean `warn`?"),
        // Addresses.
        Case(
            "listen: localhost\n",
            "s.yaml:1:9: listen: `localhost` has no port; write HOST:PORT, such as 127.0.0.1:3456 or [::1]:3456"),
        Case(
            "listen: 127.0.0.1:65536\n",
            "s.yaml:1:9: listen: `127.0.0.1:65536` has a port that is not a number from 0 to 65535; "
                + "write HOST:PORT, such as 127.0.0.1:3456 or [::1]:3456"),
        Case(
            "listen: 127.0.0.256:1\n",
            "s.yaml:1:9: listen: `127.0.0.256:1` has a host that is neither an address nor localhost; "
                + "write HOST:PORT, such as 127.0.0.1:3456 or [::1]:3456"),
        Case(
            "workspace: .\nlisten: 0.0.0.0:80\n",
            "s.yaml:2:1: listen: 0.0.0.0 can be reached from other machines and nobody would be asked for a key; "
                + "set auth.keys, or listen on 127.0.0.1"),
        // Variables.
        Case(
            "workspace: ${NOPE}/x\n",
            "s.yaml:1:12: workspace: the environment variable NOPE is not set; set it, or write ${NOPE:-default}"),
        Case(
            "workspace: ${NOPE\n",
            "s.yaml:1:12: workspace: a variable begins with `${` and has no `}`; write `$${` for the "
                + "characters themselves"
        ),
        Case(
            "workspace: ${9}\n",
            "s.yaml:1:12: workspace: `${…}` takes the name of an environment variable, and perhaps `:-` and a default"),
        Case("workspace: ${A:-${B}}\n", "s.yaml:1:12: workspace: the default of ${A} cannot hold a variable"),
        // Syntax.
        Case("a: 1\na: 2\n", "s.yaml:2:1: the key `a` is here for the second time; the first is on line 1, column 1"),
    ]

    static let providerCases: [Case] = [
        Case(
            "providers: {}\n",
            "s.yaml:1:12: providers: takes at least one provider, such as anthropic: { type: anthropic }"),
        Case("providers: { a: x }\n", "s.yaml:1:14: providers.a: takes keys below it, such as { type: anthropic }"),
        Case(
            "providers: { a: { key: x } }\n",
            "s.yaml:1:14: providers.a: has no `type`; known: anthropic, scripted, openai, openrouter, deepseek, openai-compatible, bedrock, gemini, vertex, ollama"
        ),
        Case(
            "providers: { a: { type: anthropc } }\n",
            "s.yaml:1:25: providers.a.type: `anthropc` is no type of provider; did you mean `anthropic`?; "
                + "known: anthropic, scripted, openai, openrouter, deepseek, openai-compatible, bedrock, gemini, vertex, ollama"
        ),
        Case(
            "providers: { a: { type: bedrock, access_key: x } }\n",
            "s.yaml:1:17: providers.a: `access_key` and `secret_key` belong together"),
        Case(
            "providers: { a: { type: anthropic, keys: x } }\n",
            "s.yaml:1:36: providers.a.keys: unknown key; did you mean `key`?"),
        Case(
            "providers: { a: { type: openai-compatible } }\n",
            "s.yaml:1:17: providers.a: a provider of type openai-compatible needs `base_url`, such as "
                + "http://127.0.0.1:8080/v1"),
        Case(
            "providers: { a: { type: openai, api: assistants } }\n",
            "s.yaml:1:38: providers.a.api: `assistants` is not one of chat, responses"),
        Case(
            "providers: { a: { type: scripted } }\n",
            "s.yaml:1:17: providers.a: a scripted provider needs `script`, the path of its file"),
        Case(
            "providers: { a/b: { type: anthropic } }\n",
            "s.yaml:1:14: providers.a/b: a provider's name has letters, digits, dots, dashes and underscores only"),
        Case(
            "providers: { a: { type: anthropic, headers: { Host: x } } }\n",
            "s.yaml:1:47: providers.a.headers.Host: `Host` is no header that can be set"),
        Case(
            "models: { x: antropic/y }\n",
            "s.yaml:1:11: models.x: `antropic` is no provider of this file; did you mean `anthropic`?; known: anthropic"
        ),
        Case(
            "models: { x: anthropic }\n",
            "s.yaml:1:11: models.x: `anthropic` is a provider; name a model too: anthropic/MODEL"),
        Case("models: { x: anthropic/ }\n", "s.yaml:1:11: models.x: `anthropic/` names no model after the slash"),
        Case(
            "models: { x: anthropic/a* }\n",
            "s.yaml:1:11: models.x: `anthropic/a*` has a `*`, which only the name on the left may have"),
        Case(
            "models: { anthropic: anthropic/y }\n",
            "s.yaml:1:11: models.anthropic: is the name of a provider too; give one of them another name"),
        Case(
            "models: { big: anthropic/y, x: bgi }\n",
            "s.yaml:1:29: models.x: `bgi` names no model; did you mean `big`?; known: anthropic/…, big, x"),
        Case(
            "models: { 'a b': anthropic/y }\n", "s.yaml:1:11: models.a b: a model's name has no blanks and is not empty"
        ),
        Case(
            "models:\n  a: b\n  b: c\n  c: a\n",
            "s.yaml:2:3: models.a: the names go in a circle: a → b → c → a",
            "s.yaml:3:3: models.b: the names go in a circle: b → c → a → b",
            "s.yaml:4:3: models.c: the names go in a circle: c → a → b → c"),
        Case(
            "models: { 'a*': b, b: abc }\n",
            "s.yaml:1:11: models.a*: the names go in a circle: a* → b → a*",
            "s.yaml:1:20: models.b: the names go in a circle: b → a* → b"),
        Case(
            "routes: { default: antropic }\n",
            "s.yaml:1:11: routes.default: `antropic` names no model; known: anthropic/…; did you mean `anthropic`?"),
    ]

    /// What needs the rest of the file to be told is told with it, unless the rest may be the reason.
    @Test func everyMistakeIsToldAtOnce() {
        #expect(
            problems("debug: yes\nlisten: 0.0.0.0:80\nmodels: { x: antropic/y }\n").map { $0.prefix(13) } == [
                "s.yaml:1:8: d", "s.yaml:2:1: l", "s.yaml:3:11: ",
            ])
        #expect(problems("provider: { a: { type: openai } }\nmodels: { x: a/y }\n").count == 1)
        #expect(problems("providers: { a: { type: opnai } }\nmodels: { x: a/y }\n").count == 1)
    }

    @Test(arguments: cases + providerCases) func saysWhereWhatAndHow(_ example: Case) {
        #expect(problems(example.text) == example.expected)
    }

    @Test(arguments: [
        "ftp://x", "api.example.org", "https://", "https://u:PLANTED@h", "https://h?k=PLANTED", "https://h#f",
        "https://h:0",
        "https://h:65536", "https://h/PLANTED x", "https://[::g]", "http://a\\\\b", "https://h:PLANTED",
    ])
    func wrongBaseURLsAreRefusedAndNotRepeated(_ url: String) {
        let found = problems("providers: { a: { type: anthropic, base_url: \"\(url)\" } }")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("s.yaml:1:46: providers.a.base_url: ") == true)
        #expect(found.first?.contains("PLANTED") == false)
    }

    @Test func everythingWrongIsToldAtOnce() {
        let found = problems("listen: x\nlog: { level: x }\ndebugg: true\nlimits: { idle_time: 1 }\n")
        #expect(found.count == 4)
        #expect(found.map { $0.split(separator: ":")[1] } == ["1", "2", "3", "4"])
    }

    @Test func aFileThatIsSomethingElseIsNotJudgedToItsEnd() {
        let text = (0..<20_000).map { "key\($0): 1\n" }.joined()
        #expect(problems(text).count == 100)
    }

    @Test func longChainsOfNamesEnd() {
        let names = (0..<5_000).map { "  n\($0): n\($0 + 1)\n" }.joined()
        let found = problems("models:\n\(names)  n5000: anthropic/x\n")
        #expect(found.count == 100)
        #expect(found.first == "s.yaml:2:3: models.n0: the names lead on for more than 16 steps: n0 → n1 → …")
    }
}
