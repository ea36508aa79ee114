import JSON
import LinuxSystem
import Sandbox
import Sidecar
import TestSupport
import Testing

/// Truth tables in the real jail, by the real program.
@Suite(.enabled(if: JailHost.canJail), .timeLimit(.minutes(5)))
struct LiveTruthTests {
    private func live(_ policies: String...) throws -> (Int32, JSONValue, String) {
        let ran = try RealProgram.run(["policy", "test", "--live", "--json"] + policies)
        #expect(ran.left == [])
        return (ran.code, (try? JSONValue(parsing: ran.output)) ?? .null, ran.errors)
    }

    private func lines(_ json: JSONValue, _ outcome: String) -> [String] {
        (json["files"]?.array ?? []).flatMap { $0["live"]?.array ?? [] }.filter { $0["outcome"]?.string == outcome }
            .map { "\($0["tool"]?.string ?? "") \($0["input"]?.text() ?? ""): \($0["reason"]?.string ?? "")" }
    }

    @Test(arguments: ShippedPolicies.names) func `The jail does what a shipped policy says`(_ name: String) throws {
        let (code, json, errors) = try live(name)
        #expect(code == 0, "\(errors)")
        #expect(lines(json, "differs") == [])
        let table = json["files"]?[0]?["results"]?.array ?? []
        #expect(table.count == json["files"]?[0]?["live"]?.array?.count)
        // What cannot be seen is the smaller part, each with its reason.
        #expect(lines(json, "agrees").count * 2 >= table.count, "\(lines(json, "unseen"))")
        #expect(lines(json, "unseen").allSatisfy { !$0.hasSuffix(": ") })
    }

    /// Each way in which a line can be seen.
    @Test(.enabled(if: JailHost.has("perl", "git"))) func `Each kind of line is seen`() async throws {
        try await JailGround.with { ground in
            let text = """
                extends: default
                commands: { deny: ["git --version"] }
                network: { allow: ["db.example:443"] }
                tools: { WebFetch: { enabled: true } }
                expect:
                  - { tool: Read, input: { file_path: "${workspace}/a/b.txt" }, decision: allow }
                  - { tool: Read, input: { file_path: "${workspace}/c/.env" }, decision: deny }
                  - { tool: Glob, input: { pattern: "*.c", path: "${workspace}/src" }, decision: allow }
                  - { tool: LS, input: { path: "${home}" }, decision: deny }
                  - { tool: Grep, input: { pattern: x, path: /usr/share }, decision: allow }
                  - { tool: Write, input: { file_path: "${workspace}/new" }, decision: allow }
                  - { tool: Write, input: { file_path: "${workspace}/.git/hooks/x" }, decision: deny }
                  - { tool: Write, input: { file_path: "${tmp}/x" }, decision: allow }
                  - { tool: Write, input: { file_path: /usr/lib/x }, decision: deny }
                  - { tool: Bash, input: { command: "git log | cat > out" }, decision: allow }
                  - { tool: Bash, input: { command: "build/made --now" }, decision: allow }
                  - { tool: Bash, input: { command: "./made" }, decision: deny }
                  - { tool: Bash, input: { command: "ls; git -C . --version" }, decision: deny }
                  - { tool: Bash, input: { command: "cat x | perl" }, decision: deny }
                  - { tool: Bash, input: { command: "echo x > .mcp.json" }, decision: deny }
                  - { tool: Bash, input: { command: "cat < /dev/tcp/other.example/80" }, decision: deny }
                  - { tool: WebFetch, input: { url: "https://db.example/x" }, decision: allow }
                  - { tool: WebFetch, input: { url: "https://other.example/" }, decision: deny }
                  - { tool: Read, input: { file_path: "${workspace}/src/../x" }, decision: allow }
                """
            let path = try ground.write("p.yaml", text)
            let (code, json, errors) = try live(path)
            #expect(code == 0, "\(errors)")
            #expect(json["failed"]?.int == 0 && json["differs"]?.int == 0 && json["unseen"]?.int == 0)
            #expect(lines(json, "differs") == [] && lines(json, "unseen") == [])
            #expect(json["agrees"]?.int == 19)
            let git = json["files"]?[0]?["live"]?[12]
            #expect(git?["line"]?.int == 19 && git?["decision"]?.string == "deny")
            #expect(git?["reason"]?.string?.contains("git --version") == true)
        }
    }

    /// What no jail could show is said to be so, and nothing of the host is written to.
    @Test func `What cannot be seen is not counted for either side`() async throws {
        try await JailGround.with { ground in
            try File.changeMode(ground.outside, 0o777)
            let text = """
                extends: default
                filesystem: { write: ["\(ground.outside)"] }
                commands: { allow: [no-such-program] }
                network: { allow: ["192.0.2.1:443"] }
                tools: { WebFetch: { enabled: true }, LS: { enabled: false } }
                expect:
                  - { tool: Write, input: { file_path: "\(ground.outside)/x" }, decision: allow }
                  - { tool: Bash, input: { command: "no-such-program" }, decision: allow }
                  - { tool: Bash, input: { command: "$PROGRAM" }, decision: allow }
                  - { tool: Bash, input: { command: "echo $(" }, decision: deny }
                  - { tool: WebFetch, input: { url: "https://192.0.2.1/" }, decision: allow }
                  - { tool: LS, input: { path: "${workspace}" }, decision: deny }
                  - { tool: TodoWrite, input: { todos: [] }, decision: allow }
                  - { tool: Read, input: { file_path: /nonexistent/x }, decision: deny }
                """
            let path = try ground.write("p.yaml", text)
            let (code, json, errors) = try live(path)
            #expect(code == 0, "\(errors)")
            #expect(json["unseen"]?.int == 8 && json["agrees"]?.int == 0, "\(json.text())")
            #expect(try Directory.entries(ground.outside) == [])
        }
    }

    /// A program that is found by another name than a rule gives it: the simulator, which knows no machine, takes it for
    /// another one.
    @Test(.enabled(if: JailHost.has("perl"))) func `A difference is told, with both sides`() async throws {
        try await JailGround.with { ground in
            try File.makeLink("\(ground.outside)/door", to: "/usr/bin/perl")
            let path = try ground.write(
                "p.yaml",
                """
                extends: base
                commands: { allow: [perl], deny: ["\(ground.outside)/door"] }
                expect:
                  - { tool: Bash, input: { command: "perl -v" }, decision: allow }
                """)
            let ran = try RealProgram.run(["policy", "test", "--live", path])
            #expect(ran.code == 1)
            #expect(ran.output.contains("\(path):5:5: Bash"))
            #expect(
                ran.output.contains("the policy: allow") && ran.output.contains("the jail: deny, `perl` does not start")
            )
            #expect(ran.output.contains("agrees 0 times, differs 1 times; 0 not seen"))
        }
    }

    @Test func `Where no jail can be as strong as required, nothing is said to hold`() async throws {
        try await JailGround.with { ground in
            let path = try ground.write(
                "p.yaml",
                "extends: base\nrequire: [cgroup]\nexpect: [{ tool: Read, input: { file_path: /x }, decision: deny }]")
            let ran = try RealProgram.run(["policy", "test", "--live", path])
            // A machine that hands groups of control out has nothing to complain about.
            #expect(ran.code == 4 && ran.errors.contains("missing: cgroup") || ran.code == 0)
            #expect(try RealProgram.run(["policy", "test", path]).code == 0)
        }
    }
}
