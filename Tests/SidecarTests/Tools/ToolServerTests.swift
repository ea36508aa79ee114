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
                let body = (["command": .string(command)] as JSONValue).text()
                let socket = try TestSocket(connectingTo: server.port)
                #expect(
                    socket.send(
                        "POST /v1/tools/Bash HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    ))
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
                // Each waits for the file of the next: only together they come to an end.
                let found = await withTaskGroup(of: Bool.self) { group in
                    for number in 0..<4 {
                        group.addTask {
                            let next = (number + 1) % 4
                            let command =
                                "touch f\(number); for i in $(seq 200); do [ -e f\(next) ] && exit 0; sleep 0.05; done; exit 9"
                            let result = try? server.tool("Bash", ["command": .string(command)])
                            return result?["is_error"]?.bool == false
                        }
                    }
                    return await group.reduce(into: [Bool]()) { $0.append($1) }
                }
                #expect(found == [true, true, true, true])
            }
        }
    }
}
