import JSON
import LinuxSystem
import MCP
import Testing

/// Our side towards one server, without a server.
@Suite struct ClientTests {
    private static let start = Instant(nanoseconds: 1_000_000_000)
    private static func after(_ seconds: UInt64) -> Instant { start + .seconds(seconds) }

    private static func answer(_ id: Int, _ result: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "id": .int(id), "result": result]
    }

    private static func error(_ id: Int, _ code: Int) -> JSONValue {
        ["jsonrpc": "2.0", "id": .int(id), "error": ["code": .int(code), "message": "no"]]
    }

    private static func sent(_ actions: [MCPClient.Action]) -> [JSONValue] {
        actions.compactMap { if case .send(let message) = $0 { message } else { nil } }
    }

    private static let discovery: JSONValue = [
        "supportedVersions": ["2026-07-28"], "capabilities": ["tools": [:]],
        "_meta": [MCPRequestContext.Key.serverInfo: ["name": "peer", "version": "1"]],
    ]

    private func opened() -> MCPClient {
        var client = MCPClient(.init())
        _ = client.open(Self.start)
        _ = client.receive(Self.answer(1, Self.discovery), Self.start)
        return client
    }

    private func openedSession(_ version: String = "2025-11-25") -> MCPClient {
        var settings = MCPClient.Settings()
        settings.opensSession = true
        var client = MCPClient(settings)
        _ = client.open(Self.start)
        _ = client.receive(
            Self.answer(1, ["protocolVersion": .string(version), "capabilities": ["tools": [:]], "serverInfo": [:]]),
            Self.start)
        return client
    }

    @Test func `request-metadata: a server without sessions is asked what it is`() throws {
        var client = MCPClient(.init())
        let first = try #require(Self.sent(client.open(Self.start)).first)
        #expect(first["method"] == "server/discover")
        #expect(first["params"]?["_meta"]?[MCPRequestContext.Key.version] == "2026-07-28")
        #expect(client.receive(Self.answer(1, Self.discovery), Self.start) == [.opened])
        #expect(client.version == .july2026)
        #expect(client.information["name"] == "peer")
        // Every request says for itself what it needs.
        let (_, message) = client.request("tools/list", [:], limit: .seconds(1), now: Self.start)
        #expect(message["params"]?["_meta"]?[MCPRequestContext.Key.capabilities] == [:])
        #expect(message["params"]?["_meta"]?[MCPRequestContext.Key.clientInfo]?["name"] == "sidecar")
    }

    @Test(arguments: [-32601, -32602, -32600, -32000, -32022])
    func anyErrorToTheQuestionMeansASession(_ code: Int) {
        var client = MCPClient(.init())
        _ = client.open(Self.start)
        let actions = client.receive(Self.error(1, code), Self.start)
        #expect(Self.sent(actions).first?["method"] == "initialize")
        #expect(Self.sent(actions).first?["params"]?["_meta"] == nil)
    }

    @Test func silenceToTheQuestionMeansASessionToo() {
        var client = MCPClient(.init())
        _ = client.open(Self.start)
        #expect(client.tick(Self.after(2)).isEmpty)
        #expect(Self.sent(client.tick(Self.after(3))).first?["method"] == "initialize")
        // What it says to the question now comes too late: the session decides.
        #expect(
            client.receive(Self.answer(1, Self.discovery), Self.after(4)).contains {
                if case .noise = $0 { true } else { false }
            })
        #expect(client.version == nil)
        #expect(
            client.tick(Self.after(30)) == [
                .broken("no answer to `initialize` within 30s; 1 of its answers had ids that nobody had asked with")
            ])
    }

    @Test func thereIsNothingToWaitForWithABrokenServer() {
        var client = MCPClient(.init())
        _ = client.open(Self.start)
        _ = client.tick(Self.after(3))
        #expect(client.nextDeadline == Self.after(30))
        #expect(!client.tick(Self.after(30)).isEmpty)
        #expect(client.nextDeadline == .distantFuture)
        #expect(client.tick(Self.after(31)).isEmpty)
    }

    @Test(arguments: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
    func theServerChoosesTheVersionOfASession(_ version: String) {
        let client = openedSession(version)
        #expect(client.version?.rawValue == version)
    }

    @Test func aVersionThatNobodyKnowsIsNone() {
        #expect(openedSession("1999-01-01").phase == .broken)
        #expect(openedSession("2026-07-28").phase == .broken)
    }

    @Test func `initialize: a session is open once it is told`() {
        var settings = MCPClient.Settings()
        settings.opensSession = true
        settings.roots = ["file:///work"]
        var client = MCPClient(settings)
        #expect(Self.sent(client.open(Self.start)).first?["params"]?["capabilities"] == ["roots": [:]])
        let actions = client.receive(Self.answer(1, ["protocolVersion": "2025-06-18"]), Self.start)
        #expect(Self.sent(actions) == [["jsonrpc": "2.0", "method": "notifications/initialized", "params": [:]]])
        #expect(actions.last == .opened)
        let roots = client.receive(["jsonrpc": "2.0", "id": 7, "method": "roots/list"], Self.start)
        #expect(Self.sent(roots).first?["result"] == ["roots": [["uri": "file:///work"]]])
        let sampling = client.receive(["jsonrpc": "2.0", "id": "s", "method": "sampling/createMessage"], Self.start)
        #expect(Self.sent(sampling).first?["error"]?["code"] == -32601)
        #expect(
            Self.sent(client.receive(["jsonrpc": "2.0", "id": 8, "method": "ping"], Self.start)).first?["result"] == [:]
        )
    }

    @Test func whatIsCancelledIsForgotten() {
        var client = opened()
        let (ticket, _) = client.request("tools/call", [:], limit: .seconds(10), now: Self.start)
        let actions = client.cancel(ticket, "enough")
        #expect(Self.sent(actions).first?["method"] == "notifications/cancelled")
        #expect(actions.last == .finished(ticket, .failure(.cancelled)))
        #expect(client.cancel(ticket, "enough").isEmpty)
        #expect(
            !client.receive(Self.answer(2, [:]), Self.start).contains { if case .finished = $0 { true } else { false } }
        )
    }

    @Test func progressProlongsWhatItIsAbout() {
        var client = opened()
        let (ticket, message) = client.request(
            "tools/call", [:], limit: .seconds(10), wantsProgress: true, now: Self.start)
        let token = message["params"]?["_meta"]?["progressToken"] ?? .null
        let told: JSONValue = ["progressToken": token, "progress": 1]
        let notification: JSONValue = ["jsonrpc": "2.0", "method": "notifications/progress", "params": told]
        #expect(client.receive(notification, Self.after(9)) == [.progress(ticket, told)])
        #expect(client.tick(Self.after(18)).isEmpty)
        #expect(client.tick(Self.after(19)).last == .finished(ticket, .failure(.timedOut(.seconds(10)))))
    }

    @Test func noiseIsSurvived() {
        var client = opened()
        let (ticket, _) = client.request("tools/list", [:], limit: .seconds(10), now: Self.start)
        for text in [
            "Server running!", "{\"a\": 1}", "[]", "[1, 2]", "null", "{\"jsonrpc\": \"2.0\"",
            "{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}",
        ] {
            for action in client.receive(.text(Array(text.utf8)), Self.start) {
                guard case .noise = action else {
                    Issue.record("\(text): \(action)")
                    continue
                }
            }
        }
        #expect(
            client.receive(Self.answer(2, ["tools": []]), Self.start) == [.finished(ticket, .success(["tools": []]))])
    }

    @Test func anAnswerThatIsNoneFailsItsCallOnly() {
        var client = opened()
        let (first, _) = client.request("tools/list", [:], limit: .seconds(10), now: Self.start)
        let (second, _) = client.request("tools/list", [:], limit: .seconds(10), now: Self.start)
        let (third, _) = client.request("tools/list", [:], limit: .seconds(10), now: Self.start)
        let both: JSONValue = ["jsonrpc": "2.0", "id": 2, "result": [:], "error": [:]]
        guard case .finished(first, .failure(.malformed))? = client.receive(both, Self.start).first else {
            Issue.record("result and error")
            return
        }
        guard case .finished(second, .failure(.malformed))? = client.receive(Self.answer(3, 7), Self.start).first else {
            Issue.record("a number")
            return
        }
        let long = RPCLines.Line.tooLong(head: Array("{\"jsonrpc\":\"2.0\", \"id\": 4,\"result\":".utf8))
        guard case .finished(third, .failure(.malformed))? = client.receive(long, Self.start).first else {
            Issue.record("too long")
            return
        }
    }

    @Test func whatEndsTakesItsRequestsAlong() {
        var client = openedSession()
        let (ticket, _) = client.request("tools/list", [:], limit: .seconds(10), now: Self.start)
        #expect(client.end("it died") == [.finished(ticket, .failure(.gone("it died")))])
        #expect(client.nextDeadline == .distantFuture)
    }

    @Test func pagesAreOneList() {
        var listing = MCPListing(.tools)
        #expect(listing.take(["tools": [1, 2], "nextCursor": "a"]) == ["cursor": "a"])
        #expect(listing.take(["tools": [3], "nextCursor": "a"]) == nil)
        #expect(listing.items == [1, 2, 3])
    }

    private static let question: JSONValue = ["who": ["method": "elicitation/create", "params": ["message": "Who?"]]]

    @Test func `sep-2322-client-request-state: who is asked can answer`() {
        var client = opened()
        let abilities: JSONValue = ["elicitation": ["form": [:]]]
        let (ticket, message) = client.request(
            "tools/call", ["name": "x"], limit: .seconds(10), abilities: abilities, now: Self.start)
        #expect(message["params"]?["_meta"]?[MCPRequestContext.Key.capabilities] == abilities)
        let asked: JSONValue = ["resultType": "input_required", "inputRequests": Self.question, "requestState": "s"]
        #expect(client.receive(Self.answer(2, asked), Self.start) == [.finished(ticket, .success(asked))])
        // Again with the answers, and with the state as it came, or with none where there was none.
        let again = MCPRounds.again(["name": "x"], after: asked, ["who": ["action": "decline"]])
        #expect(again == ["name": "x", "inputResponses": ["who": ["action": "decline"]], "requestState": "s"])
        #expect(MCPRounds.again(["name": "x"], after: ["inputRequests": Self.question], [:])["requestState"] == nil)
    }

    @Test(
        arguments: [
            [:], ["inputRequests": [:]], ["inputRequests": question], ["inputRequests": 7],
            ["inputRequests": ["a": ["method": "tools/call"]]], ["inputRequests": ["a": 1], "requestState": "s"],
        ] as [JSONValue])
    func whatNobodyCanGiveIsNotAskedFor(_ asked: JSONValue) {
        var client = opened()
        // Something else it can.
        let (ticket, _) = client.request(
            "tools/call", [:], limit: .seconds(10), abilities: ["sampling": [:]], now: Self.start)
        var asked = asked
        asked["resultType"] = "input_required"
        let actions = client.receive(Self.answer(2, asked), Self.start)
        let isEmpty = asked["inputRequests"] == [:]
        guard case .finished(ticket, let result)? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        if isEmpty {
            #expect(result == .success(asked))
        } else if case .failure(.malformed) = result {
            return
        } else {
            Issue.record("\(result)")
        }
    }

    @Test func whatHasBecomeOldIsListedAgain() {
        var client = opened()
        var listing = MCPListing(.tools)
        #expect(listing.take(["tools": [1], "nextCursor": "a", "ttlMs": 60_000]) != nil)
        #expect(listing.take(["tools": [2], "ttlMs": 20_000]) == nil)
        client.didList(.tools, holdsFor: listing.timeToLive, Self.start)
        client.didList(.prompts, holdsFor: .milliseconds(1), Self.start)
        #expect(client.nextDeadline == Self.after(5))
        #expect(client.tick(Self.after(4)).isEmpty)
        #expect(client.tick(Self.after(5)) == [.changed(.prompts)])
        client.didList(.prompts, holdsFor: nil, Self.after(5))
        // Whether or not the list could be had meanwhile.
        #expect(client.tick(Self.after(20)) == [.changed(.tools)])
        #expect(client.tick(Self.after(40)) == [.changed(.tools)])
        _ = client.end("it died")
        #expect(client.nextDeadline == .distantFuture)
        var session = openedSession()
        session.didList(.tools, holdsFor: .seconds(10), Self.start)
        #expect(session.nextDeadline == .distantFuture)
    }

    @Test func whoWantsToBeAskedForChangesIsAsked() {
        var client = MCPClient(.init())
        _ = client.open(Self.start)
        var discovery = Self.discovery
        discovery["capabilities"] = ["tools": ["listChanged": true]]
        let actions = client.receive(Self.answer(1, discovery), Self.start)
        #expect(Self.sent(actions).first?["method"] == "subscriptions/listen")
        #expect(Self.sent(actions).first?["params"]?["notifications"] == ["toolsListChanged": true])
        #expect(client.tick(Self.after(86_400)).isEmpty)
        let changed: JSONValue = ["jsonrpc": "2.0", "method": "notifications/tools/list_changed"]
        #expect(client.receive(changed, Self.start) == [.changed(.tools)])
    }
}

@Suite struct EventReaderTests {
    @Test func cutsMakeNoDifference() {
        let text = Array(": hello\r\n\r\nevent: endpoint\ndata: /x\n\ndata: a\ndata:b\r\n\r\nid: 7\n\n".utf8)
        let expected = [
            MCPEventReader.Event(name: "endpoint", data: Array("/x".utf8)),
            MCPEventReader.Event(name: "message", data: Array("a\nb".utf8)),
        ]
        for cut in 0...text.count {
            var reader = MCPEventReader()
            #expect(reader.take(text[..<cut]) + reader.take(text[cut...]) == expected)
        }
    }

    @Test func `sse-retry: where a stream broke off, and how long to wait`() {
        var reader = MCPEventReader()
        _ = reader.take(Array("id: a-1\nretry: 250\ndata: x\n\nretry: soon\ndata\n\n".utf8))
        #expect(reader.lastID == "a-1" && reader.retry == 250)
        _ = reader.take(Array("id: b\u{1}\nretry: -5\n\n".utf8))
        #expect(reader.lastID == "a-1" && reader.retry == 250, "what is none")
        _ = reader.take(Array("id\n\n".utf8))
        #expect(reader.lastID == nil, "taken back")
    }

    @Test func whatIsTooLongIsLeftOut() {
        var reader = MCPEventReader(bytesMax: 8)
        #expect(reader.take(Array("data: 123456\ndata: 7\n\ndata: 8\n\n".utf8)).map(\.data) == [Array("8".utf8)])
    }

    @Test(arguments: ["plain", "größe", "=?base64?x", " a", ""]) func fieldsHaveEveryName(_ name: String) {
        #expect(MCPHeaderText.decode(MCPHeaderText.encode(name)) == name)
    }
}
