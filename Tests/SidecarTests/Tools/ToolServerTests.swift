import JSON
import LinuxSystem
import TestSupport
import Testing

@Suite(.enabled(if: ToolGround.canJail, "no jail can be made here"), .serialized, .timeLimit(.minutes(5)))
struct ToolServerTests {
    @Test func `What is no call of a tool`() async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                #expect(try server.ask("POST", "/v1/tools/Basch", "{}").status == 404)
                #expect(try server.ask("POST", "/v1/tools/Bash", "{").status == 400)
                #expect(try server.ask("POST", "/v1/tools/Bash", "{}", session: "a b").status == 400)
                #expect(try server.ask("DELETE", "/v1/tools/Bash").status == 405)
                #expect(try server.ask("GET", "/v1/tools/Agent").text.contains(#""name": "Task""#))
                let list = try JSONValue(parsing: server.ask("GET", "/v1/tools").text)
                #expect(list["tools"]?.array?.count == 15)
            }
        }
    }

    @Test func `A client that leaves ends what it had started`() async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                let command = "touch begun; while [ ! -e go ]; do sleep 0.05; done; echo survived > survivor"
                let socket = try server.begin("Bash", ["command": .string(command)])
                #expect(await eventually { File.exists("\(ground.workspace)/begun") })
                socket.close()
                #expect(
                    await eventually {
                        let metrics = try? JSONValue(parsing: server.ask("GET", "/tool-metrics").text)
                        return metrics?["tools"]?["Bash"]?["endings"]?["cancelled"]?.int == 1
                    })
                // Whoever were still there would go on now.
                try ground.write("go", "")
                #expect(!(await eventually(within: .seconds(1)) { File.exists("\(ground.workspace)/survivor") }))
            }
        }
    }

    @Test func `A command in the background writes to a file while it runs`() async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                let begun = try server.tool(
                    "Bash",
                    [
                        "command": "echo first; while [ ! -e stop ]; do sleep 0.05; done; echo last",
                        "run_in_background": true,
                    ])
                let path = try #require(begun["structured"]?["rawOutputPath"]?.string)
                #expect(await eventually { (try? File.readText(path)) == "first\n" })
                _ = try server.tool("Bash", ["command": "touch stop"])
                #expect(
                    await eventually {
                        (try? File.readText(path))?.contains("last\n\n[ended with exit code 0]") == true
                    })
            }
        }
    }

    @Test func `One of two commands in the background is ended, by a command or by the names that other agents know`()
        async throws
    {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                func begin(_ word: String) throws -> (name: String, path: String) {
                    let command = "echo \(word); trap '' TERM; while [ ! -e stop ]; do sleep 0.05; done; echo last"
                    let begun = try server.tool("Bash", ["command": .string(command), "run_in_background": true])
                    let about = begun["structured"]
                    return (
                        try #require(about?["backgroundTaskId"]?.string), try #require(about?["rawOutputPath"]?.string)
                    )
                }
                let (one, two, three) = (try begin("one"), try begin("two"), try begin("three"))
                let killed = try server.tool("Bash", ["command": .string("kill \(one.name)")])
                #expect(killed["is_error"] == false, "\(killed)")
                // The answer comes when it has ended.
                #expect(try File.readText(one.path).contains("\n[ended "))
                let again = try server.tool("Bash", ["command": .string("kill \(one.name)")])
                #expect(again["is_error"] == true, "\(again)")
                #expect(try server.tool("KillShell", ["shell_id": .string(two.name)])["is_error"] == false)
                #expect(try File.readText(two.path).contains("\n[ended "))
                #expect(await eventually { (try? File.readText(three.path)) == "three\n" })
                let shown = try server.tool("BashOutput", ["bash_id": .string(three.name)])
                #expect(shown["tool"] == "Read" && shown["content"]?[0]?["text"]?.string?.contains("three") == true)
                try ground.write("stop", "")
                #expect(await eventually { (try? File.readText(three.path))?.contains("exit code 0") == true })
                for input: JSONValue in [[:], ["shell_id": "../x"], ["shell_id": "a; b"]] {
                    #expect(try server.ask("POST", "/v1/tools/KillShell", input.text()).status == 400)
                }
            }
        }
    }

    private static let denying = "commands: { deny: [seq] }\n"

    private func write(_ path: String, _ more: String) throws {
        try File.writeAtomically(path, Array("version: 1\nextends: default\n\(more)".utf8))
    }

    private func isDenied(_ server: ToolServer) throws -> Bool {
        try server.tool("Bash", ["command": "seq 1"])["denied"]?["rule"]?.string?.hasPrefix("commands.deny") == true
    }

    @Test func `A changed policy counts from the next call on`() async throws {
        try await ToolGround.with { ground in
            let policy = "\(ground.folder)/policy.yaml"
            try write(policy, "")
            try await ground.serving(["--policy", policy]) { server in
                let begun = try server.tool(
                    "Bash", ["command": "while [ ! -e stop ]; do sleep 0.05; done; seq 3", "run_in_background": true])
                let path = try #require(begun["structured"]?["rawOutputPath"]?.string)
                #expect(try !isDenied(server))
                try write(policy, Self.denying)
                #expect(await eventually { (try? isDenied(server)) == true })
                try write(policy, "comands: {}\n")
                #expect(await eventually { server.log.contains("the new policy is wrong") })
                #expect(try isDenied(server))
                // What began before ends as it began.
                try ground.write("stop", "")
                #expect(await eventually { (try? File.readText(path))?.contains("1\n2\n3\n") == true })
            }
        }
    }

    @Test func `A policy that the tools could have changed waits for a signal`() async throws {
        try await ToolGround.with { ground in
            let policy = "\(ground.workspace)/own.yaml"
            try write(policy, "")
            try await ground.serving(["--policy", "own.yaml"]) { server in
                #expect(try !isDenied(server))
                try write(policy, Self.denying)
                #expect(await eventually { server.log.contains("takes effect at SIGHUP") })
                #expect(try !isDenied(server))
                try server.signal(.hangUp)
                #expect(await eventually { (try? isDenied(server)) == true })
            }
        }
    }

    /// As git and editors save: a new file takes the old one's name, and what was mounted over the old one is gone.
    @Test func `A file that takes a protected one's place is as protected`() async throws {
        try await ToolGround.with { ground in
            for name in [".git/config", ".mcp.json", ".env"] { try ground.write(name, "first\n") }
            try await ground.serving { server in
                let attempt = "for f in .git/config .mcp.json; do echo mine >> $f; done; cat .env; true"
                _ = try server.tool("Bash", ["command": .string(attempt)])
                for name in [".git/config", ".mcp.json", ".env"] { try ground.write(name, "second\n") }
                let second = try server.tool("Bash", ["command": .string(attempt)])
                #expect(second["content"]?[0]?["text"]?.string?.contains("second") == false, "\(second)")
                for name in [".git/config", ".mcp.json"] {
                    #expect(try File.readText("\(ground.workspace)/\(name)") == "second\n")
                }
            }
        }
    }

    /// What a run has laid into the workspace decides nothing about the next one.
    @Test func `Links, a configuration and a repository of a run's own change nothing for the next`() async throws {
        try await ToolGround.with { ground in
            try File.writeAtomically("\(ground.folder)/outside/key", Array("secret".utf8), mode: 0o644)
            let links = "ln -s \(ground.folder)/outside node_modules; ln -s \(ground.folder)/outside venv; ls"
            #expect(
                try ground.run("tool", "run", "Bash", "--input", #"{"command": "\#(links)"}"#).output.contains("venv"))
            let taken = try ground.run(
                "tool", "run", "Bash", "--input", #"{"command": "cat node_modules/key venv/key; true"}"#)
            #expect(!taken.output.contains("secret"))
            let made = try ground.run(
                "tool", "run", "Bash", "--input",
                #"{"command": "for f in sidecar.yaml HEAD .git; do echo x > $f; done; true"}"#)
            #expect(made.output.contains("sidecar.yaml: "), "\(made.output)")
            for name in ["sidecar.yaml", "HEAD", ".git"] { #expect(!File.exists("\(ground.workspace)/\(name)")) }
        }
    }

    @Test func `Calls at once do not wait for each other`() async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                // The jail is there before they begin.
                _ = try server.tool("Bash", ["command": "true"])
                // Each waits for the file of the next: only together they come to an end.
                let calls = try (0..<4).map { number in
                    let command = "touch f\(number); while [ ! -e f\((number + 1) % 4) ]; do sleep 0.05; done"
                    return try server.begin("Bash", ["command": .string(command)])
                }
                let found = try calls.map { call in
                    try JSONValue(parsing: #require(call.readAnswer()).text)["is_error"]?.bool == false
                }
                #expect(found == [true, true, true, true])
            }
        }
    }
}
