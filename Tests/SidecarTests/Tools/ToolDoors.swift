import JSON
import LinuxSystem
import TestSupport
import Testing

/// A client of `sidecar mcp serve`: a message a line, each wait bounded.
final class StdioClient {
    private let child: ChildProcess
    private let socket: TestSocket
    let errorFile: String
    /// What came that was no answer.
    private(set) var notifications: [JSONValue] = []
    private var lastID = 0

    /// Input and output are one socket, as clients written in JavaScript have it.
    init(_ ground: ToolGround, _ words: [String] = []) throws {
        errorFile = "\(ground.folder)/mcp-\(UInt32.random(in: 0...(.max))).err"
        let (ours, theirs) = try streamPair()
        socket = TestSocket(owning: ours)
        let end = Descriptor(owning: theirs)
        let errors = try Descriptor.open(errorFile, [.writeOnly, .create])
        child = try ChildProcess(
            ground.launch(["mcp", "serve"] + words), descriptors: [end.raw, end.raw, errors.raw])
    }

    var pid: Int32 { child.pid }

    func send(_ text: String) { #expect(socket.send(text + "\n")) }
    func send(_ message: JSONValue) { send(message.text()) }

    /// The next message; nil at the end.
    func read() throws -> JSONValue? {
        guard let line = socket.read(through: "\n") else { return nil }
        return try JSONValue(parsing: line)
    }

    @discardableResult
    func begin(_ method: String, _ parameters: JSONValue = [:]) -> Int {
        lastID += 1
        send(["jsonrpc": "2.0", "id": .int(lastID), "method": .string(method), "params": parameters])
        return lastID
    }

    func notify(_ method: String, _ parameters: JSONValue = [:]) {
        send(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    }

    /// The answer to that request; what comes before it and is none is kept.
    func answer(_ id: Int) throws -> JSONValue {
        while true {
            let message = try #require(try read(), "\((try? File.readText(errorFile)) ?? "")")
            if message["id"]?.int == id { return message }
            notifications.append(message)
        }
    }

    func ask(_ method: String, _ parameters: JSONValue = [:]) throws -> JSONValue {
        try answer(begin(method, parameters))
    }

    func open(_ version: String = "2025-11-25") throws {
        let parameters: JSONValue = [
            "protocolVersion": .string(version), "capabilities": [:], "clientInfo": ["name": "test", "version": "1"],
        ]
        #expect(try ask("initialize", parameters)["result"]?["protocolVersion"]?.string == version)
        notify("notifications/initialized")
    }

    /// The result of a call of a tool.
    func call(_ tool: String, _ input: JSONValue) throws -> JSONValue {
        let answer = try ask("tools/call", ["name": .string(tool), "arguments": input])
        return try #require(answer["result"], "\(answer)")
    }

    /// Says nothing more, and waits for the program's end: its exit code.
    func close() throws -> Int32 {
        socket.shutDownWriting()
        return try child.wait()
    }

    func signal(_ signal: Signal) throws { try child.signal(signal) }
    func wait() throws -> Int32 { try child.wait() }
}

extension ToolServer {
    /// A POST of a client of the stateless protocol.
    func mcp(
        _ method: String, _ parameters: JSONValue = [:], meta: JSONValue = [:], fields: [String: String] = [:],
        accept: String = "application/json, text/event-stream"
    ) throws -> TestMessage {
        let (body, all) = Self.alone(method, parameters, meta: meta, fields: fields)
        return try post(body.text(), all.merging(["Accept": accept]) { $1 })
    }

    static func alone(
        _ method: String, _ parameters: JSONValue, meta more: JSONValue = [:], fields: [String: String] = [:]
    ) -> (JSONValue, [String: String]) {
        var meta: JSONValue = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:],
        ]
        for member in more.object?.members ?? [] { meta[member.key] = member.value }
        var parameters = parameters
        parameters["_meta"] = meta
        var own = ["MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method]
        if let name = parameters["name"]?.string { own["Mcp-Name"] = name }
        return (
            ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": parameters], own.merging(fields) { $1 }
        )
    }

    func post(_ body: String, _ fields: [String: String], method: String = "POST") throws -> TestMessage {
        try #require(try beginMCP(body, fields, method: method).readAnswer())
    }

    /// A POST whose answer is not waited for.
    func beginMCP(_ body: String, _ fields: [String: String], method: String = "POST") throws -> TestSocket {
        let socket = try TestSocket(connectingTo: port)
        var all = ["Host": "localhost", "Content-Type": "application/json", "Content-Length": "\(body.utf8.count)"]
        all.merge(fields) { $1 }
        let head = all.filter { !$0.value.isEmpty }.map { "\($0.key): \($0.value)\r\n" }.joined()
        #expect(socket.send("\(method) /mcp HTTP/1.1\r\n\(head)\r\n\(body)"))
        return socket
    }

    /// The result of a call of a tool.
    func mcpCall(_ tool: String, _ input: JSONValue) throws -> JSONValue {
        let answer = try mcp("tools/call", ["name": .string(tool), "arguments": input])
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(try JSONValue(parsing: answer.text)["result"])
    }
}

extension JSONValue {
    /// A result of MCP as the object that the other doors answer with.
    var asToolResult: JSONValue {
        var result: JSONValue = [
            "content": self["content"] ?? .null, "is_error": self["isError"] ?? .null,
            "structured": self["structuredContent"] ?? .null,
        ]
        for member in self["_meta"]?["sidecar/run"]?.object?.members ?? [] { result[member.key] = member.value }
        return result
    }
}
