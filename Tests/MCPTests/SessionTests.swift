import JSON
import MCP
import Testing

/// Versions up to 2025-11-25: a client opens a session, and everything else belongs to it.
@Suite struct SessionTests {
    @Test(arguments: MCPVersion.withSessions) func `server-initialize: a version that is known is spoken`(
        _ version: MCPVersion
    ) throws {
        let peer = Client(Peer.server())
        let result = try #require(peer.answer(Peer.opening(.string(version.rawValue)))?["result"])
        #expect(result["protocolVersion"]?.string == version.rawValue)
        #expect(result["capabilities"] == ["tools": [:], "logging": [:]])
        #expect(result["serverInfo"] == ["name": "peer", "title": "Peer", "version": "1.2.3"])
        #expect(result["resultType"] == nil)
        #expect(peer.sessionVersion == version)
        #expect(peer.receive(Peer.notification("notifications/initialized")) == [])
    }

    @Test(arguments: ["1999-01-01", "2026-07-28", "2030-01-01", ""])
    func `server-initialize: for any other version the newest with sessions is offered`(_ asked: String) {
        let peer = Client(Peer.server())
        #expect(peer.answer(Peer.opening(.string(asked)))?["result"]?["protocolVersion"]?.string == "2025-11-25")
    }

    @Test func `server-initialize: without a version, or twice, it is an error`() {
        let peer = Client(Peer.server())
        #expect(peer.code(Peer.opening(nil)) == -32602)
        #expect(peer.code(Peer.opening(5)) == -32602)
        #expect(peer.sessionVersion == nil)
        #expect(peer.answer(Peer.opening("2025-06-18"))?["result"] != nil)
        #expect(peer.code(Peer.opening("2025-06-18", id: 1)) == -32600)
    }

    /// A client that speaks both eras asks first whether it may leave the session out.
    @Test func `A client that looked around may still open a session`() {
        let peer = Client(Peer.server())
        #expect(peer.answer(Peer.alone(1, "server/discover"))?["result"] != nil)
        #expect(peer.answer(Peer.opening("2025-11-25", id: 2))?["result"] != nil)
        #expect(peer.code(Peer.alone(3, "server/discover")) == -32601)
        #expect(peer.answer(Peer.request(4, "tools/list"))?["result"]?["ttlMs"] == nil)
    }

    @Test func `ping: before the session is open, and while it is`() {
        var peer = Client(Peer.server())
        #expect(peer.answer(Peer.request(1, "ping"))?["result"] == [:])
        peer = Peer.session()
        #expect(peer.answer(Peer.request(1, "ping"))?["result"] == [:])
    }

    @Test func `Anything else before the session is open is told how to open it`() throws {
        let peer = Client(Peer.server())
        let error = try #require(peer.answer(Peer.request(1, "tools/list"))?["error"])
        #expect(error["code"]?.int == -32602)
        #expect(error["message"]?.string?.contains("initialize") == true)
    }

    @Test func `logging-set-level`() throws {
        let peer = Peer.session()
        #expect(peer.answer(Peer.request(1, "logging/setLevel", ["level": "warning"]))?["result"] == [:])
        #expect(peer.code(Peer.request(2, "logging/setLevel", ["level": "loud"])) == -32602)
        #expect(peer.code(Peer.request(3, "logging/setLevel")) == -32602)
    }

    @Test func `tools-call-with-logging: from the level on that was set`() throws {
        let peer = Peer.session()
        let (before, _) = try #require(peer.start(Peer.request(1, "tools/call", ["name": "Look"])))
        #expect(peer.note(before, .emergency, "x") == nil, "nobody asked")
        _ = peer.receive(Peer.request(2, "logging/setLevel", ["level": "warning"]))
        let (after, _) = try #require(peer.start(Peer.request(3, "tools/call", ["name": "Look"])))
        #expect(peer.note(after, .notice, "x") == nil)
        #expect(peer.note(after, .error, "x")?["method"]?.string == "notifications/message")
    }

    @Test func `tools-list: pages, and cursors that mean something here only`() throws {
        let peer = Peer.session(pageSize: 2)
        let first = try #require(peer.answer(Peer.request(1, "tools/list", [:]))?["result"])
        #expect(first["tools"]?.array?.count == 2)
        let cursor = try #require(first["nextCursor"])
        let second = try #require(peer.answer(Peer.request(2, "tools/list", ["cursor": cursor]))?["result"])
        #expect(second["tools"]?.array?.compactMap { $0["name"]?.string } == ["Draw"])
        #expect(second["nextCursor"] == nil)
        for wrong in ["", "2", "0-0", "2-0", "-", 2, [:], "\(cursor.string ?? "")0"] as [JSONValue] {
            #expect(peer.code(Peer.request(3, "tools/list", ["cursor": wrong])) == -32602, "\(wrong)")
        }
        #expect(peer.answer(Peer.request(4, "tools/list", ["cursor": .null]))?["result"] == first)
    }

    @Test func `tools-list: older clients get what their version has`() throws {
        func keys(_ version: MCPVersion) -> Set<String> {
            let peer = Peer.session(version)
            let tool = peer.answer(Peer.request(1, "tools/list"))?["result"]?["tools"]?[0]
            return Set(tool?.object?.keys ?? [])
        }
        #expect(keys(.november2024) == ["name", "description", "inputSchema"])
        #expect(keys(.march2025) == ["name", "description", "inputSchema", "annotations"])
        #expect(
            keys(.june2025) == ["name", "title", "description", "inputSchema", "outputSchema", "annotations"])
    }

    private static let text = (MCPContent.text("a"), ["type": "text", "text": "a"] as JSONValue)
    private static let image = (
        MCPContent.image(mimeType: "image/png", base64: "AAAA"),
        ["type": "image", "data": "AAAA", "mimeType": "image/png"] as JSONValue
    )
    private static let audio = (
        MCPContent.audio(mimeType: "audio/wav", base64: "BBBB"),
        ["type": "audio", "data": "BBBB", "mimeType": "audio/wav"] as JSONValue
    )
    private static let document = (
        MCPContent.document(uri: "file:///a.pdf", mimeType: "application/pdf", base64: "CCCC"),
        [
            "type": "resource",
            "resource": ["uri": "file:///a.pdf", "mimeType": "application/pdf", "blob": "CCCC"],
        ] as JSONValue
    )

    /// In every version: what a call with this content is answered with.
    private func expect(_ parts: [(MCPContent, JSONValue)]) throws {
        for version in MCPVersion.withSessions {
            let peer = Peer.session(version)
            let (ticket, _) = try #require(peer.start(Peer.request(1, "tools/call", ["name": "Draw"])))
            let result = MCPCallResult(content: parts.map(\.0), structured: ["a": 1])
            let answer = try #require(peer.finish(ticket, .success(result))?["result"])
            #expect(answer["content"] == .array(parts.map(\.1)))
            #expect((answer["structuredContent"] != nil) == (version >= .june2025))
            #expect(answer["resultType"] == nil)
        }
    }

    @Test func `tools-call-image`() throws { try expect([Self.image]) }
    @Test func `tools-call-audio`() throws { try expect([Self.audio]) }
    @Test func `tools-call-embedded-resource`() throws { try expect([Self.document]) }
    @Test func `tools-call-mixed-content`() throws {
        try expect([Self.text, Self.image, Self.document, Self.audio, Self.text])
    }
}
