import JSON
import Sidecar
import Testing
import Translation

/// What is known of models, and what a request for one gets besides.
@Suite struct ModelTests {
    private static let file = """
        providers:
          openai: { type: openai, key: k, parameters: { store: false, a: { x: 1, y: 2 } } }
          router: { type: openrouter }
          local: { type: openai-compatible, base_url: "http://127.0.0.1:1/v1" }
        models:
          big: openai/gpt-5.5
          terse: { model: big, parameters: { verbosity: low, a: { x: 3 } } }
          local/qwen3: { context: 65536, output: 16384, images: false, prices: { input: 0.25 }, parameters: { min_p: 0.05 } }
          local/*: { output: 4096, parameters: { top_k: 20, note: "1" } }
        routes: { default: openai }
        """

    @Test(
        arguments: [
            ("gpt-5.5", "gpt-5.5"), ("openai/gpt-5.5-2026-04-23", "gpt-5.5"), ("gpt-5.5-latest", "gpt-5.5"),
            ("anthropic/claude-opus-4.1", "claude-opus-4-1"), ("claude-opus-4-1-20250805", "claude-opus-4-1"),
            ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5"), ("claude-sonnet-4-0", "claude-sonnet-4"),
            ("openai/gpt-oss-20b:free", "gpt-oss-20b"), ("qwen3", nil), ("gpt-5.5-turbo", nil), ("", nil),
        ] as [(String, String?)])
    func namesAreKnownHoweverTheyAreWritten(_ name: String, _ id: String?) {
        #expect(ShippedModels.facts(of: name) == id.flatMap { id in ShippedModels.rows.first { $0.id == id }?.facts })
        #expect((ShippedModels.facts(of: name) == nil) == (id == nil))
    }

    @Test func theTableIsSound() {
        #expect(Set(ShippedModels.rows.map(\.id)).count == ShippedModels.rows.count)
        for row in ShippedModels.rows {
            #expect(ShippedModels.facts(of: row.id) == row.facts, "\(row.id) is shadowed")
            #expect((row.facts.context ?? 0) >= (row.facts.output ?? 0))
            #expect((row.facts.prices.input ?? 0) <= (row.facts.prices.output ?? 0))
        }
    }

    @Test func theConfigurationKnowsBetter() throws {
        let catalog = ModelCatalog(try configuration(Self.file))
        let own = try #require(catalog.facts("local", "qwen3"))
        #expect(own.context == 65536 && own.output == 16384 && own.images == false)
        #expect(own.prices.input == 0.25)
        #expect(catalog.facts("local", "other")?.output == 4096)
        // A server of one's own may run anything under that name.
        #expect(catalog.facts("local", "gpt-5.5")?.context == nil)
        #expect(catalog.facts("openai", "gpt-5.5")?.context == 1_000_000)
        #expect(catalog.facts("router", "x-ai/grok-4.7")?.context == 500_000)
        #expect(catalog.facts("openai", "nobody-knows") == nil)
    }

    @Test(
        arguments: [
            ("terse", #"{"verbosity":"low","a":{"x":3,"y":2},"store":false}"#),
            ("big", #"{"store":false,"a":{"x":1,"y":2}}"#), ("unknown", #"{"store":false,"a":{"x":1,"y":2}}"#),
            ("local/qwen3", #"{"min_p":0.05}"#), ("local/else", #"{"top_k":20,"note":"1"}"#), ("router/m", nil),
        ] as [(String, String?)])
    func parametersAddUp(_ name: String, _ expected: String?) throws {
        let route = try ModelRouter(configuration(Self.file)).route(model: name, override: nil)
        let expected = try expected.map { try JSONValue(parsing: $0) }
        #expect(route.parameters.map { JSONValue.object($0) } == expected)
    }

    @Test func thePickersNamesLeadBack() throws {
        let router = ModelRouter(try configuration(Self.file))
        for name in ["local/qwen3", "claude/local/qwen3"] {
            let route = try router.route(model: name, override: nil)
            #expect(route.provider == "local" && route.model == "qwen3")
        }
        // Not a provider of ours: a name as any other.
        #expect(try router.route(model: "claude/else/m", override: nil).provider == "openai")
    }

    @Test(
        arguments: [
            ("models: { x: { context: 5 } }\n", "names no provider, so it needs `model`"),
            ("models: { x: { model: nobody/y } }\n", "`nobody` is no provider of this file"),
            ("models: { anthropic/x: { context: no } }\n", "is no whole number"),
            ("models: { anthropic/x: { contxt: 5 } }\n", "did you mean `context`"),
            ("models: { anthropic/x: { prices: { input: cheap } } }\n", "is no price"),
            ("models: { anthropic/x: { parameters: { messages: [] } } }\n", "is what the request itself is made of"),
            ("providers: { a: { type: openai-compatible, preset: grok } }\n", "did you mean `groq`"),
            ("providers: { a: { type: openai-compatible, preset: azure } }\n", "needs `base_url`"),
        ])
    func mistakesAreTold(_ text: String, _ message: String) {
        let found = problems(text)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }

    /// A preset is a beginning: what the file says lies on top of it.
    @Test func presets() throws {
        for preset in ChatPreset.all {
            let place = preset.baseURL == nil ? ", base_url: \"http://127.0.0.1:1/v1\"" : ""
            let text =
                "providers: { a: { type: openai-compatible, preset: \(preset.id)\(place), quirks: { images: true } } }"
            guard case .chat(let provider)? = try configuration(text).providers.first?.kind else {
                Issue.record("\(preset.id) is none")
                continue
            }
            #expect(provider.dialect.takesImages)
            #expect(provider.quirks.limitName == preset.quirks.limitName)
            #expect(preset.baseURL == nil || provider.baseURL == preset.baseURL)
        }
    }
}
