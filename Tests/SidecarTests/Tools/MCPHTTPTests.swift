import JSON
import LinuxSystem
import TestSupport
import Testing

/// `/mcp` of `sidecar serve`, the real program.
@Suite(.enabled(if: ToolGround.canJail, "no jail can be made here"), .serialized, .timeLimit(.minutes(5)))
struct MCPHTTPTests {
    private static let waiting = "touch begun; while [ ! -e go ]; do sleep 0.05; done; echo survived > survivor"
    private static let opening = """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
        """
    private static let ping = #"{"jsonrpc":"2.0","id":2,"method":"ping"}"#

    private func json(_ message: TestMessage) throws -> JSONValue { try JSONValue(parsing: message.text) }

    private func code(_ message: TestMessage) throws -> Int? { try json(message)["error"]?["code"]?.int }

    /// The messages of a stream.
    private func events(_ text: String) throws -> [JSONValue] {
        try text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map {
            try JSONValue(parsing: String($0.dropFirst(6)))
        }
    }

    private func open(_ server: ToolServer) throws -> String {
        let answer = try server.post(Self.opening, [:])
        #expect(answer.status == 200)
        #expect(try json(answer)["result"]?["protocolVersion"]?.string == "2025-06-18")
        return try #require(answer["mcp-session-id"])
    }

    @Test func `server-stateless: one POST is enough`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "hello\n")
            try await ground.serving { server in
                let found = try server.mcp("server/discover")
                #expect(found.status == 200 && found["content-type"] == "application/json")
                #expect(found["mcp-session-id"] == nil)
                #expect(try json(found)["result"]?["supportedVersions"] == ["2026-07-28"])
                let result = try server.mcpCall("Read", ["file_path": .string("\(ground.workspace)/a.txt")])
                #expect(result["content"]?[0]?["text"]?.string == "1\thello")
                let unknown = try server.mcp("resources/forget")
                #expect(unknown.status == 404)
                #expect(try code(unknown) == -32601)
            }
        }
    }

    @Test func `http-header-validation, and what else a POST can have wrong`() async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                for (fields, status, wanted) in [
                    (["Mcp-Method": "tools/call"], 400, -32020), (["Mcp-Method": ""], 400, -32020),
                    (["MCP-Protocol-Version": ""], 400, -32020), (["MCP-Protocol-Version": "2027-01-01"], 400, -32022),
                    (["Accept": "text/html"], 406, -32600), (["Accept": "application/json;q=0"], 406, -32600),
                    (["Content-Type": "text/plain"], 415, -32600), (["Content-Type": ""], 415, -32600),
                    (["x-sidecar-session": "a b"], 400, -32600),
                ] {
                    let (body, own) = ToolServer.alone("tools/list", [:])
                    let answer = try server.post(body.text(), own.merging(fields) { $1 })
                    #expect(answer.status == status, "\(fields): \(answer.text)")
                    #expect(try code(answer) == wanted, "\(fields)")
                }
                let broken = try server.post("{", ["MCP-Protocol-Version": "2026-07-28"])
                #expect(broken.status == 400)
                #expect(try code(broken) == -32700)
                let other = try server.mcp("tools/call", ["name": "Read"], fields: ["Mcp-Name": "Write"])
                #expect(try code(other) == -32020)
                let notification = #"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#
                #expect(try server.post(notification, ["MCP-Protocol-Version": "2026-07-28"]).status == 202)
                for method in ["GET", "DELETE", "PUT"] {
                    let answer = try server.post("", ["MCP-Protocol-Version": "2026-07-28"], method: method)
                    #expect(answer.status == 405, "\(method)")
                    #expect(answer["allow"]?.contains("POST") == true, "\(method)")
                }
            }
        }
    }

    @Test func `dns-rebinding-protection`() async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                for (fields, status) in [
                    (["Origin": "https://evil.example"], 403), (["Host": "evil.example"], 403),
                    (["Origin": "http://localhost:\(server.port)"], 200),
                ] {
                    let answer = try server.mcp("tools/list", fields: fields)
                    #expect(answer.status == status, "\(fields)")
                }
            }
        }
    }

    @Test func `server-session-lifecycle`() async throws {
        try await ToolGround.with { ground in
            try ground.write("a.txt", "one\n")
            try await ground.serving { server in
                #expect(try server.post(Self.ping, [:]).status == 400)
                #expect(try server.post(Self.ping, ["Mcp-Session-Id": "nonsense"]).status == 404)
                let (one, two) = (try open(server), try open(server))
                #expect(one != two && one.utf8.count == 32)
                let fields = ["Mcp-Session-Id": one, "MCP-Protocol-Version": "2025-06-18"]
                let initialized = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
                #expect(try server.post(initialized, fields).status == 202)
                #expect(try json(server.post(Self.ping, fields))["result"] == [:])
                #expect(try server.post(Self.ping, ["Mcp-Session-Id": one, "MCP-Protocol-Version": "1"]).status == 400)
                // In a session an error is an answer like any other.
                let unknown = try server.post(#"{"jsonrpc":"2.0","id":3,"method":"nonsense"}"#, fields)
                #expect(unknown.status == 200)
                #expect(try code(unknown) == -32601)
                // Tools know of each other: what was not read cannot be changed.
                let path = "\(ground.workspace)/a.txt"
                func call(_ tool: String, _ input: String) throws -> JSONValue? {
                    let body = """
                        {"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"\(tool)","arguments":\(input)}}
                        """
                    return try json(server.post(body, fields))["result"]?["isError"]
                }
                let edit = #"{"file_path":"\#(path)","old_string":"one","new_string":"two"}"#
                #expect(try call("Edit", edit) == true)
                #expect(try call("Read", #"{"file_path":"\#(path)"}"#) == false)
                #expect(try call("Edit", edit) == false)
                #expect(try server.post("", ["Mcp-Session-Id": one], method: "DELETE").status == 204)
                #expect(try server.post(Self.ping, fields).status == 404)
                #expect(try server.post("", ["Mcp-Session-Id": one], method: "DELETE").status == 404)
                #expect(try server.post("", [:], method: "DELETE").status == 400)
                #expect(try server.post(Self.ping, ["Mcp-Session-Id": two]).status == 200)
            }
        }
    }

    @Test func `tools-call-with-progress: a stream, with the answer at its end`() async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                let command = "echo one; while [ ! -e go ]; do sleep 0.05; done"
                let (body, fields) = ToolServer.alone(
                    "tools/call", ["name": "Bash", "arguments": ["command": .string(command)]],
                    meta: ["progressToken": 7])
                let socket = try server.beginMCP(body.text(), fields)
                let head = try #require(socket.read(through: "\r\n\r\n"))
                #expect(head.contains("text/event-stream"))
                #expect(socket.read(through: "notifications/progress") != nil)
                try ground.write("go", "")
                let rest = try #require(socket.read(through: "\r\n0\r\n\r\n"))
                #expect(rest.contains(#""isError":false"#))
                #expect(rest.contains(#""resultType":"complete""#))
            }
        }
    }

    @Test func `A client that takes only a stream gets one, and one that takes only JSON gets that`() async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                let stream = try server.mcp("tools/list", accept: "text/event-stream")
                #expect(stream["content-type"] == "text/event-stream")
                #expect(try events(stream.text).first?["result"]?["tools"]?.array?.isEmpty == false)
                let call: JSONValue = ["name": "Bash", "arguments": ["command": "sleep 1.2"]]
                let json = try server.mcp(
                    "tools/call", call, meta: ["progressToken": 7], accept: "application/json")
                #expect(json["content-type"] == "application/json")
                #expect(try self.json(json)["result"]?["isError"] == false)
                let logged = try server.mcp(
                    "tools/call", ["name": "Read", "arguments": ["file_path": "/etc/shadow"]],
                    meta: ["io.modelcontextprotocol/logLevel": "info"])
                #expect(try events(logged.text).compactMap { $0["method"]?.string } == ["notifications/message"])
            }
        }
    }

    @Test func `server-sse-multiple-streams: several at once, each with its own answer`() async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                _ = try server.mcpCall("Bash", ["command": "true"])
                let session = try open(server)
                let calls = try (0..<3).map { number in
                    let command =
                        "touch f\(number); while [ ! -e f\((number + 1) % 3) ]; do sleep 0.05; done; echo \(number)"
                    let body: JSONValue = [
                        "jsonrpc": "2.0", "id": .int(number), "method": "tools/call",
                        "params": ["name": "Bash", "arguments": ["command": .string(command)]],
                    ]
                    return try server.beginMCP(
                        body.text(), ["Mcp-Session-Id": session, "Accept": "text/event-stream"])
                }
                for (number, call) in calls.enumerated() {
                    let found = try events(try #require(call.readAnswer()).text)
                    #expect(found.count == 1)
                    #expect(found.first?["id"]?.int == number)
                    #expect(found.first?["result"]?["content"]?[0]?["text"]?.string == "\(number)")
                }
            }
        }
    }

    @Test(arguments: [true, false]) func `A client that leaves, or cancels, ends what it had started`(
        _ leaves: Bool
    ) async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                let session = try open(server)
                let fields = ["Mcp-Session-Id": session]
                let body: JSONValue = [
                    "jsonrpc": "2.0", "id": "x", "method": "tools/call",
                    "params": ["name": "Bash", "arguments": ["command": .string(Self.waiting)]],
                ]
                let socket = try server.beginMCP(body.text(), fields)
                #expect(await eventually { File.exists("\(ground.workspace)/begun") })
                if leaves {
                    socket.close()
                } else {
                    let cancel = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"x"}}"#
                    #expect(try server.post(cancel, fields).status == 202)
                    let answer = try #require(socket.readAnswer())
                    #expect(try events(answer.text) == [], "nothing is said of what was cancelled")
                }
                #expect(
                    await eventually {
                        let metrics = try? JSONValue(parsing: server.ask("GET", "/tool-metrics").text)
                        return metrics?["tools"]?["Bash"]?["endings"]?["cancelled"]?.int == 1
                    })
                try ground.write("go", "")
                #expect(!(await eventually(within: .seconds(1)) { File.exists("\(ground.workspace)/survivor") }))
            }
        }
    }

    @Test func `A batch of the version that has them`() async throws {
        try await ToolGround.with { ground in
            try await ground.serving { server in
                let opened = try server.post(Self.opening.replacing("2025-06-18", with: "2025-03-26"), [:])
                let fields = ["Mcp-Session-Id": try #require(opened["mcp-session-id"])]
                let call =
                    #"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"Bash","arguments":{"command":"echo hi"}}}"#
                let answer = try server.post("[\(Self.ping),\(call)]", fields)
                #expect(try json(answer).array?.compactMap { $0["id"]?.int } == [2, 3])
            }
        }
    }
}
