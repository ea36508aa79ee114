internal import JSON
internal import LinuxSystem
internal import MCP
internal import YAML

extension MCPManagedServer {
    /// As `mcp status --json` and the routes tell it.
    var status: JSONValue {
        let runs = link != nil
        return [
            "name": .string(name), "transport": .string(entry.transport.rawValue), "state": .string(state.rawValue),
            "pid": link?.pid.map { .int($0) } ?? .null, "restarts": .int(restarts),
            "uptime_ms": runs ? startedAt.map { .int((loop.clock.now() - $0).milliseconds) } ?? .null : .null,
            "protocol": client?.version.map { .string($0.rawValue) } ?? .null, "tools": .int(tools.count),
            "last_exit": lastEnding?.json ?? .null, "error": shownError.map { .string($0) } ?? .null,
        ]
    }

    /// What a person should know although it runs is told there too.
    private var shownError: String? {
        if let error { return error }
        let denied = link?.denied ?? []
        return denied.isEmpty ? nil : "it runs" + Self.shown(denied)
    }

    static func shown(_ denied: [String]) -> String {
        denied.isEmpty ? "" : "; its policy denied it: \(denied.joined(separator: "; "))"
    }

    /// What it said last on standard error.
    var lastWords: String? {
        let lines = log.tail.suffix(5).filter { !$0.allSatisfy(\.isWhitespace) }
        return lines.isEmpty ? nil : lines.joined(separator: " | ")
    }

    static func unknownTool(_ tool: String, _ server: String, _ names: [String]) -> String {
        let hint = NearestName.hint(for: tool, among: names)
        let shown = names.prefix(20).joined(separator: ", ")
        let there = names.isEmpty ? "; it has none" : "; it has \(shown)\(names.count > 20 ? ", …" : "")"
        return "the server `\(server)` has no tool `\(tool)`\(hint.isEmpty ? there : hint)"
    }
}

extension JSONValue {
    /// What `status` says of a server that nobody runs.
    static func status(_ entry: MCPServerEntry) -> JSONValue {
        let state: MCPManagedServer.State = !entry.mayRun ? .disabled : entry.problem == nil ? .stopped : .failed
        return [
            "name": .string(entry.name), "transport": .string(entry.transport.rawValue),
            "state": .string(state.rawValue), "pid": .null, "restarts": 0, "uptime_ms": .null, "protocol": .null,
            "tools": 0, "last_exit": .null, "error": (entry.pending ?? entry.problem).map { .string($0) } ?? .null,
        ]
    }
}
