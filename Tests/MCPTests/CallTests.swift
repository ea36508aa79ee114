import JSON
import MCP
import Testing

/// Calls while they run: progress, cancellation, ids, batches.
@Suite struct CallTests {
    private func call(_ id: JSONValue, token: JSONValue? = nil) -> JSONValue {
        var parameters: JSONValue = ["name": "Look"]
        if let token { parameters["_meta"] = ["progressToken": token] }
        return Peer.request(id, "tools/call", parameters)
    }

    @Test func `tools-call-with-progress: to those who gave a token, and only forwards`() throws {
        let peer = Peer.session()
        let (silent, _) = try #require(peer.start(call(1)))
        #expect(peer.progress(silent, 1, "x") == nil)
        let (ticket, _) = try #require(peer.start(call(2, token: "t")))
        #expect(peer.progress(ticket, 0, "nothing yet") == nil)
        #expect(
            peer.progress(ticket, 1.5, "half") == [
                "jsonrpc": "2.0", "method": "notifications/progress",
                "params": ["progressToken": "t", "progress": 1.5, "message": "half"],
            ])
        #expect(peer.progress(ticket, 1.5, "again") == nil)
        #expect(peer.progress(ticket, 1, "back") == nil)
        #expect(peer.progress(ticket, 2, "on") != nil)
        _ = peer.finish(ticket, .success(MCPCallResult(content: [])))
        #expect(peer.progress(ticket, 3, "late") == nil, "nothing after the end")
        #expect(peer.code(call(3, token: 1.5)) == -32602)
        #expect(peer.start(call(4, token: .null)) != nil)
    }

    @Test func `Nothing is sent of what was cancelled`() throws {
        let peer = Peer.session()
        let (ticket, _) = try #require(peer.start(call("a", token: 1)))
        #expect(peer.receive(Peer.cancel("b")) == [], "of nobody")
        #expect(peer.receive(Peer.cancel("a")) == [.cancel(ticket, nil)])
        #expect(peer.progress(ticket, 1, "x") == nil)
        #expect(peer.note(ticket, .emergency, "x") == nil)
        #expect(peer.finish(ticket, .success(MCPCallResult(content: []))) == nil)
        #expect(peer.receive(Peer.cancel("a")) == [], "twice")
        #expect(!peer.hasRunningCalls)
        // What came later by the same name is another.
        let (second, _) = try #require(peer.start(call("a")))
        #expect(second != ticket)
        #expect(peer.finish(ticket, .success(MCPCallResult(content: []))) == nil)
        #expect(peer.finish(second, .success(MCPCallResult(content: []))) != nil)
    }

    @Test func `Ids are kept apart by kind and by byte`() throws {
        let peer = Peer.session()
        for id in [1, "1", "é", "e\u{301}", -5, ""] as [JSONValue] {
            #expect(peer.start(call(id)) != nil, "\(id)")
            #expect(peer.code(call(id)) == -32600, "is running")
        }
        for id in [.null, 1.5, [1], true] as [JSONValue] {
            let answer = try #require(peer.answer(call(id)))
            #expect(answer["error"]?["code"]?.int == -32600)
            #expect(answer["id"]?.isNull == true)
        }
    }

    @Test func `Too many at once are refused, one after the other is not`() {
        let peer = Peer.session()
        for id in 0..<MCPConversation.runningMax { #expect(peer.start(call(.int(id))) != nil) }
        #expect(peer.code(call("more")) == -32603)
        #expect(peer.end().count == MCPConversation.runningMax)
        #expect(peer.start(call("more")) != nil)
    }

    @Test func `A failure of the host is an error of the protocol`() throws {
        let peer = Peer.session()
        let (ticket, _) = try #require(peer.start(call(1)))
        let answer = peer.finish(ticket, .failure(RPCError(.internalError, "no room")))
        #expect(answer == ["jsonrpc": "2.0", "id": 1, "error": ["code": -32603, "message": "no room"]])
    }

    // MARK: Batches, which one version has

    @Test func `A batch is answered as one, when the last of it is done`() throws {
        let peer = Peer.session(.march2025)
        let actions = peer.receive([
            call(1), Peer.request(2, "ping"), Peer.notification("notifications/progress"), call(3), 5,
            Peer.opening("2025-03-26", id: 4),
        ])
        #expect(actions.count == 2)
        guard case .start(let first, _) = actions[0], case .start(let second, _) = actions[1] else {
            Issue.record("\(actions)")
            return
        }
        #expect(peer.finish(second, .success(MCPCallResult(content: [.text("3")]))) == nil)
        let list = try #require(peer.finish(first, .success(MCPCallResult(content: [.text("1")])))?.array)
        #expect(list.compactMap { $0["id"]?.int } == [2, 4, 3, 1])
        #expect(list.count { $0["error"]?["code"]?.int == -32600 } == 2)
    }

    @Test func `A batch of which the last was cancelled, and one that asks nothing`() throws {
        var peer = Peer.session(.march2025)
        guard case .start(let ticket, _)? = peer.receive([call(1), Peer.request(2, "ping")]).first else {
            Issue.record("no call")
            return
        }
        let actions = peer.receive(Peer.cancel(1))
        #expect(actions == [.cancel(ticket, [["jsonrpc": "2.0", "id": 2, "result": [:]]])])
        #expect(peer.receive([Peer.notification("notifications/initialized")]) == [])
        #expect(peer.code([]) == -32600)
        peer = Peer.session(.june2025)
        #expect(peer.code([Peer.request(2, "ping")]) == -32600)
    }
}
