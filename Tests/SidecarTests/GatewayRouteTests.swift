import Sidecar
import Testing

@Suite struct GatewayRouteTests {
    @Test(
        arguments: [
            ("GET", "/", .home), ("HEAD", "/", .home), ("POST", "/", .wrongMethod(allowed: "GET, HEAD")),
            ("HEAD", "/api/hello", .hello),
            ("GET", "/livez", .live), ("GET", "/readyz", .ready), ("GET", "/health", .health),
            ("GET", "/health/detailed", .healthDetailed),
            ("GET", "/status", .status), ("GET", "/metrics", .metrics),
            ("DELETE", "/metrics", .wrongMethod(allowed: "GET, HEAD")),
            ("GET", "/debug/errors/recent", .recentErrors), ("GET", "/debug/errors/stats", .errorStatistics),
            ("GET", "/debug/errors/req_1", .oneError("req_1")),
            ("POST", "/debug/errors/req_1", .wrongMethod(allowed: "GET, HEAD")),
            ("GET", "/debug", .debug), ("GET", "/debug/", .debug), ("GET", "/debug/errors", .debug),
            ("POST", "/debug", .wrongMethod(allowed: "GET, HEAD")), ("GET", "/debugger", .unknown),
            ("POST", "/v1/messages", .messages(forcesStream: false)),
            ("POST", "/v1/messages/stream", .messages(forcesStream: true)),
            ("GET", "/v1/messages", .wrongMethod(allowed: "POST")), ("POST", "/v1/messages/count_tokens", .countTokens),
            ("GET", "/v1/models", .models(nil)), ("HEAD", "/v1/models/a/b", .models("a/b")),
            ("POST", "/v1/models", .passThrough),
            ("POST", "/v1/messages/batches", .passThrough), ("GET", "/v1/messages/batches/x/results", .passThrough),
            ("POST", "/v1/messages/", .passThrough), ("GET", "/v1/anything", .passThrough),
            ("PUT", "/v1/files/a", .passThrough),
            ("POST", "/v1/messages/batch", .notYet), ("GET", "/v1/messages/batch/1/status", .notYet),
            ("GET", "/v1/tools", .tools), ("GET", "/v1/tools/Read", .tool("Read")),
            ("POST", "/v1/tools", .wrongMethod(allowed: "GET, HEAD")),
            ("GET", "/v1/toolsX", .passThrough), ("POST", "/mcp", .mcp), ("DELETE", "/mcp", .mcp),
            ("GET", "/mcp", .mcp),
            ("PUT", "/mcp", .wrongMethod(allowed: "GET, POST, DELETE")), ("GET", "/ui/x", .notYet),
            ("GET", "/tool-metrics", .toolMetrics), ("POST", "/v1/tools/Read", .toolRun("Read")),
            ("POST", "/v1/chat/completions", .chatCompletions),
            ("GET", "/v1/chat/completions", .wrongMethod(allowed: "POST")), ("POST", "/v1/responses", .responses),
            ("GET", "/v1/responses/resp_1", .notYet),
            ("DELETE", "/v1/messages/cache/clear", .notYet),
            ("GET", "/v1", .unknown), ("GET", "//v1/messages", .unknown), ("GET", "/V1/messages", .unknown),
            ("OPTIONS", "*", .unknown),
            ("", "", .unknown), ("get", "/health", .wrongMethod(allowed: "GET, HEAD")),
        ] as [(String, String, GatewayRoute)])
    func routes(_ method: String, _ path: String, _ expected: GatewayRoute) {
        #expect(GatewayRoute(method: method, path: path) == expected)
    }

    @Test func whatIsListedIsThere() {
        #expect(GatewayRoute.listed(debug: false).allSatisfy { !$0.contains("debug") })
        for line in GatewayRoute.listed(debug: true) {
            let words = line.split(separator: " ").map { String($0) }
            let route = GatewayRoute(method: words[0], path: words[1])
            #expect(![.unknown, .notYet, .passThrough, .debug].contains(route), "\(line)")
            if case .wrongMethod = route { Issue.record("\(line): \(route)") }
        }
    }

    @Test func onlyFourAreOpen() {
        let open = ["/", "/health", "/livez", "/readyz"]
        let all =
            open + [
                "/health/detailed", "/status", "/metrics", "/api/hello", "/debug/errors/recent", "/v1/models",
                "/nothing", "/mcp",
            ]
        for path in all { #expect(GatewayRoute(method: "GET", path: path).isOpen == open.contains(path), "\(path)") }
    }

    @Test func labelsAreFewWhateverIsAsked() {
        let labels = Set(
            (0..<1000).map {
                GatewayRoute(
                    method: "GET", path: ["/v1/\($0)", "/x\($0)", "/debug/errors/\($0)", "/v1/models/\($0)"][$0 % 4]
                ).label
            })
        #expect(labels.count == 4)
    }

    @Test func requestIDsAreUniqueAndOfOneForm() {
        var ids = RequestIDs()
        var seen: Set<String> = []
        for _ in 0..<20_000 {
            let id = ids.next()
            #expect(id.hasPrefix("req_") && id.utf8.count == 28)
            #expect(id.dropFirst(4).utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
            seen.insert(id)
        }
        #expect(seen.count == 20_000)
        var another = RequestIDs()
        #expect(!seen.contains(another.next()))
    }
}
