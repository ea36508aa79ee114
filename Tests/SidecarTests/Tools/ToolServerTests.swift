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
