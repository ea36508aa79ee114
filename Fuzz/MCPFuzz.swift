// modules: JSON MCP
//
// Lines of any bytes to a server, first cut anywhere: no crash, an answer for every request and for nothing else, and never
// two answers for one. Calls are finished, or cancelled, as the bytes say.

internal import JSON
internal import MCP

private let server = MCPServer(
    name: "fuzz", title: "Fuzz", version: "1", instructions: "",
    tools: ["Read", "Bash"].map {
        MCPTool(
            name: $0, title: $0, description: $0, inputSchema: ["type": "object"], outputSchema: nil, annotations: [:])
    }, pageSize: 1)

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
    let cut = bytes.first.map { Int($0) % (bytes.count + 1) } ?? 0
    var lines = RPCLines(bytesMax: 4096)
    var whole = RPCLines(bytesMax: 4096)
    var found = lines.take(Array(bytes[..<cut])) + lines.take(Array(bytes[cut...]))
    if let last = lines.end() { found.append(last) }
    var expected = whole.take(bytes)
    if let last = whole.end() { expected.append(last) }
    precondition(found == expected, "a cut changed the lines")

    var client = MCPConversation(server)
    var running: [MCPTicket] = []
    var asked: Set<Int> = []
    for case .text(let line) in found {
        let parsed = try? JSONValue(parsing: line)
        let actions = client.receive(bytes: line)
        precondition(actions.count <= (parsed?.array?.count ?? 0) + 1, "more came than was asked for")
        for action in actions {
            switch action {
            case .send(let message): check(message)
            case .answered(let number, _):
                precondition(asked.remove(number) != nil, "an answer to what was never asked")
            case .start(let ticket, let call):
                precondition(call.arguments.object != nil)
                running.append(ticket)
                let number = asked.count % 3
                if client.question(ticket, number, .elicitation, [:]) != nil { asked.insert(number) }
            case .cancel(let ticket, let remainder):
                precondition(!client.isRunning(ticket), "cancelled, and still running")
                if let remainder { check(remainder) }
                precondition(client.finish(ticket, .success(MCPCallResult(content: []))) == nil, "said all the same")
                running.removeAll { $0 == ticket }
            }
        }
        if line.count % 3 == 0, let ticket = running.popLast() {
            if let note = client.progress(ticket, 1, "x") { precondition(note["method"] != nil) }
            if let answer = client.finish(ticket, .success(MCPCallResult(content: [.text("x")]))) { check(answer) }
            precondition(client.finish(ticket, .success(MCPCallResult(content: []))) == nil, "two answers")
        }
        if let parsed {
            let field = String(decoding: line.prefix(40), as: UTF8.self)
            _ = MCPHeaders(version: [field], method: ["tools/call"], name: [field], session: nil).judge(parsed)
            _ = MCPHeaders(version: ["2026-07-28"], method: ["tools/list"], name: [], session: "s").judge(parsed)
        }
    }
    precondition(Set(client.end()) == Set(running), "calls were lost")
    _ = MCPHeaderText.decode("=?base64?" + String(decoding: bytes, as: UTF8.self) + "?=")
    return 0
}

private func check(_ message: JSONValue) {
    if let list = message.array {
        precondition(!list.isEmpty)
        return list.forEach(check)
    }
    precondition(message["jsonrpc"]?.string == "2.0" && message["id"] != nil)
    precondition((message["result"] != nil) != (message["error"] != nil))
}
