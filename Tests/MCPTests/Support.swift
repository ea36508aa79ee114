import JSON
import MCP

/// A server with tools enough to be told apart, and a client that says what it means in few words.
enum Peer {
    static let tools = ["Look", "Act", "Draw"].map { name in
        MCPTool(
            name: name, title: "\(name) at something", description: "\(name)s.",
            inputSchema: [
                "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
                "properties": ["path": ["$ref": "#/$defs/path"]], "$defs": ["path": ["type": "string"]],
            ],
            outputSchema: ["type": "object"], annotations: ["readOnlyHint": true])
    }

    static func server(pageSize: Int = 250) -> MCPServer {
        MCPServer(
            name: "peer", title: "Peer", version: "1.2.3", instructions: "Be kind.", tools: tools, pageSize: pageSize)
    }

    static let meta: JSONValue = [
        MCPRequestContext.Key.version: "2026-07-28", MCPRequestContext.Key.capabilities: [:],
    ]

    /// A request of the stateless protocol.
    static func alone(
        _ id: JSONValue, _ method: String, _ parameters: JSONValue = [:], meta more: JSONValue = [:]
    ) -> JSONValue {
        var parameters = parameters
        var meta = meta
        for member in more.object?.members ?? [] { meta[member.key] = member.value }
        parameters["_meta"] = meta
        return request(id, method, parameters)
    }

    static func request(_ id: JSONValue, _ method: String, _ parameters: JSONValue? = nil) -> JSONValue {
        var json: JSONValue = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
        if let parameters { json["params"] = parameters }
        return json
    }

    static func notification(_ method: String, _ parameters: JSONValue = [:]) -> JSONValue {
        ["jsonrpc": "2.0", "method": .string(method), "params": parameters]
    }

    static func session(_ version: MCPVersion = .november2025, pageSize: Int = 250) -> Client {
        let client = Client(server(pageSize: pageSize))
        _ = client.receive(opening(.string(version.rawValue)))
        _ = client.receive(notification("notifications/initialized"))
        return client
    }

    static func opening(_ version: JSONValue?, id: JSONValue = 0) -> JSONValue {
        var parameters: JSONValue = ["capabilities": [:], "clientInfo": ["name": "test", "version": "1"]]
        parameters["protocolVersion"] = version
        return request(id, "initialize", parameters)
    }

    static func cancel(_ id: JSONValue) -> JSONValue { notification("notifications/cancelled", ["requestId": id]) }
}

/// One client's conversation, as a class so that expectations can use what changes it.
final class Client {
    private var conversation: MCPConversation

    init(_ server: MCPServer) { conversation = MCPConversation(server) }

    var sessionVersion: MCPVersion? { conversation.sessionVersion }
    var hasRunningCalls: Bool { conversation.hasRunningCalls }
    func receive(_ message: JSONValue) -> [MCPConversation.Action] { conversation.receive(message) }
    func receive(bytes: [UInt8]) -> [MCPConversation.Action] { conversation.receive(bytes: bytes) }
    func end() -> [MCPTicket] { conversation.end() }

    func finish(_ ticket: MCPTicket, _ result: Result<MCPCallResult, RPCError>) -> JSONValue? {
        conversation.finish(ticket, result)
    }

    func progress(_ ticket: MCPTicket, _ progress: Double, _ message: String) -> JSONValue? {
        conversation.progress(ticket, progress, message)
    }

    func note(_ ticket: MCPTicket, _ level: MCPLogLevel, _ data: JSONValue) -> JSONValue? {
        conversation.note(ticket, level, data)
    }

    func question(_ ticket: MCPTicket, _ number: Int, _ kind: MCPAsking, _ parameters: JSONValue) -> JSONValue? {
        conversation.question(ticket, number, kind, parameters)
    }

    func news(_ news: MCPNews) -> JSONValue? { conversation.news(news) }
    func tell(_ ticket: MCPTicket, _ said: RPCNotification) -> JSONValue? { conversation.tell(ticket, said) }

    /// The one answer to a message.
    func answer(_ message: JSONValue) -> JSONValue? {
        let actions = receive(message)
        guard actions.count == 1, case .send(let answer) = actions[0] else { return nil }
        return answer
    }

    /// The call that a message begins.
    func start(_ message: JSONValue) -> (ticket: MCPTicket, call: MCPCall)? {
        let actions = receive(message)
        guard actions.count == 1, case .start(let ticket, let call) = actions[0] else { return nil }
        return (ticket, call)
    }

    func code(_ message: JSONValue) -> Int? { answer(message)?["error"]?["code"]?.int }
}
