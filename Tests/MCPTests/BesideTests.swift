import JSON
import LinuxSystem
import MCP
import Testing

/// What servers have beside tools, on both sides: names, lists, requests that are handed on, and news.
@Suite struct BesideTests {
    private static func server(tells: Bool = true, pageSize: Int = 250) -> MCPServer {
        var beside = MCPBeside()
        beside[.resources] = ["a", "b", "c"].map { ["uri": .string("sidecar://s/\($0)"), "name": .string($0)] }
        beside[.prompts] = [["name": "s__greet"]]
        var own = Peer.server(pageSize: pageSize)
        own.tellsOfChanges = tells
        return own.joined(by: [], beside) { _ in false }
    }

    private static func session(tells: Bool = true, pageSize: Int = 250) -> Client {
        let client = Client(server(tells: tells, pageSize: pageSize))
        _ = client.receive(Peer.opening("2025-11-25"))
        return client
    }

    @Test(arguments: [
        ("docs", "file:///a/b.txt", "sidecar://docs/file:///a/b.txt"), ("a_b", "x", "sidecar://a_b/x"),
        ("s", "note://{id}{?q}#f", "sidecar://s/note://{id}{?q}#f"),
    ])
    func `An address leads back to its server`(_ server: String, _ own: String, _ offered: String) throws {
        #expect(MCPResourceNames.offered(server, own) == offered)
        let place = try #require(MCPResourceNames.parse(offered))
        #expect(place.server == server)
        #expect(place.uri == own)
    }

    @Test(arguments: ["file:///a", "sidecar://", "sidecar:///x", "sidecar://s", "sidecar://s/", ""])
    func `Others lead nowhere`(_ name: String) { #expect(MCPResourceNames.parse(name) == nil) }

    @Test func `Results lead to resources by the names that clients see`() {
        let link: JSONValue = ["type": "resource_link", "uri": "x:1", "name": "n"]
        #expect(MCPResourceNames.renamed(content: link, "s")["uri"] == "sidecar://s/x:1")
        let embedded: JSONValue = ["type": "resource", "resource": ["uri": "x:1", "text": "t"]]
        #expect(MCPResourceNames.renamed(content: embedded, "s")["resource"]?["uri"] == "sidecar://s/x:1")
        let text: JSONValue = ["type": "text", "uri": "x:1"]
        #expect(MCPResourceNames.renamed(content: text, "s") == text)
    }

    @Test func `resources-list: in pages, in both eras`() throws {
        let peer = Self.session(pageSize: 2)
        let first = try #require(peer.answer(Peer.request(1, "resources/list"))?["result"])
        #expect(first["resources"]?.array?.count == 2)
        let cursor = try #require(first["nextCursor"])
        let second = try #require(peer.answer(Peer.request(2, "resources/list", ["cursor": cursor]))?["result"])
        #expect(second["resources"]?.array?.compactMap { $0["name"]?.string } == ["c"])
        #expect(second["ttlMs"] == nil)
        let alone = try #require(Client(Self.server()).answer(Peer.alone(1, "prompts/list"))?["result"])
        #expect(alone["prompts"]?[0]?["name"] == "s__greet")
        #expect(alone["ttlMs"]?.int != nil)
        #expect(alone["cacheScope"] == "private")
    }

    @Test(arguments: ["resources/read", "prompts/get", "completion/complete"])
    func `What a server has to answer is handed on`(_ method: String) throws {
        for alone in [true, false] {
            let peer = alone ? Client(Self.server()) : Self.session()
            let parameters: JSONValue = ["uri": "sidecar://s/a", "_meta": ["progressToken": 1]]
            let message =
                alone ? Peer.alone(1, method, ["uri": "sidecar://s/a"]) : Peer.request(1, method, parameters)
            let (ticket, call) = try #require(peer.start(message))
            #expect(call.method == method)
            #expect(call.arguments == ["uri": "sidecar://s/a"], "without what is between us and the client")
            let answer = try #require(peer.finish(ticket, .success(MCPCallResult(whole: ["contents": []]))))
            #expect(answer["result"]?["contents"] == [])
            #expect((answer["result"]?["resultType"] == "complete") == alone)
        }
        #expect(Peer.session().code(Peer.request(1, method)) == -32601, "nobody has any")
    }

    @Test func `What is promised is what can be told`() throws {
        func capabilities(_ peer: Client, _ message: JSONValue) -> JSONValue? {
            peer.answer(message)?["result"]?["capabilities"]
        }
        let tells = capabilities(Client(Self.server()), Peer.opening("2025-11-25"))
        #expect(tells?["resources"] == ["subscribe": true, "listChanged": true])
        let silent = capabilities(Client(Self.server(tells: false)), Peer.opening("2025-11-25"))
        #expect(silent?["resources"] == [:])
        let asked = capabilities(Client(Self.server(tells: false)), Peer.alone(1, "server/discover"))
        #expect(asked?["resources"] == ["subscribe": true, "listChanged": true])
        #expect(asked?["completions"] == [:])
        let peer = Self.session(tells: false)
        #expect(peer.code(Peer.request(1, "resources/subscribe", ["uri": "sidecar://s/a"])) == -32601)
    }

    @Test func `resources-subscribe, resources-unsubscribe: news of those and no others`() throws {
        let peer = Self.session()
        #expect(peer.news(.changed(.tools))?["method"] == "notifications/tools/list_changed")
        #expect(peer.news(.changed(.templates))?["method"] == "notifications/resources/list_changed")
        #expect(peer.news(.updated(uri: "sidecar://s/a")) == nil)
        _ = peer.start(Peer.request(1, "resources/subscribe", ["uri": "sidecar://s/a"]))
        #expect(peer.news(.updated(uri: "sidecar://s/a"))?["params"]?["uri"] == "sidecar://s/a")
        #expect(peer.news(.updated(uri: "sidecar://s/a/below")) != nil)
        #expect(peer.news(.updated(uri: "sidecar://s/ab")) == nil)
        _ = peer.start(Peer.request(2, "resources/unsubscribe", ["uri": "sidecar://s/a"]))
        #expect(peer.news(.updated(uri: "sidecar://s/a")) == nil)
        #expect(Client(Self.server()).news(.changed(.tools)) == nil, "who has no session asks for news")
    }

    @Test func `Who listens without a session is told by the id of the request`() throws {
        let peer = Client(Self.server())
        let wanted: JSONValue = ["toolsListChanged": true, "resourceSubscriptions": ["sidecar://s/a"], "other": true]
        let (ticket, call) = try #require(
            peer.start(Peer.alone("l", "subscriptions/listen", ["notifications": wanted])))
        let interest = try MCPInterest(call.arguments)
        let first = try #require(peer.tell(ticket, interest.acknowledgement))
        #expect(first["method"] == "notifications/subscriptions/acknowledged")
        #expect(first["params"]?["_meta"]?[MCPRequestContext.Key.subscription] == "l")
        #expect(
            first["params"]?["notifications"] == [
                "toolsListChanged": true, "resourceSubscriptions": ["sidecar://s/a"],
            ])
        #expect(interest.wants(.changed(.tools)) && !interest.wants(.changed(.prompts)))
        #expect(interest.wants(.updated(uri: "sidecar://s/a")) && !interest.wants(.updated(uri: "sidecar://s/b")))
        #expect(peer.receive(Peer.cancel("l")) == [.cancel(ticket, nil)])
        #expect(peer.tell(ticket, interest.acknowledgement) == nil, "nothing after the end")
        #expect(throws: RPCError.self) { try MCPInterest([:]) }
    }

    // MARK: Towards servers

    private static let now = Instant(nanoseconds: 1_000_000_000)

    private func opened(stateless: Bool) -> MCPClient {
        var settings = MCPClient.Settings()
        settings.opensSession = !stateless
        var client = MCPClient(settings)
        _ = client.open(Self.now)
        var result: JSONValue = ["capabilities": ["resources": ["subscribe": true]]]
        if stateless { result["supportedVersions"] = ["2026-07-28"] } else { result["protocolVersion"] = "2025-11-25" }
        _ = client.receive(["jsonrpc": "2.0", "id": 1, "result": result], Self.now)
        return client
    }

    private func sent(_ actions: [MCPClient.Action]) -> [JSONValue] {
        actions.compactMap { if case .send(let message) = $0 { message } else { nil } }
    }

    @Test func `In a session each resource is asked for by itself`() {
        var client = opened(stateless: false)
        #expect(
            sent(client.watch(["a", "b"], Self.now)).map { $0["method"] } == [
                "resources/subscribe", "resources/subscribe",
            ])
        #expect(client.watch(["a", "b"], Self.now).isEmpty)
        let change = sent(client.watch(["b", "c"], Self.now))
        #expect(change.map { $0["method"] } == ["resources/unsubscribe", "resources/subscribe"])
        #expect(change.map { $0["params"]?["uri"] } == ["a", "c"])
        let news: JSONValue = ["jsonrpc": "2.0", "method": "notifications/resources/updated", "params": ["uri": "b"]]
        #expect(client.receive(news, Self.now) == [.updated(uri: "b")])
    }

    @Test func `Without one a request stays open for all of them`() throws {
        var client = opened(stateless: true)
        let first = try #require(sent(client.watch(["a"], Self.now)).first)
        #expect(first["method"] == "subscriptions/listen")
        #expect(first["params"]?["notifications"] == ["resourceSubscriptions": ["a"]])
        let again = sent(client.watch(["a", "b"], Self.now))
        #expect(again.map { $0["method"] } == ["notifications/cancelled", "subscriptions/listen"])
        #expect(again[0]["params"]?["requestId"] == first["id"])
        #expect(sent(client.watch([], Self.now)).count == 1)
        #expect(client.nextDeadline == .distantFuture)
    }
}
