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
