import Sidecar
import Testing

@Suite struct RoutingModelTests {
    private static let file = """
        providers: { a: { type: anthropic }, b: { type: anthropic } }
        models: { big: a/claude-big, small: big, "haiku-*": b/haiku, "x/y": b/z }
        routes: { default: a }
        """

    @Test(
        arguments: [
            ("big", nil, "a", "claude-big", "alias"), ("small", nil, "a", "claude-big", "alias"),
            ("haiku-3", nil, "b", "haiku", "alias"),
            ("x/y", nil, "b", "z", "alias"), ("b/m/n", nil, "b", "m/n", "provider"),
            ("unknown", nil, "a", nil, "default"),
            ("c/m", nil, "a", nil, "default"), ("b/", nil, "a", nil, "default"), ("/m", nil, "a", nil, "default"),
            (nil, nil, "a", nil, "default"), ("", nil, "a", nil, "default"),
            ("big", "haiku-9", "b", "haiku", "override"),
            ("big", "b/q", "b", "q", "override"), ("big", "plain", "a", "plain", "override"),
            (nil, "big", "a", "claude-big", "override"),
            ("big", "", "a", "claude-big", "alias"), ("big", "b/\"\\\r\n\u{1}é", "b", "\"\\\r\n\u{1}é", "override"),
        ] as [(String?, String?, String, String?, String)])
    func routes(_ model: String?, _ override: String?, _ provider: String, _ expected: String?, _ name: String) throws {
        let route = try ModelRouter(configuration(Self.file)).route(model: model, override: override)
        #expect(route.provider == provider)
        #expect(route.model == expected)
        #expect(route.name == name)
    }

    @Test func whatNothingRoutesIsRefusedWithTheNamesThatAreKnown() throws {
        var settings = try configuration(Self.file)
        settings.routes.default = nil
        let router = ModelRouter(settings)
        let error = #expect(throws: APIError.self) { try router.route(model: "nope", override: nil) }
        #expect(error?.status == 404)
        for known in ["big", "haiku-*", "a/…", "b/…"] { #expect(error?.message.contains(known) == true) }
        #expect(#expect(throws: APIError.self) { try router.route(model: nil, override: nil) }?.status == 400)
    }

    @Test func anEndlessNameIsCut() throws {
        var settings = try configuration(Self.file)
        settings.routes.default = nil
        let router = ModelRouter(settings)
        // One character of a hundred thousand scalars.
        for name in [String(repeating: "m", count: 100_000), "e" + String(repeating: "\u{301}", count: 100_000)] {
            let error = #expect(throws: APIError.self) { try router.route(model: name, override: nil) }
            #expect((error?.message.utf8.count ?? .max) < 1000)
        }
    }
}
