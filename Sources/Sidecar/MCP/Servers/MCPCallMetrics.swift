internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// What calls of servers' tools came to, by server and tool.
struct MCPCallMetrics: Sendable {
    private struct Counters: Sendable {
        var outcomes: [String: Int] = [:]
        var nanoseconds: UInt64 = 0
        var longest: UInt64 = 0
        var bytesIn = 0
        var bytesOut = 0

        var calls: Int { outcomes.values.reduce(0, +) }
    }

    private struct Key: Hashable, Comparable {
        let server: String
        let tool: String

        static func < (left: Key, right: Key) -> Bool { (left.server, left.tool) < (right.server, right.tool) }
    }

    private var counters: [Key: Counters] = [:]
    /// Servers come and go, and may name their tools anew each time.
    private static let countersMax = 5000

    mutating func add(_ server: String, _ tool: String, _ entry: AuditEntry) {
        let key = Key(server: server, tool: tool)
        guard counters[key] != nil || counters.count < Self.countersMax else { return }
        var known = counters[key] ?? Counters()
        known.outcomes[entry.outcome.rawValue, default: 0] += 1
        known.nanoseconds += entry.duration.nanoseconds
        known.longest = max(known.longest, entry.duration.nanoseconds)
        known.bytesIn += entry.bytesIn
        known.bytesOut += entry.bytesOut
        counters[key] = known
    }

    var json: JSONValue {
        var servers: JSONValue = [:]
        for (key, known) in counters.sorted(by: { $0.key < $1.key }) {
            var tools = servers[key.server] ?? [:]
            var outcomes: JSONValue = [:]
            for (outcome, count) in known.outcomes.sorted(by: { $0.key < $1.key }) { outcomes[outcome] = .int(count) }
            tools[key.tool] = [
                "calls": .int(known.calls), "outcomes": outcomes, "duration_us_total": .int(known.nanoseconds / 1000),
                "duration_us_mean": .int(known.nanoseconds / 1000 / UInt64(max(1, known.calls))),
                "duration_us_max": .int(known.longest / 1000), "bytes_in": .int(known.bytesIn),
                "bytes_out": .int(known.bytesOut),
            ]
            servers[key.server] = tools
        }
        return servers
    }

    /// For whoever collects metrics.
    var text: String {
        if counters.isEmpty { return "" }
        let sorted = counters.sorted { $0.key < $1.key }.map { key, known in
            (labels: [("server", key.server), ("tool", key.tool)], known: known)
        }
        var text = PrometheusText()
        text.family("sidecar_mcp_calls_total", "counter", "Calls of tools of MCP servers.")
        for (labels, known) in sorted {
            for (outcome, count) in known.outcomes.sorted(by: { $0.key < $1.key }) {
                text.sample("sidecar_mcp_calls_total", labels + [("outcome", outcome)], Double(count))
            }
        }
        text.family(
            "sidecar_mcp_call_seconds_total", "counter", "How long calls of tools of MCP servers took together.")
        for (labels, known) in sorted {
            text.sample("sidecar_mcp_call_seconds_total", labels, Double(known.nanoseconds) / 1e9)
        }
        text.family("sidecar_mcp_call_bytes_total", "counter", "Arguments of calls, and what came back.")
        for (labels, known) in sorted {
            text.sample("sidecar_mcp_call_bytes_total", labels + [("direction", "in")], Double(known.bytesIn))
            text.sample("sidecar_mcp_call_bytes_total", labels + [("direction", "out")], Double(known.bytesOut))
        }
        return text.text
    }
}

extension MCPServers {
    /// From any loop.
    func callMetrics() async -> MCPCallMetrics {
        await loop.call { [self] in accounts?.metrics ?? MCPCallMetrics() }
    }
}
