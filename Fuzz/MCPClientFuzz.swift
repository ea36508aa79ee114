// modules: CSimdJSON CLinux LinuxSystem JSON MCP
//
// Lines of any bytes from a server, in both eras, between requests, cancellations and the passing of time: no crash, each request
// ends once and in one way, nothing is heard of it afterwards, and time passes without turning in place. What the server asks is
// open once, until it is answered or withdrawn.

internal import JSON
internal import LinuxSystem
internal import MCP

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
    var settings = MCPClient.Settings()
    settings.opensSession = (bytes.first ?? 0) & 1 == 1
    settings.roots = ["file:///work"]
    var client = MCPClient(settings)
    var now = Instant(nanoseconds: 1)
    var waiting: Set<MCPRequestTicket> = []
    var questions: Set<RPCID> = []
    let abilities: JSONValue = ["elicitation": ["form": [:]], "sampling": [:], "roots": [:]]

    func perform(_ actions: [MCPClient.Action]) {
        for action in actions {
            switch action {
            case .send(let message): precondition(message["jsonrpc"]?.string == "2.0")
            case .finished(let ticket, _): precondition(waiting.remove(ticket) != nil, "it ended twice")
            case .progress(let ticket, _): precondition(waiting.contains(ticket), "progress of what is over")
            case .asked(let id, let ticket, _, _):
                precondition(ticket.map { waiting.contains($0) } ?? false, "nobody is there to be asked")
                precondition(questions.insert(id).inserted, "it is open already")
            case .withdrawn(let id): precondition(questions.remove(id) != nil, "it was never asked")
            // Whoever owns it ends the server, and all that waits for it.
            case .broken: waiting = []
            default: break
            }
        }
    }

    perform(client.open(now))
    var lines = RPCLines(bytesMax: 4096)
    for line in lines.take(bytes) {
        perform(client.receive(line, now))
        guard client.version != nil else { continue }
        let (ticket, message) = client.request(
            "tools/call", ["name": "x"], limit: .seconds(5), wantsProgress: waiting.count % 2 == 0,
            abilities: abilities, caller: 1, now: now)
        precondition(waiting.insert(ticket).inserted && message["id"] != nil)
        if case .text(let text) = line, text.count % 5 == 0 { perform(client.cancel(ticket, "")) }
        if case .text(let text) = line, text.count % 3 == 0, let id = questions.popFirst() {
            let actions = client.answer(id, .result([:]), now)
            precondition(actions.count == 1 && client.answer(id, .nobody(""), now).isEmpty, "answered twice, or never")
        }
        now = now + .seconds(1)
        perform(client.tick(now))
        precondition(client.nextDeadline > now, "what is due was not done")
    }
    var listing = MCPListing(.tools)
    if let page = try? JSONValue(parsing: bytes) {
        _ = listing.take(page)
        _ = MCPSchema(page).problems(with: page)
    }
    var reader = MCPEventReader(bytesMax: 1024)
    let cut = bytes.count / 2
    var whole = MCPEventReader(bytesMax: 1024)
    precondition(reader.take(bytes[..<cut]) + reader.take(bytes[cut...]) == whole.take(bytes))
    let file = MCPServersFile(bytes, file: "f", scope: .user, environment: ["A": "${A}"])
    precondition(file.entries.allSatisfy { MCPServerEntry.isName($0.name) })
    var edit = JSONTextEdit(bytes)
    if (try? edit.set(["mcpServers", "fuzz"], ["command": "x"])) != nil {
        let json = try? JSONValue(parsing: edit.bytes)
        precondition(json?["mcpServers"]?["fuzz"]?["command"]?.string == "x", "the edit is not there")
        precondition((try? edit.remove(["mcpServers", "fuzz"])) != nil && (try? JSONValue(parsing: edit.bytes)) != nil)
    }
    perform(client.end("over"))
    precondition(waiting.isEmpty && questions.isEmpty, "nobody was told")
    return 0
}
