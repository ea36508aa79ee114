internal import HTTP

/// What a request asks for, by its method and path. Pure, and the one list of what the gateway answers.
package enum GatewayRoute: Equatable {
    case home
    case hello
    case live
    case ready
    case health
    case healthDetailed
    case status
    case metrics
    case recentErrors
    case errorStatistics
    case oneError(String)
    /// Nothing in particular under `/debug`.
    case debug
    /// `forcesStream`: the path itself says that it streams.
    case messages(forcesStream: Bool)
    case countTokens
    /// OpenAI's, for its clients.
    case chatCompletions
    case responses
    /// `nil` lists them.
    case models(String?)
    case tools
    case tool(String)
    case toolRun(String)
    case toolMetrics
    case mcp
    /// The managed MCP servers.
    case servers(ServersRoute)
    /// Any other `/v1/…`, to the Anthropic upstream as it is.
    case passThrough
    /// Promised by the contract and not built yet: not to be sent to an upstream by mistake.
    case notYet
    case wrongMethod(allowed: String)
    case unknown

    package init(method: String, path: String) {
        // They hand back, or open up, what went upstream, our key included.
        if method == "TRACE" || method == "TRACK" || method == "CONNECT" {
            self = .wrongMethod(allowed: "GET, HEAD, POST, PUT, PATCH, DELETE")
            return
        }
        let reads = method == "GET" || method == "HEAD"
        switch path {
        case "/": self = reads ? .home : .wrongMethod(allowed: "GET, HEAD")
        case "/api/hello": self = reads ? .hello : .wrongMethod(allowed: "GET, HEAD")
        case "/livez": self = reads ? .live : .wrongMethod(allowed: "GET, HEAD")
        case "/readyz": self = reads ? .ready : .wrongMethod(allowed: "GET, HEAD")
        case "/health": self = reads ? .health : .wrongMethod(allowed: "GET, HEAD")
        case "/health/detailed": self = reads ? .healthDetailed : .wrongMethod(allowed: "GET, HEAD")
        case "/status": self = reads ? .status : .wrongMethod(allowed: "GET, HEAD")
        case "/metrics": self = reads ? .metrics : .wrongMethod(allowed: "GET, HEAD")
        case "/debug": self = reads ? .debug : .wrongMethod(allowed: "GET, HEAD")
        case "/debug/errors/recent": self = reads ? .recentErrors : .wrongMethod(allowed: "GET, HEAD")
        case "/debug/errors/stats": self = reads ? .errorStatistics : .wrongMethod(allowed: "GET, HEAD")
        case "/v1/messages": self = method == "POST" ? .messages(forcesStream: false) : .wrongMethod(allowed: "POST")
        case "/v1/messages/stream":
            self = method == "POST" ? .messages(forcesStream: true) : .wrongMethod(allowed: "POST")
        case "/v1/messages/count_tokens": self = method == "POST" ? .countTokens : .wrongMethod(allowed: "POST")
        case "/v1/chat/completions": self = method == "POST" ? .chatCompletions : .wrongMethod(allowed: "POST")
        case "/v1/responses": self = method == "POST" ? .responses : .wrongMethod(allowed: "POST")
        case "/v1/tools": self = reads ? .tools : .wrongMethod(allowed: "GET, HEAD")
        case "/mcp":
            self = ["GET", "POST", "DELETE"].contains(method) ? .mcp : .wrongMethod(allowed: "GET, POST, DELETE")
        case "/tool-metrics": self = reads ? .toolMetrics : .wrongMethod(allowed: "GET, HEAD")
        case "/v1/models": self = reads ? .models(nil) : .passThrough
        default: self = Self.byPrefix(path, method, reads: reads)
        }
    }

    private static func byPrefix(_ path: String, _ method: String, reads: Bool) -> GatewayRoute {
        if path.hasPrefix("/debug/errors/") {
            return reads
                ? .oneError(String(path.dropFirst("/debug/errors/".count))) : .wrongMethod(allowed: "GET, HEAD")
        }
        if path.hasPrefix("/debug/") { return .debug }
        if path.hasPrefix("/v1/models/") && reads { return .models(String(path.dropFirst("/v1/models/".count))) }
        if path == "/v1/mcp" || path.hasPrefix("/v1/mcp/") {
            return ServersRoute.route(String(path.dropFirst("/v1/mcp".count)), method, reads: reads)
        }
        if path.hasPrefix("/v1/tools/") {
            let name = String(path.dropFirst("/v1/tools/".count))
            return reads ? .tool(name) : method == "POST" ? .toolRun(name) : .wrongMethod(allowed: "GET, HEAD, POST")
        }
        for promised in Self.promised
        where path == promised || path.hasPrefix(promised + "/") {
            return .notYet
        }
        return path.hasPrefix("/v1/") ? .passThrough : .unknown
    }

    /// For people who ask what there is.
    package static func listed(debug: Bool) -> [String] {
        [
            "POST /v1/messages", "POST /v1/messages/stream", "POST /v1/messages/count_tokens",
            "POST /v1/chat/completions", "POST /v1/responses", "GET /v1/models", "GET /v1/models/{id}", "GET /v1/tools",
            "GET /v1/tools/{name}", "POST /v1/tools/{name}",
            "GET /tool-metrics", "POST /mcp",
        ] + ServersRoute.listed + [
            "GET /health", "GET /health/detailed",
            "GET /livez", "GET /readyz", "GET /status",
            "GET /metrics", "GET /api/hello",
        ] + (debug ? debugListed : [])
    }

    package static let debugListed = [
        "GET /debug/errors/recent", "GET /debug/errors/stats", "GET /debug/errors/{request_id}",
    ]

    private static let promised = [
        "/v1/responses", "/v1/messages/cache", "/v1/messages/batch", "/ui",
    ]

    /// Answered without a key: what load balancers and people look at first, and nothing in it is anybody's secret.
    package var isOpen: Bool {
        switch self {
        case .home, .health, .live, .ready: true
        default: false
        }
    }

    /// Errors have the shape of OpenAI's there.
    var isOpenAI: Bool { self == .chatCompletions || self == .responses }

    /// For metrics: few and fixed, whatever clients send.
    package var label: String {
        switch self {
        case .home: "/"
        case .hello: "/api/hello"
        case .live: "/livez"
        case .ready: "/readyz"
        case .health: "/health"
        case .healthDetailed: "/health/detailed"
        case .status: "/status"
        case .metrics: "/metrics"
        case .recentErrors, .errorStatistics, .oneError: "/debug/errors"
        case .debug: "/debug"
        case .messages: "/v1/messages"
        case .countTokens: "/v1/messages/count_tokens"
        case .chatCompletions: "/v1/chat/completions"
        case .responses: "/v1/responses"
        case .models: "/v1/models"
        case .tools, .tool, .toolRun: "/v1/tools"
        case .toolMetrics: "/tool-metrics"
        case .mcp: "/mcp"
        case .servers: "/v1/mcp"
        case .passThrough: "/v1/…"
        case .notYet, .wrongMethod, .unknown: "other"
        }
    }

    /// Logged only when something is worth saying: probes and scrapes would drown the rest.
    package var isRoutine: Bool {
        switch self {
        case .home, .hello, .live, .ready, .health, .healthDetailed, .status, .metrics, .toolMetrics: true
        default: false
        }
    }
}
