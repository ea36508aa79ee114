import JSON
import MCP
import Testing

/// Version 2026-07-28: every request says for itself what it needs. The names of tests are those of the protocol's own
/// conformance suite, where it has one.
@Suite struct StatelessTests {
    @Test func `server-stateless: discover says what there is, and how long that holds`() throws {
        let peer = Client(Peer.server())
        let answer = try #require(peer.answer(Peer.alone("a", "server/discover")))
        #expect(answer["id"]?.string == "a")
        let result = try #require(answer["result"])
        #expect(result["supportedVersions"] == ["2026-07-28"])
        #expect(result["capabilities"] == ["tools": [:], "logging": [:]])
        #expect(result["instructions"]?.string == "Be kind.")
        #expect(result["resultType"]?.string == "complete")
        #expect(result["_meta"]?[MCPRequestContext.Key.serverInfo]?["version"]?.string == "1.2.3")
        #expect(peer.sessionVersion == nil)
    }

    @Test func `server-stateless: a request without its fields is told which`() throws {
        for (meta, told) in [
            ([:] as JSONValue, "protocolVersion and no io.modelcontextprotocol/clientCapabilities"),
            ([MCPRequestContext.Key.version: "2026-07-28"], "clientCapabilities"),
            ([MCPRequestContext.Key.version: 5, MCPRequestContext.Key.capabilities: [:]], "is no text"),
            ([MCPRequestContext.Key.version: "2026-07-28", MCPRequestContext.Key.capabilities: 1], "is no object"),
        ] {
            let peer = Client(Peer.server())
            let answer = try #require(peer.answer(Peer.request(1, "tools/list", ["_meta": meta])))
            #expect(answer["error"]?["code"]?.int == -32602)
            #expect(answer["error"]?["message"]?.string?.contains(told) == true, "\(answer)")
        }
    }

    @Test func `server-stateless: another version is refused with those that there are`() throws {
        let peer = Client(Peer.server())
        for version in ["1999-01-01", "2025-11-25", ""] {
            let message = Peer.alone(1, "tools/list", meta: [MCPRequestContext.Key.version: .string(version)])
            let error = try #require(peer.answer(message)?["error"])
            #expect(error["code"]?.int == -32022)
            #expect(error["data"] == ["supported": ["2026-07-28"], "requested": .string(version)])
        }
    }

    @Test(arguments: ["initialized", "ping", "logging/setLevel", "resources/list", "subscriptions/listen", "nonsense"])
    func `server-stateless: methods that are gone, or never were`(_ method: String) {
        let peer = Client(Peer.server())
        #expect(peer.code(Peer.alone(1, method)) == -32601)
    }

    @Test func `caching: what may be kept says for how long and by whom`() throws {
        let peer = Client(Peer.server())
        for method in ["server/discover", "tools/list"] {
            let result = try #require(peer.answer(Peer.alone(1, method))?["result"])
            #expect(result["ttlMs"]?.int ?? -1 > 0)
            #expect(result["cacheScope"]?.string == "private")
        }
    }

    @Test func `tools-list: the same list in the same order each time, with schemas as they were declared`() throws {
        let peer = Client(Peer.server())
        let first = try #require(peer.answer(Peer.alone(1, "tools/list"))?["result"])
        #expect(first["tools"]?.array?.compactMap { $0["name"]?.string } == ["Look", "Act", "Draw"])
        #expect(first["nextCursor"] == nil)
        #expect(peer.answer(Peer.alone(1, "tools/list"))?["result"] == first)
        #expect(
            first["tools"]?[0]?["annotations"] == ["title": "Look at something", "readOnlyHint": true])
    }

    /// Nothing in a schema is resolved, changed or lost.
    @Test func `json-schema-2020-12-preservation`() {
        let peer = Client(Peer.server())
        let tools = peer.answer(Peer.alone(1, "tools/list"))?["result"]?["tools"]
        #expect(tools?[0]?["inputSchema"] == Peer.tools[0].inputSchema)
        #expect(tools?[0]?["outputSchema"] == Peer.tools[0].outputSchema)
    }

    @Test func `tools-call-simple-text`() throws {
        let peer = Client(Peer.server())
        let message = Peer.alone(7, "tools/call", ["name": "Look", "arguments": ["path": "/x"]])
        let (ticket, call) = try #require(peer.start(message))
        #expect(call.tool == "Look")
        #expect(call.arguments == ["path": "/x"])
        let answer = peer.finish(ticket, .success(MCPCallResult(content: [.text("seen")], structured: ["lines": 1])))
        let result = try #require(answer?["result"])
        #expect(answer?["id"]?.int == 7)
        #expect(result["content"] == [["type": "text", "text": "seen"]])
        #expect(result["structuredContent"] == ["lines": 1])
        #expect(result["isError"] == false)
        #expect(result["resultType"]?.string == "complete")
        #expect(peer.finish(ticket, .success(MCPCallResult(content: []))) == nil, "once")
    }

    @Test func `input-required-result-ignore-extra-params`() throws {
        let peer = Client(Peer.server())
        let parameters: JSONValue = [
            "name": "Look", "arguments": .null, "inputResponses": ["a": [:]], "requestState": "forged",
        ]
        let (_, call) = try #require(peer.start(Peer.alone(7, "tools/call", parameters)))
        #expect(call.arguments == [:])
    }

    @Test func `tools-call-error: an unknown tool is no result, a tool that failed is one`() throws {
        let peer = Client(Peer.server())
        for parameters in [["name": "Lock"], [:], ["name": 5], ["name": "Look", "arguments": [1]]] as [JSONValue] {
            #expect(peer.code(Peer.alone(1, "tools/call", parameters)) == -32602, "\(parameters)")
        }
        let (ticket, _) = try #require(peer.start(Peer.alone(1, "tools/call", ["name": "Look"])))
        let failed = MCPCallResult(
            content: [.text("no")], structured: ["code": "not_found"], isError: true, meta: ["sidecar/run": ["a": 1]])
        let result = try #require(peer.finish(ticket, .success(failed))?["result"])
        #expect(result["isError"] == true)
        #expect(result["structuredContent"]?["code"]?.string == "not_found")
        #expect(result["_meta"]?["sidecar/run"] == ["a": 1])
        #expect(result["_meta"]?[MCPRequestContext.Key.serverInfo] != nil, "both")
    }

    @Test func `A batch is refused`() {
        let peer = Client(Peer.server())
        #expect(peer.code([Peer.alone(1, "tools/list")]) == -32600)
        #expect(peer.code([]) == -32600)
    }

    @Test func `Messages of the log only for those who ask in the request itself`() throws {
        let peer = Client(Peer.server())
        let (silent, _) = try #require(peer.start(Peer.alone(1, "tools/call", ["name": "Look"])))
        #expect(peer.note(silent, .emergency, "x") == nil)
        let asking = Peer.alone(2, "tools/call", ["name": "Look"], meta: [MCPRequestContext.Key.logLevel: "info"])
        let (ticket, _) = try #require(peer.start(asking))
        #expect(peer.note(ticket, .debug, "x") == nil)
        let note = try #require(peer.note(ticket, .warning, ["a": 1]))
        #expect(note["params"] == ["level": "warning", "logger": "peer", "data": ["a": 1]])
        let wrong = Peer.alone(3, "tools/list", meta: [MCPRequestContext.Key.logLevel: "loud"])
        #expect(peer.code(wrong) == -32602)
    }
}
