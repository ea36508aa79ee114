import JSON
import LinuxSystem
import TestSupport
import Testing
import ToolRuntime

/// `sidecar mcp serve`, the real program.
@Suite(.enabled(if: ToolGround.canJail, "no jail can be made here"), .serialized, .timeLimit(.minutes(5)))
struct MCPStdioTests {
    private static let waiting = "touch begun; while [ ! -e go ]; do sleep 0.05; done; echo survived > survivor"

    /// Whoever were still there would go on now.
    private func expectNoSurvivor(_ ground: ToolGround) async throws {
        try ground.write("go", "")
        #expect(!(await eventually(within: .seconds(1)) { File.exists("\(ground.workspace)/survivor") }))
    }

    @Test func `tools-list: what runs is offered, with annotations and schemas`() async throws {
        try await ToolGround.with { ground in
            let client = try StdioClient(ground)
            try client.open()
            let tools = try #require(try client.ask("tools/list")["result"]?["tools"]?.array)
            let names = tools.compactMap { $0["name"]?.string }
            #expect(names == ToolCatalog.all.map(\.name))
            for tool in tools {
                #expect(tool["inputSchema"]?["type"]?.string == "object")
                #expect(tool["annotations"]?["title"] == tool["title"])
                #expect(tool["annotations"]?["readOnlyHint"]?.bool != nil)
                // What is promised at all is promised as an object, which older clients want.
                if let schema = tool["outputSchema"] { #expect(schema["type"]?.string == "object", "\(tool)") }
            }
            #expect(try client.close() == 0)
        }
    }

    @Test func `Both eras in one process, and only the tools that were asked for`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "hello\n")
            let client = try StdioClient(ground, ["--tools", "Read, Glob"])
            var (body, _) = ToolServer.alone("tools/list", [:])
            client.send(body)
            let list = try #require(try client.read()?["result"])
            #expect(list["tools"]?.array?.compactMap { $0["name"]?.string } == ["Read", "Glob"])
            #expect(list["resultType"]?.string == "complete")
            let input: JSONValue = ["file_path": .string("\(ground.workspace)/a.txt")]
            (body, _) = ToolServer.alone("tools/call", ["name": "Read", "arguments": input])
            client.send(body)
            #expect(try client.read()?["result"]?["structuredContent"]?["file"]?["content"]?.string == "hello")
            try client.open("2025-03-26")
            #expect(try client.ask("tools/call", ["name": "Bash"])["error"]?["code"]?.int == -32602)
            #expect(try client.close() == 0)
        }
    }

    @Test func `A process is a session: what was read may be written, and the folder is kept`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "one\n")
            try ground.write("src/x", "")
            let client = try StdioClient(ground)
            try client.open()
            let path = JSONValue.string("\(ground.workspace)/a.txt")
            let edit: JSONValue = ["file_path": path, "old_string": "one", "new_string": "two"]
            let early = try client.call("Edit", edit)
            #expect(early["isError"] == true)
            #expect(early["structuredContent"]?["code"]?.string == "not_read")
            #expect(try client.call("Read", ["file_path": path])["isError"] == false)
            #expect(try client.call("Edit", edit)["isError"] == false)
            _ = try client.call("Bash", ["command": "cd src"])
            let folder = try client.call("Bash", ["command": "pwd"])
            #expect(folder["content"]?[0]?["text"]?.string == "\(ground.workspace)/src")
            #expect(try client.close() == 0)
        }
    }

    @Test func `tools-call-with-progress: a long command says how far it is`() async throws {
        try await ToolGround.with { ground in
            let client = try StdioClient(ground)
            try client.open()
            let command = "echo one; echo two; while [ ! -e go ]; do sleep 0.05; done"
            let id = client.begin(
                "tools/call",
                [
                    "name": "Bash", "arguments": ["command": .string(command)], "_meta": ["progressToken": "p"],
                ])
            let note = try #require(try client.read())
            #expect(note["method"]?.string == "notifications/progress")
            #expect(note["params"]?["progressToken"]?.string == "p")
            // Seconds since the call came. The timer was set a moment later or sooner than that was taken down.
            #expect(note["params"]?["progress"]?.double ?? 0 > 0.5)
            #expect(note["params"]?["message"]?.string?.contains("2 lines") == true, "\(note)")
            try ground.write("go", "")
            #expect(try client.answer(id)["result"]?["isError"] == false)
            #expect(try client.close() == 0)
        }
    }

    @Test func `A call that is cancelled ends with everything it began, and nothing is said of it`() async throws {
        try await ToolGround.with { ground in
            let client = try StdioClient(ground)
            try client.open()
            let id = client.begin("tools/call", ["name": "Bash", "arguments": ["command": .string(Self.waiting)]])
            #expect(await eventually { File.exists("\(ground.workspace)/begun") })
            client.notify("notifications/cancelled", ["requestId": .int(id), "reason": "enough"])
            try await expectNoSurvivor(ground)
            #expect(try client.call("Bash", ["command": "echo on"])["content"]?[0]?["text"]?.string == "on")
            #expect(client.notifications == [], "nothing of what was cancelled")
            #expect(try client.close() == 0)
        }
    }

    @Test func `The end of the input ends everything that runs`() async throws {
        try await ToolGround.with { ground in
            let client = try StdioClient(ground)
            try client.open()
            client.begin("tools/call", ["name": "Bash", "arguments": ["command": .string(Self.waiting)]])
            #expect(await eventually { File.exists("\(ground.workspace)/begun") })
            #expect(try client.close() == 0)
            #expect(try client.read() == nil)
            try await expectNoSurvivor(ground)
        }
    }

    @Test func `What the policy has switched off is not offered`() async throws {
        try await ToolGround.with { ground in
            let policy = "\(ground.folder)/quiet.yaml"
            try File.writeAtomically(
                policy, Array("version: 1\nextends: default\ntools: { Bash: { enabled: false } }\n".utf8), mode: 0o644)
            let client = try StdioClient(ground, ["--policy", policy])
            try client.open()
            let tools = try client.ask("tools/list")["result"]?["tools"]?.array ?? []
            #expect(!tools.isEmpty && !tools.contains { $0["name"]?.string == "Bash" })
            let error = try client.ask("tools/call", ["name": "Bash", "arguments": ["command": "true"]])["error"]
            #expect(error?["code"]?.int == -32602)
            #expect(error?["message"]?.string?.contains("not offered") == true)
            #expect(try client.close() == 0)
        }
    }

    /// Nobody is kept waiting for one who does not read, and he finds everything when he does.
    @Test func `A client that reads late gets everything`() async throws {
        try await ToolGround.with { ground in
            let client = try StdioClient(ground)
            try client.open()
            let size = try client.ask("tools/list").text().utf8.count
            let ids = (0..<(4 << 20) / size).map { _ in client.begin("tools/list") }
            for id in ids { #expect(try client.read()?["id"]?.int == id) }
            #expect(try client.close() == 0)
        }
    }

    @Test(arguments: [Signal.terminate, .interrupt, .kill]) func `So does a signal`(_ signal: Signal) async throws {
        try await ToolGround.with { ground in
            let client = try StdioClient(ground)
            try client.open()
            client.begin("tools/call", ["name": "Bash", "arguments": ["command": .string(Self.waiting)]])
            #expect(await eventually { File.exists("\(ground.workspace)/begun") })
            try client.signal(signal)
            #expect(try client.wait() == (signal == .kill ? 137 : 0))
            try await expectNoSurvivor(ground)
        }
    }

    @Test func `A line that is no message is told so, and the next one is answered`() async throws {
        try await ToolGround.with { ground in
            let client = try StdioClient(ground)
            client.send("GET / HTTP/1.1")
            #expect(try client.read()?["error"]?["code"]?.int == -32700)
            client.send("{}")
            #expect(try client.read()?["error"]?["code"]?.int == -32600)
            client.send(String(repeating: "[", count: 100_000))
            #expect(try client.read()?["error"]?["code"]?.int == -32700)
            client.send("")
            #expect(try client.ask("ping")["result"] == [:])
            #expect(try client.close() == 0)
            #expect(try File.readText(client.errorFile) == "")
        }
    }

    @Test func `Calls at once do not wait for each other, and each has its answer`() async throws {
        try await ToolGround.with { ground in
            let client = try StdioClient(ground)
            try client.open()
            _ = try client.call("Bash", ["command": "true"])
            // Each waits for the file of the next: only together they come to an end.
            let ids = (0..<4).map { number in
                let command =
                    "touch f\(number); while [ ! -e f\((number + 1) % 4) ]; do sleep 0.05; done; echo \(number)"
                return client.begin("tools/call", ["name": "Bash", "arguments": ["command": .string(command)]])
            }
            var found: [Int: String] = [:]
            for _ in ids {
                let answer = try #require(try client.read())
                found[answer["id"]?.int ?? 0] = answer["result"]?["content"]?[0]?["text"]?.string
            }
            #expect(found == Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, "\($0)") }))
            #expect(try client.close() == 0)
        }
    }

    @Test func `logging-set-level: denials are worth a warning`() async throws {
        try await ToolGround.with { ground in
            let client = try StdioClient(ground)
            try client.open()
            _ = try client.ask("logging/setLevel", ["level": "warning"])
            _ = try client.call("Bash", ["command": "true"])
            let denied = try client.call("Read", ["file_path": "/etc/shadow"])
            #expect(denied["isError"] == true)
            #expect(denied["_meta"]?["sidecar/run"]?["denied"]?["rule"]?.string?.hasPrefix("filesystem.read") == true)
            #expect(client.notifications.count == 1)
            #expect(client.notifications.first?["params"]?["level"]?.string == "warning")
            #expect(client.notifications.first?["params"]?["data"]?["tool"]?.string == "Read")
            #expect(try client.close() == 0)
        }
    }

    @Test func `Input from a file, and a wrong call of the command`() async throws {
        try await ToolGround.with { ground in
            let ran = try ground.run(["mcp", "serve"], input: #"{"jsonrpc":"2.0","id":1,"method":"ping"}"# + "\n")
            #expect(ran.code == 0)
            #expect(ran.output == #"{"jsonrpc":"2.0","id":1,"result":{}}"# + "\n")
            for (words, told) in [
                (["--tools", "Raed"], "`Read`"), (["--tools", ","], "no tool is named"),
                (["--session", "a/b"], "a session's name"), (["--policy", "/nonexistent.yaml"], "/nonexistent.yaml"),
            ] {
                let ran = try ground.run(["mcp", "serve"] + words)
                #expect(ran.code == 2, "\(words)")
                #expect(ran.output == "" && ran.errors.contains(told), "\(words): \(ran.errors)")
            }
        }
    }
}
