internal import JSON
internal import LinuxSystem
internal import MCP

/// What commands ask of the servers: the same of a running sidecar, over its control socket, and of servers that a command runs
/// for itself.
enum MCPQuestion: Sendable {
    enum Verb: String, Sendable, CaseIterable { case start, stop, restart }

    /// nil: all.
    case status(String?)
    case act(Verb, String?)
    case tools(String)
    case call(server: String, tool: String, arguments: JSONValue, limit: TimeSpan?)
    case ping(String)
    /// Look at the files now.
    case reload

    static let route = "/mcp"

    /// Beyond it nobody waits for a command.
    static let timeMax = TimeSpan.seconds(24 * 3600)
    private static let pingTime = TimeSpan.seconds(10)

    // MARK: Over the socket

    var json: JSONValue {
        switch self {
        case .status(let name): ["ask": "status", "server": name.map { .string($0) } ?? .null]
        case .act(let verb, let name): ["ask": .string(verb.rawValue), "server": name.map { .string($0) } ?? .null]
        case .tools(let name): ["ask": "tools", "server": .string(name)]
        case .call(let server, let tool, let arguments, let limit):
            [
                "ask": "call", "server": .string(server), "tool": .string(tool), "arguments": arguments,
                "limit_ms": limit.map { .int($0.milliseconds) } ?? .null,
            ]
        case .ping(let name): ["ask": "ping", "server": .string(name)]
        case .reload: ["ask": "reload"]
        }
    }

    init?(_ json: JSONValue) {
        let name = json["server"]?.string
        switch (json["ask"]?.string, name) {
        case ("status", _): self = .status(name)
        case ("tools", let name?): self = .tools(name)
        case ("ping", let name?): self = .ping(name)
        case ("reload", _): self = .reload
        case ("call", let name?):
            guard let tool = json["tool"]?.string else { return nil }
            let limit = json["limit_ms"]?.int.flatMap { UInt64(exactly: $0) }.map { TimeSpan.milliseconds($0) }
            self = .call(server: name, tool: tool, arguments: json["arguments"] ?? [:], limit: limit)
        case (let word?, _):
            guard let verb = Verb(rawValue: word) else { return nil }
            self = .act(verb, name)
        default: return nil
        }
    }

    // MARK: Answers

    /// From any loop.
    func answer(_ servers: MCPServers) async -> Result<JSONValue, MCPTrouble> {
        await Task(executorPreference: servers.loop) {
            do throws(MCPTrouble) {
                return Result<JSONValue, MCPTrouble>.success(try await answered(servers))
            } catch {
                return .failure(error)
            }
        }.value
    }

    private func answered(_ servers: MCPServers) async throws(MCPTrouble) -> JSONValue {
        switch self {
        case .status(let name):
            guard let name else { return servers.statuses }
            return [try servers.find(name).status]
        case .act(let verb, let name): return try await act(verb, name, servers)
        case .tools(let name):
            let server = try servers.find(name)
            // What is remembered is as good, as long as it lies idle.
            if server.offered[.tools] == nil || server.state == .starting { try await server.readied() }
            return ["tools": .array(server.tools)]
        case .call(let name, let tool, let arguments, let limit):
            let server = try servers.find(name)
            guard let accounts = servers.accounts else { return try await server.call(tool, arguments, limit: limit) }
            return try await accounts.run(server, tool, arguments, limit, .nothing, isPerson: true)
        case .ping(let name): return try await ping(try servers.find(name))
        case .reload:
            servers.load()
            return ["problems": .array(servers.problems.map(\.json))]
        }
    }

    private func act(_ verb: Verb, _ name: String?, _ servers: MCPServers) async throws(MCPTrouble) -> JSONValue {
        let meant = try name.map { name throws(MCPTrouble) in [try servers.find(name)] } ?? servers.servers
        for server in meant {
            // Of all, those that are allowed to; of one that is not, a person has to know.
            if name == nil, !server.entry.mayRun { continue }
            switch verb {
            case .start: server.start()
            case .stop: server.stop()
            case .restart: server.restart()
            }
        }
        for server in meant { await server.settled() }
        return .array(meant.map(\.status))
    }

    private func ping(_ server: MCPManagedServer) async throws(MCPTrouble) -> JSONValue {
        try await server.readied()
        let began = server.loop.clock.now()
        switch await server.ping(limit: Self.pingTime) {
        case .success:
            let taken = server.loop.clock.now() - began
            return [
                "name": .string(server.name), "ok": true, "duration_us": .int(taken.nanoseconds / 1000),
                "protocol": server.client?.version.map { .string($0.rawValue) } ?? .null,
            ]
        case .failure(let failure): throw server.trouble(failure, "ping")
        }
    }
}

extension MCPTrouble {
    var json: JSONValue { ["message": .string(message), "exit_code": .int(exitCode.rawValue)] }
}
