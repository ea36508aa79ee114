import JSON
import LinuxSystem
import TestSupport
import Testing

/// WebFetch through both doors of the real program, from a server on the loopback that the policy names.
@Suite(.enabled(if: ToolGround.canJail && ToolGround.hasWorker, "no jail can be made here"), .timeLimit(.minutes(5)))
struct WebToolTests {
    private static func site() throws -> TestUpstream {
        try TestUpstream.answering { request in
            let html = "Content-Type: text/html; charset=utf-8\r\n"
            switch request.firstLine.split(separator: " ")[1] {
            case "/page":
                return TestUpstream.ok(
                    "<title>Tïtle</title><nav>menu</nav><h1>A</h1><p>b\u{1B}[2J <a href=c>c</a>", html)
            case "/long": return TestUpstream.ok(String(repeating: "<p>line of a long page</p>", count: 5000), html)
            case "/json": return TestUpstream.ok(#"{"a":1}"#, "Content-Type: application/json\r\n")
            case "/image": return TestUpstream.ok("\u{0}\u{1}\u{2}", "Content-Type: image/png\r\n")
            case "/away":
                return "HTTP/1.1 301 Moved\r\nLocation: https://other.example/x\r\nContent-Length: 0\r\n\r\n"
            case "/deep": return TestUpstream.ok(String(repeating: "<div>", count: 30_000) + "deep", html)
            default:
                return "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<p>nothing</p"
            }
        }
    }

    private func with(_ body: (ToolGround, TestUpstream) async throws -> Void) async throws {
        let site = try Self.site()
        defer { site.close() }
        try await ToolGround.with { ground in
            try ground.write(
                "policy.yaml",
                "version: 1\nextends: default\ntools: { WebFetch: { network: { allow: [\"127.0.0.1:\(site.port)\"] } } }\n"
            )
            try await body(ground, site)
        }
    }

    private func input(_ site: TestUpstream, _ path: String) -> JSONValue {
        ["url": .string("\(site.baseURL)\(path)"), "prompt": "what is there?"]
    }

    private func text(_ result: JSONValue) -> String { result["content"]?[0]?["text"]?.string ?? "" }

    private func check(_ call: (String) throws -> JSONValue, _ site: TestUpstream) throws {
        let page = try call("/page")
        #expect(text(page).contains("# A\n\nb"), "\(page)")
        #expect(text(page).contains("[c](\(site.baseURL)/c)") && text(page).hasPrefix("Title: Tïtle\n"))
        #expect(!text(page).contains("menu") && !text(page).contains("\u{1B}"))
        #expect(page["structured"]?["code"]?.int == 200 && page["structured"]?["codeText"]?.string == "OK")
        #expect(page["sandbox"]?["layers"]?.array?.contains("network_namespace") == true)
        let long = try call("/long")
        #expect(long["structured"]?["persistedOutputSize"]?.int ?? 0 > 100_000 && text(long).utf8.count < 40_000)
        #expect(text(try call("/json")).contains(#"{"a":1}"#))
        #expect(text(try call("/deep")).contains("deep"))
        #expect(try call("/image")["structured"]?["code"]?.string == "binary")
        let missing = try call("/none")
        #expect(missing["is_error"]?.bool == true && missing["structured"]?["code"]?.string == "http_status")
        #expect(text(missing).contains("404") && text(missing).contains("nothing"))
        let away = try call("/away")
        #expect(text(away).contains("Redirect URL: https://other.example/x") && away["is_error"]?.bool == false)
    }

    @Test func `On the command line`() async throws {
        try await with { ground, site in
            try check(
                { path in
                    try ground.run(
                        "tool", "run", "WebFetch", "--json", "--policy", "policy.yaml", "--input",
                        input(site, path).text()
                    ).json
                }, site)
            let elsewhere: JSONValue = ["url": .string("http://localhost:\(site.port)/page"), "prompt": "x"]
            let ran = try ground.run(
                "tool", "run", "WebFetch", "--json", "--policy", "policy.yaml", "--input", elsewhere.text())
            #expect(ran.code == 3 && ran.json["denied"]?["rule"]?.string == "network.allow")
        }
    }

    @Test func `The small model answers the prompt, and where it cannot the page is shown`() async throws {
        try await with { ground, site in
            let script = """
                version: 1
                steps:
                  - when: { text: "answer me", system: "page of the web" }
                    answer: "It says b."
                  - answer: { error: { status: 401, message: no key } }
                """
            try File.writeAtomically("\(ground.folder)/script.yaml", Array(script.utf8))
            try ground.write(
                "sidecar.yaml",
                "providers: { offline: { type: scripted, script: ../script.yaml } }\nmodels: { small: offline/tiny }\n")
            func ask(_ prompt: String) throws -> JSONValue {
                let input: JSONValue = ["url": .string("\(site.baseURL)/page"), "prompt": .string(prompt)]
                return try ground.run(
                    "tool", "run", "WebFetch", "--json", "--policy", "policy.yaml", "--config", "sidecar.yaml",
                    "--input",
                    input.text()
                ).json
            }
            let answered = try ask("answer me")
            #expect(text(answered).contains("It says b.") && !text(answered).contains("# A"), "\(answered)")
            #expect(answered["structured"]?["answeredBy"] == "small")
            #expect(answered["structured"]?["result"] == "It says b.")
            let shown = try ask("anything")
            #expect(text(shown).contains("# A\n\nb") && text(shown).contains("small could not be asked"), "\(shown)")
        }
    }

    @Test func `WebSearch asks whom the configuration names`() async throws {
        let service = try TestUpstream.answering { request in
            guard request.firstLine.hasPrefix("GET /search?q=swift&format=json ") else {
                return "HTTP/1.1 404 No\r\n\r\n"
            }
            return TestUpstream.ok(
                #"{"results":[{"title":"Swift","url":"https://swift.example/","content":"a\u001b[31m"}]}"#)
        }
        defer { service.close() }
        try await ToolGround.with { ground in
            try ground.write(
                "policy.yaml", "version: 1\nextends: default\ntools: { WebSearch: { enabled: true } }\n")
            try ground.write(
                "sidecar.yaml",
                "search: { provider: searxng, base_url: \"\(service.baseURL)\" }\nupstream: { proxy: none }\n")
            let words = ["tool", "run", "WebSearch", "--json", "--input", #"{"query": "swift"}"#, "--policy"]
            let denied = try ground.run(words + ["default"])
            #expect(
                denied.code == 3 && denied.json["structured"]?["suggestion"]?.string?.contains("enabled: true") == true)
            let found = try ground.run(words + ["policy.yaml"])
            #expect(found.code == 0 && text(found.json).contains("1. Swift\n   https://swift.example/\n   a␛[31m"))
            try await ground.serving(["--policy", "policy.yaml"]) { server in
                let answer = try server.tool("WebSearch", ["query": "swift"])
                #expect(
                    answer["structured"]?["results"]?[0]?["content"]?[0]?["url"]?.string == "https://swift.example/")
            }
            try ground.write("sidecar.yaml", "log: { level: info }\n")
            let nobody = try ground.run(words + ["policy.yaml"])
            #expect(nobody.code == 1 && nobody.json["structured"]?["code"]?.string == "no_search_provider")
        }
    }

    @Test func `Over HTTP, where pages are kept`() async throws {
        try await with { ground, site in
            try await ground.serving(["--policy", "policy.yaml"]) { server in
                try check({ path in try server.tool("WebFetch", input(site, path)) }, site)
                let before = site.connectionCount
                let again = try server.tool("WebFetch", input(site, "/page"))
                #expect(again["structured"]?["fromCache"]?.bool == true && text(again).contains("# A"))
                #expect(site.connectionCount == before)
                // What failed is asked again.
                #expect(try server.tool("WebFetch", input(site, "/none"))["structured"]?["fromCache"]?.bool == false)
                let metrics = try JSONValue(parsing: server.ask("GET", "/tool-metrics").text)
                #expect(metrics["tools"]?["WebFetch"]?["calls"]?.int == 9)
            }
        }
    }
}
