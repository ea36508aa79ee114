internal import HTTP

/// What is asked of the managed MCP servers. Pure.
package enum ServersRoute: Equatable {
    case list
    case one(String)
    /// start, stop or restart.
    case act(String, on: String)
    case logs(String)
    case health

    static let listed = [
        "GET /v1/mcp/servers", "GET /v1/mcp/servers/{name}", "POST /v1/mcp/servers/{name}/start",
        "POST /v1/mcp/servers/{name}/stop", "POST /v1/mcp/servers/{name}/restart",
        "GET /v1/mcp/servers/{name}/logs", "GET /v1/mcp/health",
    ]

    /// `path` behind `/v1/mcp`.
    static func route(_ path: String, _ method: String, reads: Bool) -> GatewayRoute {
        let parts = path.split(separator: "/").map(String.init)
        let route: ServersRoute
        switch (parts.first, parts.count) {
        case ("health", 1): route = .health
        case ("servers", 1): route = .list
        case ("servers", 2): route = .one(parts[1])
        case ("servers", 3) where parts[2] == "logs": route = .logs(parts[1])
        case ("servers", 3) where ["start", "stop", "restart"].contains(parts[2]):
            return method == "POST" ? .servers(.act(parts[2], on: parts[1])) : .wrongMethod(allowed: "POST")
        default: return .unknown
        }
        return reads ? .servers(route) : .wrongMethod(allowed: "GET, HEAD")
    }
}
