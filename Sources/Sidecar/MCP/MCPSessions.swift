internal import LinuxSystem
package import MCP
internal import Synchronization

/// The conversations of clients that open sessions over HTTP, for the gateways of all loops.
package final class MCPSessions: Sendable {
    private let server: @Sendable () -> MCPServer
    private let sessions = Mutex<[String: MCPSession]>([:])

    /// Agents wait for their people overnight; a client that comes back later opens another.
    private static let idleMax = TimeSpan.seconds(24 * 3600)
    private static let countMax = 4096

    /// `server` is asked with every request: what is offered may change.
    package init(_ server: @escaping @Sendable () -> MCPServer) { self.server = server }

    /// For one request that stands alone.
    func single(toolSession: String?, now: Instant) -> MCPSession {
        MCPSession(server, id: "", toolSession: toolSession, now: now)
    }

    /// To be entered once it is open.
    func fresh(toolSession: String?, now: Instant) -> MCPSession {
        MCPSession(server, id: Self.name(), toolSession: toolSession ?? "mcp-\(Self.name().prefix(16))", now: now)
    }

    func enter(_ session: MCPSession, now: Instant) {
        let left = sessions.withLock { sessions in
            var left = sessions.filter { !$0.value.isBusy && now - $0.value.lastUse >= Self.idleMax }
            if sessions.count - left.count >= Self.countMax,
                let oldest = sessions.filter({ !$0.value.isBusy }).min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                left[oldest.key] = oldest.value
            }
            for key in left.keys { sessions[key] = nil }
            sessions[session.id] = session
            return left
        }
        for old in left.values { old.end() }
    }

    func find(_ id: String) -> MCPSession? { sessions.withLock { $0[id] } }

    /// False when there was none.
    func end(_ id: String) -> Bool {
        guard let session = sessions.withLock({ $0.removeValue(forKey: id) }) else { return false }
        session.end()
        return true
    }

    /// Nobody guesses it: 64 bits of the kernel's for each word.
    static func name(words: Int = 2) -> String {
        (0..<words).map { _ in
            let digits = String(UInt64.random(in: .min...(.max)), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
