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
