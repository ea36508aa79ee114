import JSON
import TestSupport
import Testing
import ToolRuntime

/// The same calls through all four doors, in the real program.
@Suite(.enabled(if: ToolGround.canJail, "no jail can be made here"), .serialized, .timeLimit(.minutes(5)))
struct ToolCaseTests {
    private func prepare(_ ground: ToolGround) throws {
        try ground.write("a.txt", "first\nsecond\n")
        try ground.write("b.txt", "erste\nzweite\n")
        try ground.write("src/deep/c.txt", "third\n")
        try ground.write("src/x.log", "a log\n")
        try ground.write(".env", "SECRET=1\n")
        // Without a repository ripgrep does not look at .gitignore.
        try ground.write(".git/HEAD", "ref: refs/heads/main\n")
        try ground.write(".gitignore", "*.log\n")
    }

    private func check(_ one: ToolCase, _ result: JSONValue, _ workspace: String, _ door: String) {
        let text = (result["content"]?.array ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
        let which = Comment("\(door): \(one.testDescription)\n\(result)")
        #expect(result["tool"]?.string == one.tool, which)
        #expect(result["is_error"]?.bool == (one.exitCode != 0), which)
        for words in one.text { #expect(text.contains(words.replacing("@", with: workspace)), which) }
        if let code = one.code { #expect(result["structured"]?["code"]?.string == code, which) }
        if let denied = one.denied {
            #expect(result["denied"]?["layer"]?.string == denied.layer, which)
            #expect(result["denied"]?["rule"]?.string?.hasPrefix(denied.rule) == true, which)
        }
        #expect(result["sandbox"]?["policy"]?.string == one.policy, which)
        #expect(result["duration_us"]?.int ?? -1 >= 0, which)
        // What programs get is what they were promised, whichever way it comes.
        guard let schema = ToolCatalog.tool(one.tool)?.output?.schema, let structured = result["structured"] else {
            return
        }
        #expect(SchemaJudge.problems(structured, schema) == [], which)
        #expect(SchemaJudge.undeclared(structured, schema) == [], which)
    }

    private func offered(_ policy: String) -> [ToolCase] {
        ToolGround.cases.filter { $0.policy == policy }
    }

    @Test func `On the command line`() async throws {
        try await ToolGround.with { ground in
            try prepare(ground)
            for one in ToolGround.cases {
                let ran = try ground.run(
                    "tool", "run", one.tool, "--json", "--policy", one.policy, "--input", one.input(ground.workspace))
                #expect(ran.code == one.exitCode, "\(one.testDescription)\n\(ran.output)\(ran.errors)")
                check(one, ran.json, ground.workspace, "command line")
            }
        }
    }

    @Test(arguments: ["default", "base"]) func `Over HTTP`(_ policy: String) async throws {
        try await ToolGround.with { ground in
            try prepare(ground)
            try await ground.serving(["--policy", policy]) { server in
                let cases = ToolGround.cases
                for one in cases where one.policy == policy {
                    let answer = try server.ask("POST", "/v1/tools/\(one.tool)", one.input(ground.workspace))
                    #expect(answer.status == (one.exitCode == 2 ? 400 : 200))
                    check(one, try JSONValue(parsing: answer.text), ground.workspace, "HTTP")
                }
                let metrics = try JSONValue(parsing: server.ask("GET", "/tool-metrics").text)
                let calls = metrics["tools"]?["Bash"]?["calls"]?.int
                #expect(calls == cases.count { $0.tool == "Bash" && $0.policy == policy })
            }
        }
    }

    @Test(arguments: ["default", "base"]) func `Over MCP on stdin and stdout`(_ policy: String) async throws {
        try await ToolGround.with { ground in
            try prepare(ground)
            let client = try StdioClient(ground, ["--policy", policy])
            try client.open()
            for one in offered(policy) {
                let result = try client.call(one.tool, JSONValue(parsing: one.input(ground.workspace)))
                check(one, result.asToolResult, ground.workspace, "MCP on stdio")
            }
            #expect(try client.close() == 0)
        }
    }

    @Test(arguments: ["default", "base"]) func `Over MCP by HTTP`(_ policy: String) async throws {
        try await ToolGround.with { ground in
            try prepare(ground)
            try await ground.serving(["--policy", policy]) { server in
                for one in offered(policy) {
                    let result = try server.mcpCall(one.tool, JSONValue(parsing: one.input(ground.workspace)))
                    check(one, result.asToolResult, ground.workspace, "MCP by HTTP")
                }
            }
        }
    }
}
