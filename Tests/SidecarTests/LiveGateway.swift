import HTTP
import LinuxSystem
import Sidecar
import TestSupport
import Testing

/// A whole gateway on one event loop of this process: real sockets on both sides, and a clock that only the test moves.
struct LiveGateway: Sendable {
    /// How the gateway reaches the test's upstream: by the transport of our own, or by libcurl. The latter takes every
    /// request that goes through a proxy, so the upstream plays one.
    enum Way: CaseIterable, Codable, Sendable { case plain, curl }

    let loop: EventLoop
    let clock: ManualClock
    let port: UInt16
    fileprivate let stage: Stage

    /// What is alive, touched on the loop only.
    fileprivate final class Stage: HTTPHandler, @unchecked Sendable {
        let cluster: GatewayCluster
        var gateway: Gateway?
        var server: HTTPServer?
        var exchanges: [Weak] = []

        init(_ cluster: GatewayCluster) { self.cluster = cluster }

        func respond(to exchange: ServerExchange) async {
            exchanges.append(Weak(exchange: exchange))
            await gateway?.respond(to: exchange)
        }
    }

    fileprivate struct Weak { weak var exchange: ServerExchange? }

    /// What the gateway has in its hands.
    struct Hold: Equatable, Sendable {
        var connections = 0
        var requests = 0
        var transfers = 0
        /// Objects, not only those that are still answering.
        var exchanges = 0
    }

    func hold() async -> Hold {
        await loop.call { [stage] in
            Hold(
                connections: stage.server?.connectionCount ?? 0, requests: stage.gateway?.metrics.inFlight ?? 0,
                transfers: stage.gateway?.upstreams.activeCount ?? 0,
                exchanges: stage.exchanges.count { $0.exchange != nil })
        }
    }

    /// How many requests were ever begun.
    func begun() async -> Int { await loop.call { [stage] in stage.exchanges.count } }

    func holds(_ expected: Hold) async -> Bool { await eventually { await hold() == expected } }
    func holdsNothing() async -> Bool { await holds(Hold()) }

    /// Moves the clock, and lets what is due happen.
    func pass(_ time: TimeSpan) async { await clock.pass(time, on: loop) }

    func connect() throws -> TestSocket { try TestSocket(connectingTo: port) }

    static func post(_ body: String, _ path: String = "/v1/messages", _ fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static let ask = post(#"{"model":"m","max_tokens":9,"messages":[]}"#)
    static let askForStream = post(#"{"model":"m","max_tokens":9,"stream":true,"messages":[]}"#)
}

/// A gateway whose only provider is `upstream`, or whoever has `port`. At the end nothing of it may be left alive.
func withGateway(
    _ upstream: TestUpstream, _ way: LiveGateway.Way = .plain, port: UInt16? = nil, settings: String = "",
    _ body: (LiveGateway) async throws -> Void
) async throws {
    let address = "http://127.0.0.1:\(port ?? upstream.port)"
    let (url, proxy) = way == .plain ? (address, "none") : ("http://upstream.invalid", address)
    let configuration = try configuration(
        """
        providers: { up: { type: anthropic, base_url: "\(url)", proxy: "\(proxy)" } }
        \(settings)
        """)
    let clock = ManualClock()
    try await withLoop(clock: clock) { loop in
        let (stage, port) = try await Task(executorPreference: loop) {
            try open(configuration, on: loop)
        }.value
        let gateway = LiveGateway(loop: loop, clock: clock, port: port, stage: stage)
        do {
            try await body(gateway)
        } catch {
            await close(gateway)
            throw error
        }
        await close(gateway)
    }
}

private func open(_ configuration: Configuration, on loop: EventLoop) throws -> (LiveGateway.Stage, UInt16) {
    let address = SocketAddress(host: "127.0.0.1", port: 0)!
    let listener = try Socket.listen(on: address, sharingPort: false)
    let port = try Socket.port(of: listener.raw)
    let settings = try GatewaySettings(configuration, environment: [:])
    let cluster = GatewayCluster(clock: loop.clock)
    let quiet = Log(
        try LineWriter(fd: try Descriptor.open("/dev/null", .writeOnly).release()), format: .json, level: .error,
        isColoured: false)
    let gateway = Gateway(on: loop, settings: settings, cluster: cluster, log: quiet)
    let stage = LiveGateway.Stage(cluster)
    let server = HTTPServer(
        listener, on: loop, limits: settings.serverLimits, handler: stage)
    gateway.server = server
    stage.gateway = gateway
    stage.server = server
    cluster.join([gateway], address: address.with(port: port), configurationFile: nil)
    try server.start()
    return (stage, port)
}

private func close(_ live: LiveGateway) async {
    let (loop, stage) = (live.loop, live.stage)
    await loop.call {
        stage.server?.stop {}
        stage.server?.closeAll()
    }
    #expect(await live.holdsNothing())
    let isGone = await loop.call {
        weak let gateway = stage.gateway
        weak let server = stage.server
        stage.cluster.join([], address: SocketAddress(host: "127.0.0.1", port: 0)!, configurationFile: nil)
        stage.gateway = nil
        stage.server = nil
        return gateway == nil && server == nil
    }
    #expect(isGone, "somebody still holds the gateway or its server")
}
