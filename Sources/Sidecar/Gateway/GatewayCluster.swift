internal import HTTP
internal import JSON
package import LinuxSystem
internal import Synchronization

/// What the gateways of all event loops know together. Touched by operators' requests and by errors, not by the traffic.
package final class GatewayCluster: Sendable {
    package let recentErrors = RecentErrors()
    let probes = ProviderProbes()
    let modelAnswers = ModelOffers.cache()
    let started: Instant
    private let clock: any Clock

    private struct State {
        var gateways: [Gateway] = []
        var address: SocketAddress?
        var configurationFile: String?
        var reloads = 0
        var reloadProblem: String?
        /// What agents asked of providers: not through a server, and on no loop of a gateway's.
        var agents = Metrics()
        var dropped = DroppedFeatures()
        var tools: ToolDoor?
        var mcp: MCPSessions?
        var servers: MCPServers?
        var isStopping = false
        var isCutting = false
    }
    private let state = Mutex(State())

    package init(clock: any Clock) {
        self.clock = clock
        started = clock.now()
    }

    var uptime: TimeSpan { clock.now() - started }

    package func join(_ gateways: [Gateway], address: SocketAddress, configurationFile: String?) {
        state.withLock {
            $0.gateways = gateways
            $0.address = address
            $0.configurationFile = configurationFile
        }
    }

    var gateways: [Gateway] { state.withLock { $0.gateways } }
    var address: String { state.withLock { $0.address?.description ?? "" } }
    /// The one that is really listened on, where the configuration leaves the choice to the kernel.
    var port: UInt16 { state.withLock { $0.address?.port ?? 0 } }
    var configurationFile: String? { state.withLock { $0.configurationFile } }

    /// nil where no tool can be run: in tests of everything else.
    package var tools: ToolDoor? {
        get { state.withLock { $0.tools } }
        set { state.withLock { $0.tools = newValue } }
    }

    /// The tools as an MCP server; nil where there are none.
    package var mcp: MCPSessions? {
        get { state.withLock { $0.mcp } }
        set { state.withLock { $0.mcp = newValue } }
    }

    /// The MCP servers that are managed; nil where nothing is.
    var servers: MCPServers? {
        get { state.withLock { $0.servers } }
        set { state.withLock { $0.servers = newValue } }
    }

    func noteAgent(_ record: RequestRecord) { state.withLock { $0.agents.record(record, as: "agent") } }

    /// What providers did not get, of all conversations.
    func noteDropped(_ record: RequestRecord) { state.withLock { $0.dropped.note(record) } }
    var dropped: JSONValue { state.withLock { $0.dropped.json } }

    var isStopping: Bool {
        get { state.withLock { $0.isStopping } }
        set { state.withLock { $0.isStopping = newValue } }
    }

    /// What is open is being cut: whose answer ends now did not leave.
    var isCutting: Bool {
        get { state.withLock { $0.isCutting } }
        set { state.withLock { $0.isCutting = newValue } }
    }

    /// How reloading went the last time; nil when it went well.
    var reloadProblem: String? { state.withLock { $0.reloadProblem } }
    var reloads: Int { state.withLock { $0.reloads } }

    package func noteReload(problem: String?) {
        state.withLock {
            $0.reloadProblem = problem
            if problem == nil { $0.reloads += 1 }
        }
    }

    /// The counters of all loops, each read on its own. `takesLag`: the longest turn counts from now on anew, which is for
    /// the scraper only.
    func metrics(takesLag: Bool = false) async -> Metrics {
        var total = state.withLock { $0.agents }
        for gateway in gateways {
            total.add(
                await gateway.loop.call {
                    var metrics = gateway.metrics
                    metrics.connections = gateway.server?.connectionCount ?? 0
                    metrics.upstreamTransfers = gateway.upstreams.activeCount
                    if takesLag { metrics.longestTurn = gateway.loop.takeLongestTurn() }
                    return metrics
                })
        }
        return total
    }
}
