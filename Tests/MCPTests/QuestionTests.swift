import JSON
import LinuxSystem
import MCP
import Testing

/// What servers with sessions ask in the middle of calls: to whom it goes, what comes back, and what they are told when nobody answers.
@Suite struct QuestionTests {
    private static let start = Instant(nanoseconds: 1_000_000_000)
    private static func after(_ seconds: UInt64) -> Instant { start + .seconds(seconds) }
    private static let form: JSONValue = ["elicitation": ["form": [:]]]

    private func opened(_ change: (inout MCPClient.Settings) -> Void = { _ in }) -> MCPClient {
        var settings = MCPClient.Settings()
        settings.opensSession = true
        change(&settings)
        var client = MCPClient(settings)
        _ = client.open(Self.start)
        let result: JSONValue = ["protocolVersion": "2025-11-25", "capabilities": [:]]
        _ = client.receive(["jsonrpc": "2.0", "id": 1, "result": result], Self.start)
        return client
    }

    private func call(
        _ client: inout MCPClient, _ abilities: JSONValue = form, caller: Int = 7
    ) -> MCPRequestTicket {
        client.request(
            "tools/call", ["name": "x"], limit: .seconds(10), abilities: abilities, caller: caller, now: Self.start
        ).ticket
    }

    private func question(_ id: JSONValue, _ kind: MCPAsking, _ parameters: JSONValue = [:]) -> JSONValue {
        Peer.request(id, kind.rawValue, parameters)
    }

    private func sent(_ actions: [MCPClient.Action]) -> JSONValue? {
        for case .send(let message) in actions { return message }
        return nil
    }

    @Test func `tools-call-elicitation: whoever called is asked, and the answer goes back by the server's own id`() {
        var client = opened()
        let ticket = call(&client)
        let parameters: JSONValue = ["message": "Who?", "requestedSchema": ["type": "object"]]
        let asked = client.receive(question("q1", .elicitation, parameters), Self.start)
        #expect(asked == [.asked(.text("q1"), ticket, .elicitation, parameters)])
        // A person takes longer than a server may.
        #expect(client.tick(Self.after(500)).isEmpty)
        let accepted: JSONValue = ["action": "accept", "content": ["name": "Ada"]]
        let answer = client.answer(.text("q1"), .result(accepted), Self.after(500))
        #expect(sent(answer) == ["jsonrpc": "2.0", "id": "q1", "result": accepted])
        #expect(client.answer(.text("q1"), .result([:]), Self.after(500)).isEmpty, "once")
        // From then on the server has its time again.
        #expect(client.tick(Self.after(509)).isEmpty)
        #expect(client.tick(Self.after(510)).last == .finished(ticket, .failure(.timedOut(.seconds(10)))))
    }

    @Test(arguments: [["decline": [:]], ["cancel": ["why": 1]]] as [JSONValue])
    func `tools-call-elicitation: what a person does not want is handed on as it is`(_ said: JSONValue) {
        var client = opened()
        _ = call(&client)
        _ = client.receive(question(1, .elicitation), Self.start)
        #expect(sent(client.answer(.number(1), .result(said), Self.start))?["result"] == said)
    }

    @Test func `tools-call-sampling: errors of the client keep their code`() {
        var client = opened()
        let ticket = call(&client, ["sampling": [:]])
        let parameters: JSONValue = ["messages": [], "maxTokens": 5]
        #expect(
            client.receive(question(4, .sampling, parameters), Self.start)
                == [.asked(.number(4), ticket, .sampling, parameters)])
        let refused: JSONValue = ["code": -1, "message": "User rejected sampling request"]
        #expect(sent(client.answer(.number(4), .error(refused), Self.start))?["error"] == refused)
    }

    @Test(
        arguments: [
            ([:], [:], "has not declared `elicitation`"), (["sampling": [:]], [:], "has not declared `elicitation`"),
            (["elicitation": [:]], ["mode": "url"], "opens no addresses"),
            (["elicitation": ["url": [:]]], ["mode": "form"], "fills in no forms"),
        ] as [(JSONValue, JSONValue, String)])
    func `A dialog that nobody sees is cancelled, and that is said`(
        _ abilities: JSONValue, _ parameters: JSONValue, _ why: String
    ) throws {
        var client = opened()
        _ = call(&client, abilities)
        let result = try #require(sent(client.receive(question(1, .elicitation, parameters), Self.start))?["result"])
        #expect(result["action"] == "cancel")
        #expect(result["_meta"]?["sidecar/reason"]?.string?.contains(why) == true)
    }

    @Test func `What no client has declared is no method`() throws {
        var client = opened()
        _ = call(&client)
        for kind in [MCPAsking.sampling, .roots] {
            let error = try #require(sent(client.receive(question(1, kind), Self.start))?["error"])
            #expect(error["code"] == -32601)
            #expect(error["message"]?.string?.contains("has not declared") == true)
        }
        _ = client.end("it is over")
        client = opened()
        _ = call(&client, ["sampling": [:]])
        let tools: JSONValue = ["tools": [["name": "x"]]]
        let error = sent(client.receive(question(1, .sampling, tools), Self.start))?["error"]
        #expect(error?["message"]?.string?.contains("sampling.tools") == true)
        #expect(sent(client.receive(question(2, .sampling), Self.start)) == nil, "without tools it is asked")
    }

    @Test func `Roots are the client's while it calls, and ours otherwise`() {
        var client = opened { $0.roots = ["file:///work"] }
        let ours: JSONValue = ["roots": [["uri": "file:///work"]]]
        #expect(sent(client.receive(question(1, .roots), Self.start))?["result"] == ours)
        let plain = call(&client)
        #expect(sent(client.receive(question(2, .roots), Self.start))?["result"] == ours)
        _ = client.cancel(plain, "enough")
        let ticket = call(&client, ["roots": [:]])
        #expect(client.receive(question(3, .roots), Self.start) == [.asked(.number(3), ticket, .roots, [:])])
    }

    @Test func `Where it is not certain who is meant nobody is asked`() throws {
        var client = opened()
        let first = call(&client, caller: 1)
        let second = call(&client, caller: 2)
        let result = try #require(sent(client.receive(question(1, .elicitation), Self.start))?["result"])
        #expect(result["_meta"]?["sidecar/reason"]?.string?.contains("several clients") == true)
        // Where it came on the stream of a call there is no doubt.
        let asked = client.receive(question(2, .elicitation), during: 3, Self.start)
        #expect(asked == [.asked(.number(2), second, .elicitation, [:])])
        _ = client.cancel(second, "enough")
        #expect(client.receive(question(3, .elicitation), Self.start) == [.asked(.number(3), first, .elicitation, [:])])
        // Our own requests are nobody's.
        _ = client.request("tools/list", [:], limit: .seconds(10), now: Self.start)
        #expect(client.receive(question(4, .elicitation), Self.start) == [.asked(.number(4), first, .elicitation, [:])])
    }

    @Test func `What is over is not asked any more`() {
        var client = opened()
        let ticket = call(&client)
        _ = client.receive(question(1, .elicitation), Self.start)
        // By the server.
        let cancelled = Peer.notification("notifications/cancelled", ["requestId": 1])
        #expect(client.receive(cancelled, Self.start) == [.withdrawn(.number(1))])
        #expect(client.answer(.number(1), .result([:]), Self.start).isEmpty)
        // With its call, by whoever called.
        _ = client.receive(question(2, .elicitation), Self.start)
        let actions = client.cancel(ticket, "enough")
        #expect(actions.contains(.withdrawn(.number(2))))
        #expect(actions.last == .finished(ticket, .failure(.cancelled)))
        // With its call, which was answered all the same.
        let other = call(&client)
        _ = client.receive(question(3, .elicitation), Self.start)
        let done = client.receive(["jsonrpc": "2.0", "id": 3, "result": [:]], Self.start)
        #expect(done.contains(.withdrawn(.number(3))))
        #expect(done.last == .finished(other, .success([:])))
        #expect(sent(done)?["result"]?["action"] == "cancel")
        // With the server.
        _ = call(&client)
        _ = client.receive(question(4, .elicitation), Self.start)
        #expect(client.end("it died").first == .withdrawn(.number(4)))
        #expect(client.nextDeadline == .distantFuture)
    }

    @Test func `Nobody answers in time`() throws {
        var client = opened()
        let ticket = call(&client)
        _ = client.receive(question(1, .elicitation), Self.start)
        #expect(client.nextDeadline == Self.after(600))
        let actions = client.tick(Self.after(600))
        #expect(actions.last == .withdrawn(.number(1)))
        #expect(sent(actions)?["result"]?["_meta"]?["sidecar/reason"] == "nobody answered within 600s")
        #expect(client.tick(Self.after(610)).last == .finished(ticket, .failure(.timedOut(.seconds(10)))))
    }

    @Test func `Many questions at once, and two of one id`() throws {
        var client = opened()
        _ = call(&client)
        for number in 0..<16 { _ = client.receive(question(.int(number), .elicitation), Self.start) }
        let result = try #require(sent(client.receive(question(99, .elicitation), Self.start))?["result"])
        #expect(result["_meta"]?["sidecar/reason"]?.string?.contains("16 of its questions") == true)
        guard case .noise? = client.receive(question(3, .elicitation), Self.start).first else {
            Issue.record("a second question of one id")
            return
        }
    }

    @Test func `initialize: what can be asked for is said once, before anybody has called`() {
        var settings = MCPClient.Settings()
        settings.opensSession = true
        settings.roots = ["file:///work"]
        settings.abilities = Self.form
        settings.samples = true
        var client = MCPClient(settings)
        let opening = sent(client.open(Self.start))
        let expected: JSONValue = ["elicitation": ["form": [:]], "roots": [:], "sampling": [:]]
        #expect(opening?["params"]?["capabilities"] == expected)
    }

    @Test func `Where no client samples the owner does, if it said so`() {
        var client = opened { $0.samples = true }
        #expect(client.receive(question(1, .sampling), Self.start) == [.asked(.number(1), nil, .sampling, [:])])
        let ticket = call(&client, ["sampling": [:]])
        #expect(client.receive(question(2, .sampling), Self.start) == [.asked(.number(2), ticket, .sampling, [:])])
        let said: JSONValue = ["role": "assistant"]
        #expect(sent(client.answer(.number(1), .result(said), Self.start))?["result"] == said)
    }

    // MARK: Towards the client

    /// The question is the client's from here on: what is in a form, defaults and choices, is not looked at.
    @Test(
        arguments: [
            ("elicitation-sep1034-defaults", ["type": "string", "default": "John"]),
            ("elicitation-sep1330-enums", ["type": "string", "oneOf": [["const": "a", "title": "A"]]]),
        ] as [(String, JSONValue)])
    func `elicitation-sep1034-defaults, elicitation-sep1330-enums: forms reach the client as they are`(
        _ name: String, _ property: JSONValue
    ) throws {
        let peer = Client(Peer.server())
        var opening = Peer.opening("2025-11-25")
        opening["params"]?["capabilities"] = ["elicitation": [:], "other": [:]]
        _ = peer.receive(opening)
        let (ticket, call) = try #require(peer.start(Peer.request(5, "tools/call", ["name": "Look"])))
        #expect(call.context.abilities == ["elicitation": [:]])
        let parameters: JSONValue = ["message": .string(name), "requestedSchema": ["properties": ["p": property]]]
        let message = try #require(peer.question(ticket, 3, .elicitation, parameters))
        #expect(message["method"] == "elicitation/create")
        #expect(message["params"] == parameters)
        // Its ids and the client's are told apart by who sent them.
        let said: JSONValue = ["action": "accept", "content": ["p": "b"]]
        #expect(peer.receive(["jsonrpc": "2.0", "id": 3, "result": said]) == [.answered(3, .result(said))])
        let error: JSONValue = ["code": -1, "message": "no"]
        #expect(peer.receive(["jsonrpc": "2.0", "id": 3, "error": error]) == [], "once")
        _ = peer.question(ticket, 4, .elicitation, parameters)
        #expect(peer.receive(["jsonrpc": "2.0", "id": 4, "error": error]) == [.answered(4, .error(error))])
        _ = peer.finish(ticket, .success(MCPCallResult(content: [])))
        #expect(peer.question(ticket, 4, .elicitation, parameters) == nil, "the call is over")
        let alone = Client(Peer.server())
        let (other, _) = try #require(alone.start(Peer.alone(5, "tools/call", ["name": "Look"])))
        #expect(alone.question(other, 4, .elicitation, parameters) == nil, "who has no session is not asked")
    }

    @Test func `What a client can be asked it says in two places`() {
        #expect(MCPRounds.abilities(declaredBy: Peer.opening("2025-11-25")) == [:])
        let meta: JSONValue = [MCPRequestContext.Key.capabilities: ["roots": [:], "x": [:]]]
        #expect(MCPRounds.abilities(declaredBy: Peer.alone(1, "tools/list", meta: meta)) == ["roots": [:]])
    }
}

/// What a server wants a model to say, as a request to one.
@Suite struct SamplingFormTests {
    private func request(_ parameters: JSONValue) throws -> JSONValue {
        try MCPSamplingForm.request(parameters, model: "small", tokensMax: 100)
    }

    @Test func `A request of the Messages API`() throws {
        let made = try request([
            "messages": [
                ["role": "user", "content": ["type": "text", "text": "a"]],
                ["role": "assistant", "content": [["type": "text", "text": "b"]]],
                ["role": "user", "content": ["type": "image", "data": "AAAA", "mimeType": "image/png"]],
            ],
            "systemPrompt": "be kind", "temperature": 0.5, "stopSequences": ["x", ""], "maxTokens": 50,
            "modelPreferences": ["hints": [["name": "big"]]], "includeContext": "allServers",
        ])
        #expect(made["model"] == "small", "what it would like better is a wish")
        #expect(made["max_tokens"] == 50)
        #expect(made["system"] == "be kind")
        #expect(made["temperature"] == 0.5)
        #expect(made["stop_sequences"] == ["x"])
        #expect(made["messages"]?[1] == ["role": "assistant", "content": [["type": "text", "text": "b"]]])
        let source: JSONValue = ["type": "base64", "media_type": "image/png", "data": "AAAA"]
        #expect(made["messages"]?[2]?["content"]?[0]?["source"] == source)
    }

    @Test(arguments: [(1000, 100), (0, 1), (-5, 1), (100, 100), (7, 7)])
    func `It has as many tokens as its entry says, and no more`(_ wanted: Int, _ granted: Int) throws {
        let message: JSONValue = ["role": "user", "content": ["type": "text", "text": "a"]]
        #expect(try request(["messages": [message], "maxTokens": .int(wanted)])["max_tokens"]?.int == granted)
        #expect(try request(["messages": [message]])["max_tokens"] == 100)
    }

    @Test(
        arguments: [
            [:], ["messages": []], ["messages": [["role": "system", "content": ["type": "text", "text": "a"]]]],
            ["messages": [["role": "user", "content": ["type": "audio", "data": "AAAA"]]]],
            ["messages": [["role": "user"]]],
            ["messages": [["role": "user", "content": ["type": "text", "text": "a"]]], "tools": [["name": "x"]]],
        ] as [JSONValue])
    func `What no model can be asked`(_ parameters: JSONValue) {
        #expect(throws: RPCError.self) { try request(parameters) }
    }

    @Test(arguments: [
        ("end_turn", "endTurn"), ("max_tokens", "maxTokens"), ("stop_sequence", "stopSequence"), ("refusal", "refusal"),
    ])
    func `The answer as the server waits for it`(_ reason: String, _ named: String) {
        let result = MCPSamplingForm.result(text: "hi", model: "small", stopReason: reason)
        #expect(result["content"] == ["type": "text", "text": "hi"])
        #expect(result["stopReason"]?.string == named)
        #expect(result["role"] == "assistant" && result["model"] == "small")
    }
}
