import JSON
import LinuxSystem
import TestSupport
import Testing

/// Agents in the real program, with answers from a script.
@Suite(
    .enabled(if: ToolGround.canJail && ToolGround.hasWorker, "no jail can be made here"), .serialized,
    .timeLimit(.minutes(5)))
struct ToolAgentTests {
    /// `@` stands for the workspace.
    private func prepare(_ ground: ToolGround, _ steps: String) throws -> [String] {
        try File.writeAtomically(
            "\(ground.folder)/script.yaml",
            Array("version: 1\nsteps:\n\(steps.replacing("@", with: ground.workspace))\n".utf8))
        try File.writeAtomically(
            "\(ground.folder)/sidecar.yaml",
            Array("providers: { offline: { type: scripted, script: script.yaml } }\n".utf8))
        return ["--config", "\(ground.folder)/sidecar.yaml"]
    }

    private static let fix = """
          - when: { tool_result: { tool: Edit, is_error: false } }
            answer: "Fixed: ${tool_result}"
          - when: { tool_result: { tool: Read } }
            answer: { tools: [{ name: Edit, input: { file_path: "@/a.txt", old_string: "one", new_string: "two" } }] }
          - when: { prompt: fix, has_tool: Edit }
            answer: { text: I look., tools: [{ name: Read, input: { file_path: "@/a.txt" } }] }
          - answer: "no Edit here"
        """

    private func result(_ ran: ToolGround.Ran) throws -> JSONValue {
        try JSONValue(parsing: try #require(ran.output.split(separator: "\n").last.map(String.init)))
    }

    @Test func `An agent works until it is done, and tells each message`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "one\n")
            let configuration = try prepare(ground, Self.fix)
            let ran = try ground.run(
                ["agent", "run", "--output", "stream-json", "fix it"] + configuration)
            #expect(ran.code == 0, "\(ran.output)\(ran.errors)")
            let lines = try ran.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(
                lines.compactMap { $0["type"]?.string }
                    == ["system", "assistant", "user", "assistant", "user", "assistant", "result"])
            let end = try #require(lines.last)
            #expect(end["result"]?.string?.hasPrefix("Fixed: The file") == true)
            #expect(end["num_turns"]?.int == 3 && end["tool_calls"] == ["Edit": 1, "Read": 1])
            #expect(end["usage"]?["output_tokens"]?.int ?? 0 > 0)
            #expect(try File.readText("\(ground.workspace)/a.txt") == "two\n")
            // What it has changed is kept, under the session that it names.
            let session = try #require(end["session_id"]?.string)
            let kept = try ground.run("checkpoint", "list", "--json", "--session", session)
            #expect(kept.json["checkpoints"]?.array?.count == 1)
        }
    }

    @Test func `Text is the last words alone, and a tool that it lacks is none`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "one\n")
            let configuration = try prepare(ground, Self.fix)
            let ran = try ground.run(["agent", "run", "-", "--tools", "Read,LS"] + configuration, input: "fix it\n")
            #expect(ran.code == 0 && ran.output == "no Edit here\n", "\(ran.output)\(ran.errors)")
            for (words, told) in [
                (["--tools", "Rad", "x"], "did you mean `Read`?"), (["--max-turns", "0", "x"], "from 1 to 10000"),
                ([" "], "it is empty"), (["--output", "xml", "x"], "xml"),
            ] {
                let wrong = try ground.run(["agent", "run"] + words + configuration)
                #expect(wrong.code == 2 && wrong.errors.contains(told), "\(words): \(wrong.errors)")
            }
        }
    }

    @Test(arguments: [
        ("{ error: { status: 401, message: no key } }", "provider_error", "no key"),
        ("{ text: cut, stop_reason: max_tokens }", "cut_answer", "was cut"),
        ("{ text: no, stop_reason: refusal }", "refusal", "declined"),
        ("{ tools: [{ name: LS, input: { path: '@' } }] }", "turn_limit", "after 3 answers"),
    ])
    func `Each way to fail has its word`(_ answer: String, _ code: String, _ told: String) async throws {
        try await ToolGround.with { ground in
            let configuration = try prepare(ground, "  - answer: \(answer)")
            let ran = try ground.run(["agent", "run", "--json", "--max-turns", "3", "x"] + configuration)
            #expect(ran.code == 1)
            let end = try result(ran)
            #expect(end["is_error"] == true && end["code"]?.string == code, "\(end)")
            #expect(end["error"]?.string?.contains(told) == true, "\(end)")
        }
    }

    @Test func `What passes by itself is waited for`() async throws {
        try await ToolGround.with { ground in
            let configuration = try prepare(
                ground,
                """
                  - once: true
                    answer: { error: { status: 529, headers: { retry-after: "0" } } }
                  - answer: here
                """)
            let ran = try ground.run(["agent", "run", "x"] + configuration)
            #expect(ran.code == 0 && ran.output == "here\n", "\(ran.output)\(ran.errors)")
        }
    }

    @Test func `A provider is asked over HTTP, and one that is not there is said`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "one\n")
            let script = try prepare(ground, Self.fix)
            let other = "\(ground.folder)/other.yaml"
            let agent = ["agent", "run", "--json", "--config", other, "fix it"]
            var port: UInt16 = 0
            try await ground.serving(script) { server in
                port = server.port
                let provider = "{ type: anthropic, base_url: \"http://127.0.0.1:\(port)\", key: k }"
                try File.writeAtomically(other, Array("providers: { up: \(provider) }\n".utf8))
                let ran = try ground.run(agent)
                #expect(ran.code == 0, "\(ran.output)\(ran.errors)")
                #expect(ran.json["result"]?.string?.hasPrefix("Fixed: ") == true, "\(ran.output)")
            }
            let gone = try ground.run(agent)
            #expect(gone.code == 1 && gone.json["code"] == "provider_unreachable", "\(gone.output)")
        }
    }

    private static let delegation = """
          - when: { system: "You count lines", tool_result: { tool: Read } }
            answer: "It says ${tool_result}"
          - when: { system: "You count lines", has_tool: Write }
            answer: it may write
          - when: { system: "You count lines", has_tool: Task }
            answer: it may start others
          - when: { system: "You count lines", text: count }
            answer: { tools: [{ name: Read, input: { file_path: "@/a.txt" } }] }
          - when: { text: nest }
            answer: { tools: [{ name: Task, input: { description: d, prompt: p } }] }
          - when: { text: denied }
            answer: { tools: [{ name: Read, input: { file_path: /etc/shadow } }] }
          - when: { tool_result: {} }
            answer: "Got ${tool_result}"
          - answer: nothing to do
        """

    private func task(_ ground: ToolGround, _ input: JSONValue, _ more: [String]) throws -> JSONValue {
        try ground.run(["tool", "run", "Task", "--json", "--input", input.text()] + more).json
    }

    @Test func `Task runs an agent of the workspace with no more than it names`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "hello\n")
            try ground.write(
                ".claude/agents/counter.md",
                "---\nname: counter\ndescription: counts\ntools: Read, Task, mcp__x__y\n---\nYou count lines.\n")
            try ground.write(".claude/agents/broken.md", "no front matter")
            let configuration = try prepare(ground, Self.delegation)
            let input: JSONValue = ["description": "count", "prompt": "count them", "subagent_type": "counter"]
            let done = try task(ground, input, configuration)
            #expect(done["is_error"] == false, "\(done)")
            #expect(done["content"]?[0]?["text"]?.string?.contains("hello") == true, "\(done)")
            let about = done["structured"]
            #expect(about?["status"] == "completed" && about?["agent"] == "counter" && about?["turns"] == 2)
            #expect(about?["tool_calls"] == ["Read": 1] && about?["totalTokens"]?.int ?? 0 > 0)

            var unknown = input
            unknown["subagent_type"] = "conter"
            let none = try task(ground, unknown, configuration)
            #expect(none["structured"]?["code"] == "unknown_agent")
            let text = none["content"]?[0]?["text"]?.string ?? ""
            #expect(text.contains("general-purpose, counter") && text.contains("broken.md cannot be used"))
        }
    }

    @Test func `An agent's agent, and what the policy forbids, are refused to it`() async throws {
        try await ToolGround.with { ground in
            let configuration = try prepare(ground, Self.delegation)
            let nested = try task(ground, ["description": "d", "prompt": "nest"], configuration)
            #expect(nested["content"]?[0]?["text"]?.string?.contains("There is no such tool here") == true, "\(nested)")
            let denied = try task(ground, ["description": "d", "prompt": "denied"], configuration)
            #expect(denied["content"]?[0]?["text"]?.string?.contains("Denied by the policy") == true, "\(denied)")
            let strict = try task(
                ground, ["description": "d", "prompt": "x"], configuration + ["--policy", "strict"])
            #expect(strict["denied"]?["rule"]?.string?.hasPrefix("tools.Task.enabled") == true, "\(strict)")
            var isolated: JSONValue = ["description": "d", "prompt": "x", "isolation": "worktree"]
            #expect(try task(ground, isolated, configuration)["structured"]?["code"] == "no_worktree")
            isolated["isolation"] = "remote"
            #expect(try task(ground, isolated, configuration)["structured"]?["code"] == "no_isolation")
        }
    }

    @Test func `One in the background says at its end what it found, and can be ended`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "hello\n")
            let configuration = try prepare(
                ground,
                """
                  - when: { text: wait }
                    answer: { text: never, delay: 60s }
                \(Self.delegation)
                """)
            try await ground.serving(configuration) { server in
                func begin(_ prompt: String) throws -> (name: String, path: String) {
                    let begun = try server.tool(
                        "Task", ["description": "d", "prompt": .string(prompt), "run_in_background": true])
                    let about = begun["structured"]
                    #expect(about?["status"] == "async_launched", "\(begun)")
                    return (try #require(about?["agentId"]?.string), try #require(about?["outputFile"]?.string))
                }
                let (_, path) = try begin("denied")
                #expect(
                    await eventually {
                        (try? File.readText(path))?.contains("Denied by the policy") == true
                            && (try? File.readText(path))?.hasSuffix("[ended: completed]\n") == true
                    })
                let waiting = try begin("wait")
                let ended = try server.tool("TaskStop", ["task_id": .string(waiting.name)])
                #expect(ended["is_error"] == false && ended["tool"] == "Bash", "\(ended)")
                #expect(try File.readText(waiting.path).hasSuffix("[ended: cancelled]\n"))
            }
            let alone = try task(
                ground, ["description": "d", "prompt": "x", "run_in_background": true], configuration)
            #expect(alone["structured"]?["code"] == "no_background")
        }
    }

    @Test func `In a worktree an agent changes nothing but that`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "one\n")
            func git(_ words: String...) throws {
                let nothing = try Descriptor.open("/dev/null", .readWrite)
                let launch = ProgramLaunch(
                    path: "/usr/bin/git", arguments: ["-c", "user.name=t", "-c", "user.email=t@t"] + words,
                    environment: ["HOME": "/nonexistent"], directory: ground.workspace)
                #expect(try ChildProcess(launch, descriptors: [nothing.raw, nothing.raw, nothing.raw]).wait() == 0)
            }
            try git("init", "-q")
            try git("add", ".")
            try git("commit", "-q", "-m", "first")
            try ground.write("b.txt", "not committed\n")
            let configuration = try prepare(
                ground,
                """
                  - when: { tool_result: {} }
                    answer: "Done: ${tool_result}"
                  - when: { text: look }
                    answer: { tools: [{ name: Bash, input: { command: "pwd; ls; git status --short" } }] }
                  - when: { text: commit }
                    answer: { tools: [{ name: Bash, input: { command: "echo two > a.txt; echo new > c.txt; git add c.txt; git status --short" } }] }
                """)
            func run(_ prompt: String) throws -> (text: String, about: JSONValue) {
                let done = try task(
                    ground, ["description": "d", "prompt": .string(prompt), "isolation": "worktree"], configuration)
                #expect(done["is_error"] == false, "\(done)")
                return (done["content"]?[0]?["text"]?.string ?? "", done["structured"] ?? .null)
            }
            let looked = try run("look")
            #expect(looked.text.contains("/sidecar-worktrees/") && looked.text.contains("a.txt"), "\(looked)")
            #expect(!looked.text.contains("b.txt") && looked.text.contains("the worktree is gone"), "\(looked)")
            let changed = try run("commit")
            let path = try #require(changed.about["worktree"]?.string, "\(changed)")
            #expect(changed.text.contains("A  c.txt"), "\(changed)")
            #expect(try File.readText("\(path)/a.txt") == "two\n")
            #expect(try File.readText("\(ground.workspace)/a.txt") == "one\n")
            #expect(try Directory.entries("\(ground.workspace)/.git/worktrees").count == 1)
            #expect(try Directory.entries("\(ground.folder)/state/sidecar-worktrees").count == 1)
        }
    }

    @Test func `Several at once over HTTP, though the policy lets one call run at a time`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "hello\n")
            try ground.write(".claude/agents/counter.md", "---\nname: counter\ntools: Read\n---\nYou count lines.\n")
            let policy = "\(ground.folder)/policy.yaml"
            try File.writeAtomically(
                policy, Array("version: 1\nname: one\nextends: default\nlimits: { concurrent: 1 }\n".utf8))
            let configuration = try prepare(ground, Self.delegation)
            try await ground.serving(configuration + ["--policy", policy]) { server in
                let input: JSONValue = ["description": "d", "prompt": "count", "subagent_type": "counter"]
                let calls = try (0..<4).map { _ in try server.begin("Task", input) }
                for call in calls {
                    let reply = try JSONValue(parsing: #require(call.readAnswer()).text)
                    #expect(reply["is_error"] == false, "\(reply)")
                }
            }
        }
    }

    @Test func `A client that leaves ends the agent and what it runs`() async throws {
        try await ToolGround.with { ground in
            let configuration = try prepare(
                ground,
                """
                  - answer: { tools: [{ name: Bash, input: { command: "touch begun; while [ ! -e go ]; do sleep 0.05; done; echo x > survivor" } }] }
                """)
            try await ground.serving(configuration) { server in
                let call = try server.begin("Task", ["description": "d", "prompt": "x"])
                #expect(await eventually { File.exists("\(ground.workspace)/begun") })
                call.close()
                #expect(
                    await eventually {
                        let metrics = try? JSONValue(parsing: server.ask("GET", "/tool-metrics").text)
                        return metrics?["tools"]?["Task"]?["endings"]?["cancelled"]?.int == 1
                    })
                try ground.write("go", "")
                #expect(!(await eventually(within: .seconds(1)) { File.exists("\(ground.workspace)/survivor") }))
            }
        }
    }
}
