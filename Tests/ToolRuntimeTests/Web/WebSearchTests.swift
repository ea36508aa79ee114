import HTTP
import JSON
import LinuxSystem
import TestSupport
import Testing

@testable import ToolRuntime

/// WebSearch against each service as it documents itself.
@Suite(.timeLimit(.minutes(3))) struct WebSearchTests {
    private static let key = "sk-very-secret-9"

    private static let hits = [
        ("A <strong>title</strong> &amp; more", "https://docs.example.org/a?b=c", "What\n it  says", "2026-05-01"),
        ("B", "https://badexample.org/", "bad", ""), ("C", "javascript:alert(1)", "x", ""),
        ("D", "https://example.org/d", "1 < 2 and &lt;b&gt;", ""), ("D again", "https://example.org/d", "", ""),
    ]

    private func search(
        _ provider: SearchProvider, _ input: JSONValue, key: String = Self.key,
        _ answer: @escaping @Sendable (TestMessage) -> String
    ) async throws -> ToolOutcome {
        let upstream = try TestUpstream.answering(answer)
        defer { upstream.close() }
        return try await withLoop { loop in
            await Task(executorPreference: loop) {
                var settings = SearchSettings(provider: provider, address: upstream.baseURL, key: key)
                settings.engine = "engine-1"
                settings.proxy = ""
                let client = UpstreamClient(on: loop, limits: UpstreamLimits())
                return await WebSearchCall(settings: settings, client: client).run(input, within: .seconds(60))
            }.value
        }
    }

    private func text(_ outcome: ToolOutcome) -> String {
        if case .text(let text)? = outcome.content.first { text } else { "" }
    }

    @Test(arguments: SearchProvider.allCases) func `Each service is asked as it wants it`(
        _ provider: SearchProvider
    ) async throws {
        let fake = FakeSearchService(provider: provider, key: Self.key, hits: Self.hits)
        let outcome = try await search(provider, ["query": "what & why? ü"]) { fake.answer($0) }
        #expect(outcome.ending == .done, "\(outcome)")
        #expect(fake.asked.value == ["what & why? ü"])
        let list = try #require(outcome.structured["results"]?[0]?["content"]?.array)
        #expect(
            list.compactMap { $0["url"]?.string }
                == Self.hits.map(\.1).enumerated().filter { [0, 1, 3].contains($0.offset) }.map(\.element))
        #expect(list[0]["title"]?.string == "A title & more" && list[0]["snippet"]?.string == "What it says")
        #expect(list[0]["date"]?.string == (provider == .google ? nil : "2026-05-01") && list[1]["date"] == nil)
        #expect(list[2]["snippet"]?.string == "1 < 2 and <b>")
        #expect(text(outcome).contains("1. A title & more\n   https://docs.example.org/a?b=c\n"))
    }

    @Test(arguments: SearchProvider.allCases) func `Domains count by whole labels, whatever the service does`(
        _ provider: SearchProvider
    ) async throws {
        let fake = FakeSearchService(provider: provider, key: Self.key, hits: Self.hits)
        for (field, expected) in [
            ("allowed_domains", ["https://docs.example.org/a?b=c", "https://example.org/d"]),
            ("blocked_domains", ["https://badexample.org/"]),
        ] {
            var input: JSONValue = ["query": "xy"]
            input[field] = ["Example.org"]
            let outcome = try await search(provider, input) { fake.answer($0) }
            let list = outcome.structured["results"]?[0]?["content"]?.array ?? []
            #expect(list.compactMap { $0["url"]?.string } == expected, "\(outcome)")
        }
        let knowsFilters = [SearchProvider.tavily, .exa].contains(provider)
        #expect(fake.asked.value == (knowsFilters ? ["xy", "xy"] : ["xy site:example.org", "xy -site:example.org"]))
    }

    @Test(arguments: SearchProvider.allCases) func `Nothing found is no error`(_ provider: SearchProvider) async throws
    {
        let fake = FakeSearchService(provider: provider, key: Self.key)
        let outcome = try await search(provider, ["query": "xy"]) { fake.answer($0) }
        #expect(outcome.ending == .done && text(outcome).contains("Nothing was found."), "\(outcome)")
    }

    @Test(arguments: SearchProvider.allCases.filter(\.needsKey)) func `A key that is refused is said and not shown`(
        _ provider: SearchProvider
    ) async throws {
        let fake = FakeSearchService(provider: provider, key: "another")
        let outcome = try await search(provider, ["query": "xy"]) { fake.answer($0) }
        #expect(outcome.structured["code"]?.string == "search_key", "\(outcome)")
        #expect(text(outcome).contains("search.key") && !text(outcome).contains(Self.key))
    }

    @Test func `What goes wrong says what to do`() async throws {
        let cases: [(SearchProvider, String, String, String)] = [
            (
                .brave, FakeSearchService.error(429, #"{"error":{"detail":"slow down"}}"#, "Retry-After: 7\r\n"),
                "rate_limited", "in 7 s"
            ),
            (.tavily, FakeSearchService.error(432, #"{"detail":{"error":"plan"}}"#), "search_quota", "used up"),
            (.searxng, FakeSearchService.error(403, "<html>"), "search_refused", "search.formats"),
            (.exa, FakeSearchService.error(500, "<html>"), "search_failed", "500"),
            (
                .serper, FakeSearchService.error(400, #"{"message":"key \#(Self.key)\u001b[2J"}"#), "search_failed",
                "key …"
            ),
            (.google, TestUpstream.ok("<html>sign in</html>"), "bad_answer", "search.base_url"),
            (.google, TestUpstream.ok(#"{"other":1}"#), "bad_answer", "search.base_url"),
            (.tavily, TestUpstream.ok(#"[1]"#), "bad_answer", "search.base_url"),
            (
                .exa, "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
                "search_failed", "not followed"
            ),
        ]
        for (provider, answer, code, words) in cases {
            let outcome = try await search(provider, ["query": "xy"]) { _ in answer }
            #expect(outcome.structured["code"]?.string == code && text(outcome).contains(words), "\(outcome)")
            #expect(!text(outcome).contains(Self.key))
        }
        let domains = try await search(.exa, ["query": "xy", "allowed_domains": ["https://a.example/"]]) { _ in "" }
        #expect(domains.ending == .wrongInput && text(domains).contains("allowed_domains"))
    }

    @Test func `A key prints as nothing`() {
        let settings = SearchSettings(provider: .exa, address: "https://a.example", key: Self.key)
        #expect(!"\(settings)".contains(Self.key) && !String(reflecting: settings).contains(Self.key))
    }
}
