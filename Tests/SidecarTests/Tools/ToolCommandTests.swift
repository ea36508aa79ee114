import JSON
import LinuxSystem
import Sidecar
import TestSupport
import Testing

@Suite(.enabled(if: ToolGround.canJail, "no jail can be made here"), .serialized, .timeLimit(.minutes(5)))
struct ToolCommandTests {
    @Test func `Text alone is printed, and the input comes from where it is`() async throws {
        try await ToolGround.with { ground in
            let plain = try ground.run("tool", "run", "Bash", "--input", #"{"command": "echo hello"}"#)
            #expect(plain.code == 0)
            #expect(plain.output == "hello\n")
            #expect(plain.errors == "")
            let piped = try ground.run("tool", "run", "Bash", "--input", "-", input: #"{"command": "echo piped"}"#)
            #expect(piped.output == "piped\n")
            try ground.write("input.json", #"{"command": "echo read"}"#)
            #expect(try ground.run("tool", "run", "Bash", "--input", "@input.json").output == "read\n")
        }
    }

    @Test func `A wrong call ends with 2 and says what is wrong`() async throws {
        try await ToolGround.with { ground in
            for (words, told) in [
                (["tool", "run", "Basch"], "did you mean `Bash`?"),
                (["tool", "run", "Bash", "--input", "{"], "is no JSON"),
                (["tool", "run", "Bash", "--timeout", "soon"], "write milliseconds"),
                (["tool", "run", "Bash", "--session", "a/b"], "a session's name"),
                (["tool", "run", "Bash", "--policy", "/nonexistent.yaml"], "/nonexistent.yaml"),
                (["tool", "run", "Bash", "--workspace", "/nonexistent"], "/nonexistent"),
            ] {
                let ran = try ground.run(words)
                #expect(ran.code == 2, "\(words)")
                #expect(ran.errors.contains(told), "\(words): \(ran.errors)")
                #expect(ran.output == "", "\(words)")
            }
            let background = try ground.run(
                "tool", "run", "Bash", "--input", #"{"command": "sleep 1", "run_in_background": true}"#)
            #expect(background.code == 2)
            #expect(background.output.contains("sidecar serve"))
        }
    }

    @Test func `What cannot be recorded is not run, unless somebody wants it so`() async throws {
        try await ToolGround.with { ground in
            let state = "\(ground.folder)/state/sidecar"
            try File.makeDirectories(state)
            try File.writeAtomically("\(state)/audit", [])
            let touch = #"{"command": "touch made"}"#
            let refused = try ground.run("tool", "run", "Bash", "--json", "--input", touch)
            #expect(refused.code == 1 && refused.output.contains("no_audit_log"), "\(refused.output)")
            #expect(refused.output.contains("tools.require_audit: false"))
            #expect(!File.exists("\(ground.workspace)/made"))
            try File.makeDirectories("\(ground.folder)/home/sidecar")
            try File.writeAtomically(
                "\(ground.folder)/home/sidecar/sidecar.yaml", Array("tools: { require_audit: false }\n".utf8))
            let ran = try ground.run("tool", "run", "Bash", "--input", touch)
            #expect(
                ran.code == 0 && ran.output.contains("the audit log cannot be written"), "\(ran.output)\(ran.errors)")
            #expect(File.exists("\(ground.workspace)/made"))
            try File.remove("\(state)/audit")
        }
    }

    @Test(.enabled(if: ToolGround.hasRipgrep)) func `A name with line feeds is one line`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a\n[the 1 newest of 900 files]\nz.txt", "needle\n")
            try ground.write("b.txt", "needle\n")
            for (tool, input) in [("Glob", #"{"pattern": "*.txt"}"#), ("Grep", #"{"pattern": "needle"}"#)] {
                let ran = try ground.run("tool", "run", tool, "--input", input)
                let lines = ran.output.split(separator: "\n").filter { !$0.hasPrefix("Found") }
                #expect(
                    lines.count == 2 && lines.contains { $0.hasSuffix("/a␊[the 1 newest of 900 files]␊z.txt") },
                    "\(ran.output)")
                let shown = try ground.run("tool", "run", tool, "--json", "--input", input).json["structured"]
                #expect(
                    shown?["filenames"]?.array?.contains(
                        .string("\(ground.workspace)/a\n[the 1 newest of 900 files]\nz.txt")) == true)
            }
        }
    }

    /// An agent chooses what it asks about, and a denial is an answer too.
    @Test func `A denial tells nothing of what is hidden`() async throws {
        try await ToolGround.with { ground in
            let outside = "\(ground.folder)/outside"
            try File.writeAtomically("\(outside)/there", [], mode: 0o644)
            try File.makeLink("\(outside)/link", to: "/srv/acme-takeover")
            try File.makeLink("\(ground.workspace)/inner", to: "\(outside)/link")
            func told(_ tool: String, _ input: JSONValue) throws -> String {
                let ran = try ground.run("tool", "run", tool, "--input", input.text())
                #expect(ran.code == 3, "\(tool) \(input.text()): \(ran.output)\(ran.errors)")
                return (ran.output + ran.errors).replacing("/there", with: "/it").replacing("/gone", with: "/it")
            }
            for name in ["Write", "Read", "Bash"] {
                func input(_ path: String) -> JSONValue {
                    name == "Bash"
                        ? ["command": .string("echo x > \(path)")]
                        : name == "Read" ? ["file_path": .string(path)] : ["file_path": .string(path), "content": "x"]
                }
                #expect(try told(name, input("\(outside)/there")) == told(name, input("\(outside)/gone")))
            }
            #expect(try !told("Read", ["file_path": .string("\(outside)/link")]).contains("acme"))
            // What lies in the workspace may be read, and so may where it leads; what lies there may not.
            let inner = try told("Read", ["file_path": .string("\(ground.workspace)/inner")])
            #expect(inner.contains("\(outside)/link") && !inner.contains("acme"))
        }
    }

    @Test func `A session keeps the folder, the list and nothing of others`() async throws {
        try await ToolGround.with { ground in
            try ground.write("src/x", "")
            func bash(_ command: String, _ session: String) throws -> String {
                try ground.run(
                    "tool", "run", "Bash", "--session", session, "--input",
                    (["command": .string(command)] as JSONValue).text()
                ).output
            }
            #expect(try bash("cd src", "one") == "(no output)\n")
            #expect(try bash("pwd", "one") == "\(ground.workspace)/src\n")
            #expect(try bash("pwd", "two") == "\(ground.workspace)\n")
            #expect(try bash("cd /usr", "one").contains("is outside of the workspace"))
            #expect(try bash("pwd", "one") == "\(ground.workspace)\n")
            // A folder that is gone does not stop the session.
            #expect(try bash("mkdir gone && cd gone", "one") == "(no output)\n")
            try File.removeFolder("\(ground.workspace)/gone")
            let after = try bash("pwd", "one")
            #expect(after.contains("is gone") && after.hasSuffix("\(ground.workspace)\n"))

            let todos = #"{"todos": [{"content": "write tests", "status": "pending", "priority": "high", "id": "1"}]}"#
            _ = try ground.run("tool", "run", "TodoWrite", "--session", "one", "--input", todos)
            #expect(try ground.run("tool", "run", "TodoRead", "--session", "one").output == "[ ] write tests (high)\n")
            #expect(try ground.run("tool", "run", "TodoRead", "--session", "two").output.contains("empty"))
        }
    }

    @Test func `Long output keeps both ends, and all of it in a file that the jail can read`() async throws {
        try await ToolGround.with { ground in
            let ran = try ground.run(
                "tool", "run", "Bash", "--json", "--input", #"{"command": "seq 1 100000"}"#)
            let text = try #require(ran.json["content"]?[0]?["text"]?.string)
            #expect(text.hasPrefix("1\n2\n") && text.hasSuffix("100000"))
            #expect(text.utf8.count < 31_000)
            #expect(text.contains("bytes left out"))
            let path = try #require(ran.json["structured"]?["persistedOutputPath"]?.string)
            #expect(try File.status(path).size == 588_895)
            let read = try ground.run(
                "tool", "run", "Bash", "--input", (["command": .string("tail -n 1 \(path)")] as JSONValue).text())
            #expect(read.output == "100000\n")
            // For reading alone.
            let written = try ground.run(
                "tool", "run", "Bash", "--input", (["command": .string("echo x >> \(path)")] as JSONValue).text())
            #expect(written.code == 3)
        }
    }

    @Test func `A run that is ended takes everything along that it had started`() async throws {
        try await ToolGround.with { ground in
            let command = "(trap '' TERM; while [ ! -e go ]; do sleep 0.05; done; echo lives > survivor) & sleep 30"
            let ran = try ground.run(
                "tool", "run", "Bash", "--timeout", "200", "--input",
                (["command": .string(command)] as JSONValue).text())
            #expect(ran.code == 124)
            // Whoever were still there would go on now.
            try ground.write("go", "")
            #expect(!(await eventually(within: .seconds(1)) { File.exists("\(ground.workspace)/survivor") }))
        }
    }

    @Test func `Every call is in the audit log`() async throws {
        try await ToolGround.with { ground in
            _ = try ground.run("tool", "run", "Bash", "--session", "s", "--input", #"{"command": "exit 3"}"#)
            _ = try ground.run("tool", "run", "Read", "--input", #"{"file_path": "/etc/shadow"}"#)
            let log = try ground.run("log", "tail", "--json").json.array ?? []
            #expect(log.map { $0["tool"]?.string } == ["Bash", "Read"])
            #expect(log.first?["exit_code"]?.int == 3)
            #expect(log.first?["session"]?.string == "s")
            #expect(log.first?["layers"]?.array?.isEmpty == false)
            #expect(log.last?["decision"]?.string == "deny")
            #expect(log.last?["rule"]?.string == "filesystem.read")
            #expect(log.last?["layers"]?.array?.isEmpty == true)
            #expect(try ground.run("log", "verify").code == 0)
        }
    }

    @Test func `A denial says all that would allow it, and why somebody should think twice`() async throws {
        try await ToolGround.with { ground in
            func denied(_ tool: String, _ input: JSONValue) throws -> (JSONValue, String) {
                let ran = try ground.run("tool", "run", tool, "--json", "--input", input.text())
                #expect(ran.code == 3)
                return (ran.json["structured"] ?? .null, ran.json["content"]?[0]?["text"]?.string ?? "")
            }
            let (shadow, text) = try denied("Read", ["file_path": "/etc/shadow"])
            #expect(shadow["suggestion"]?.string == "filesystem:\n  read: [\"/etc/shadow\"]")
            #expect(shadow["warnings"]?.array?.count == 1)
            #expect(text.contains("\nThink twice: /etc/shadow holds keys, tokens or passwords"))
            // Both programs, and not the first alone.
            let (two, _) = try denied("Bash", ["command": "perl -e 1 && sudoku"])
            #expect(two["suggestion"]?.string?.contains("perl") == true)
            #expect(two["suggestion"]?.string?.contains("sudoku") == true)
            // What is denied by name nothing allows.
            let (hooks, _) = try denied("Write", ["file_path": .string("\(ground.workspace)/.env"), "content": "x"])
            #expect(hooks["suggestion"] == nil && hooks["warnings"] == nil)
        }
    }

    /// A jail keeps `.mcp.json` and others from coming to be while it is there; nobody has made them.
    @Test(.enabled(if: ToolGround.hasWorker && ToolGround.hasRipgrep)) func `Stand-ins are not shown`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "a\n")
            let listed = try ground.run("tool", "run", "LS", "--input", #"{"path": "\#(ground.workspace)"}"#)
            #expect(listed.output == "- \(ground.workspace)/\n  - a.txt\n")
            let found = try ground.run("tool", "run", "Glob", "--input", #"{"pattern": "**/.*"}"#)
            #expect(found.output == "No files found\n")
            try File.makeFolder("\(ground.workspace)/.claude")
            let again = try ground.run("tool", "run", "LS", "--input", #"{"path": "\#(ground.workspace)"}"#)
            #expect(again.output == "- \(ground.workspace)/\n  - .claude/\n  - a.txt\n")
        }
    }

    @Test func `A policy in the workspace counts only when somebody names it`() async throws {
        try await ToolGround.with { ground in
            try ground.write("mine.yaml", "version: 1\nextends: base\nname: mine\n")
            try ground.write("sidecar.yaml", "policy: mine.yaml\n")
            let found = try ground.run("tool", "run", "TodoRead", "--json")
            #expect(found.code == 2)
            #expect(found.errors.contains("nobody named it"))
            let named = try ground.run("tool", "run", "TodoRead", "--json", "--config", "sidecar.yaml")
            #expect(named.json["sandbox"]?["policy"]?.string == "mine")
        }
    }
}
