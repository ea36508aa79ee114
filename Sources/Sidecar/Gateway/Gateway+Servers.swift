internal import HTTP
internal import JSON
internal import LinuxSystem
internal import MCP

/// The managed MCP servers over HTTP: what `sidecar mcp` does, for programs.
extension Gateway {
    func servers(
        _ exchange: ServerExchange, _ route: ServersRoute, _ record: RequestRecord
    ) async throws(APIError) {
        guard let servers = cluster.servers else {
            throw APIError(503, .api, "this sidecar was started without MCP servers")
        }
        switch route {
        case .list: reply(exchange, record, ["servers": try await ask(.status(nil), servers)])
        case .one(let name): reply(exchange, record, try await ask(.status(name), servers)[0] ?? .null)
        case .act(let verb, let name):
            guard let verb = MCPQuestion.Verb(rawValue: verb) else { return }
            let status = try await ask(.act(verb, name), servers)[0] ?? .null
            let wanted = verb == .stop ? ["stopped", "disabled", "failed"] : ["ready"]
            if !wanted.contains(status["state"]?.string ?? "") {
                let why = status["error"]?.string ?? "it is \(status["state"]?.string ?? "?")"
                throw APIError(
                    502, .api, "the server `\(name)` could not be \(verb == .stop ? "stopped" : "started"): \(why)")
            }
            reply(exchange, record, status)
        case .logs(let name):
            _ = try await ask(.status(name), servers)
            guard let state = servers.surroundings.stateFolder else {
                throw APIError(503, .api, "this sidecar has no state folder, and so keeps no logs")
            }
            let path = "\(MCPServerLog.folder(state))/\(name).log"
            var tail = MCPLogTail(path)
            reply(exchange, record, MCPLogTail.json(name, path, tail.last(try lineCount(exchange))))
        case .health: reply(exchange, record, Self.health(try await ask(.status(nil), servers).array ?? []))
        }
    }

    private func ask(_ question: MCPQuestion, _ servers: MCPServers) async throws(APIError) -> JSONValue {
        switch await question.answer(servers) {
        case .success(let answer): return answer
        case .failure(.unknown(let message)): throw APIError(404, .notFound, message)
        case .failure(let trouble): throw APIError(502, .api, trouble.message)
        }
    }

    /// `?n=100`.
    private func lineCount(_ exchange: ServerExchange) throws(APIError) -> Int {
        for pair in exchange.head.query?.split(separator: "&") ?? [] where pair.hasPrefix("n=") {
            guard let count = Int(pair.dropFirst(2)), (0...100_000).contains(count) else {
                throw APIError(400, .invalidRequest, "n: a number of lines, from 0 to 100000")
            }
            return count
        }
        return MCPLogsCommand.defaultCount
    }

    /// Well, when no server that should run does not.
    private static func health(_ statuses: [JSONValue]) -> JSONValue {
        let states = statuses.compactMap { $0["state"]?.string }
        func count(_ state: String) -> JSONValue { .int(states.count { $0 == state }) }
        let isWell = !states.contains("failed") && !states.contains("backoff")
        return [
            "status": isWell ? "ok" : "degraded", "servers": .int(states.count), "ready": count("ready"),
            "starting": count("starting"), "backoff": count("backoff"), "failed": count("failed"),
            "stopped": count("stopped"), "disabled": count("disabled"),
            "failing": .array(
                statuses.filter { ["failed", "backoff"].contains($0["state"]?.string ?? "") }.map {
                    ["name": $0["name"] ?? .null, "error": $0["error"] ?? .null]
                }),
        ]
    }
}
