internal import HTTP
internal import LinuxSystem
internal import MCP
internal import Sandbox
internal import ToolRuntime
internal import YAML

/// The running program: event loops with their gateways, from the first socket to the last answer.
///
/// Who lives how long: the loops as long as `run`; each loop's gateway and server as long as the loop. On the way down the
/// listeners go first, then connections as they finish, then the loops, then the log.
final class Sidecar: @unchecked Sendable {
    struct CannotStart: Error {
        let message: String
        let exitCode: ExitCode
    }

    private let loops: [EventLoop]
    /// MCP servers have one of their own: what they say is read there, however long it is, and holds up no request.
    private let serverLoop: EventLoop
    let log: Log
    let cluster: GatewayCluster
    private let configurationSource: ConfigurationReload
    private let toolReload: ToolReload?
    /// To MCP clients.
    private var offered: MCPCombined?
    private let connections = ConnectionBudget()
    private var servers: [HTTPServer] = []
    private var gateways: [Gateway] = []
    private(set) var settings: GatewaySettings
    private var signals: SignalSource?
    private var reloadTimer: LoopTimer?
    /// Runs while we end: first for the open answers, then for those that are cut to be over.
    private var endTimer: LoopTimer?
    private var serversLeft = 0
    private var hasFinished = false
    private var interrupts = 0
    /// Set on the main loop while commands can reach us.
    var control: Control?
    private var port: UInt16 = 0
    /// The first loop runs on the main thread and is where everything about the whole program happens.
    var main: EventLoop { loops[0] }
    var mainGateway: Gateway { gateways[0] }

    /// How soon an edited file takes effect.
    private static let fileLookInterval = TimeSpan.seconds(1)
    /// Answers that are cut are over within a turn of their loop; what waits for something else is not waited for.
    private static let cutTimeMax = TimeSpan.seconds(1)

    init(
        _ settings: GatewaySettings, _ toolReload: ToolReload?, _ source: ConfigurationReload, log: Log
    ) throws(CannotStart) {
        let configuration = settings.configuration
        let tools = toolReload?.setup.settings
        self.toolReload = toolReload
        self.settings = settings
        self.log = log
        configurationSource = source
        let count = configuration.eventLoops == 0 ? ProcessInfo.processorCount : configuration.eventLoops
        do throws(SystemError) {
            var loops: [EventLoop] = []
            for index in 0..<count { loops.append(try EventLoop(index: index)) }
            self.loops = loops
            serverLoop = try EventLoop(index: count)
        } catch {
            throw CannotStart(message: "no event loop: \(error)", exitCode: .failed)
        }
        cluster = GatewayCluster(clock: loops[0].clock)
        cluster.tools = tools.map { ToolDoor($0, on: loops[0]) }
        let managed = managedServers(tools, configuration)
        cluster.servers = managed
        let combined = tools.map { tools in
            MCPCombined(servers: managed) { .tools(tools.policy, tells: managed != nil) }
        }
        offered = combined
        cluster.mcp = combined.map { combined in MCPSessions { combined.server } }
    }

    /// In the folder that the tools work in.
    private func managedServers(_ tools: ToolHostSettings?, _ configuration: Configuration) -> MCPServers? {
        let environment = configurationSource.environment
        guard let tools, environment[MCPSurroundings.mark] == nil,
            let programs = try? ProofSettings.folderOfThisProgram()
        else { return nil }
        let folder = tools.variables.workspace.text
        var surroundings = MCPSurroundings(
            workspace: folder, environment: environment, stateFolder: Places.state(environment),
            programsFolder: programs)
        surroundings.abilities = MCPSurroundings.abilitiesOfAnyone
        let approval = configuration.mcp.approval(file: configurationSource.file)
        return MCPServers(
            MCPServerFiles(folder: folder, environment: environment, approval: approval), surroundings, on: serverLoop,
            accounts: MCPAccounts(tools, keepsArguments: configuration.mcp.logArguments),
            hidesTools: configuration.mcp.tools == .search, log: log)
    }

    /// Binds the port and makes ready; nothing is answered before `run`. Returns the address.
    func open() throws(CannotStart) -> SocketAddress {
        let listen = settings.configuration.listen
        guard var address = SocketAddress(host: listen.host, port: listen.port) else {
            throw CannotStart(message: "listen: \(listen) is no address of this machine", exitCode: .wrongInput)
        }
        do throws(SystemError) {
            // Sockets that share a port do not notice a stranger who shares it too, so one that does not share asks first.
            if address.port != 0 { _ = try Socket.listen(on: address, sharingPort: false) }
            for loop in loops {
                let listener = try Socket.listen(on: address, sharingPort: true)
                if address.port == 0 { address = address.with(port: try Socket.port(of: listener.raw)) }
                addServer(listener, on: loop)
            }
        } catch {
            throw CannotStart(message: PortTaken.explain(error, address), exitCode: .failed)
        }
        port = address.port
        cluster.join(gateways, address: address, configurationFile: configurationSource.absoluteFile)
        // Its agents, and servers that may, ask the providers that are configured then.
        cluster.tools?.subagents = Subagents(on: main, servers: cluster.servers) { [unowned self] in
            (modelDoor, settings.configuration)
        }
        cluster.servers?.sampler = MCPSampler(on: main) { [unowned self] in modelDoor }
        return address
    }

    private var modelDoor: ModelDoor {
        let door = ModelDoor(settings, mainGateway.upstreams, environment: configurationSource.environment)
        door.onAnswer = { [cluster] in cluster.noteAgent($0) }
        return door
    }

    private func addServer(_ listener: consuming Descriptor, on loop: EventLoop) {
        let gateway = Gateway(on: loop, settings: settings, cluster: cluster, log: log)
        let server = HTTPServer(
            listener, on: loop, limits: settings.serverLimits, budget: connections, handler: gateway)
        gateway.server = server
        gateways.append(gateway)
        servers.append(server)
    }

    /// Answers until it is told to stop. `ready` is called on the main loop when the first request may come.
    func run(ready: @escaping @Sendable () -> Void) throws(CannotStart) {
        Memory.keepAtHand()
        for (index, server) in servers.enumerated() {
            loops[index].submit { [self] in start(server) }
        }
        main.submit { [self] in
            watchSignals()
            watchFiles()
            openControl(port: port, environment: configurationSource.environment)
            ready()
            // After it: nobody waits for a server.
            if let servers = cluster.servers { serverLoop.submit { servers.open() } }
        }
        do throws(SystemError) {
            try runAll(loops.dropFirst() + [serverLoop])
        } catch {
            throw CannotStart(message: "no thread: \(error)", exitCode: .failed)
        }
    }

    /// One thread for each of `others`, held on this stack because a thread can be neither copied nor forgotten; the main
    /// loop at the innermost.
    private func runAll(_ others: ArraySlice<EventLoop>) throws(SystemError) {
        guard let next = others.first else { return main.run() }
        let thread = try Thread(name: "sidecar-loop-\(next.index)") { next.run() }
        let result = Result { () throws(SystemError) in try runAll(others.dropFirst()) }
        next.stop()
        thread.join()
        try result.get()
    }

    private func start(_ server: HTTPServer) {
        do {
            try server.start()
        } catch {
            log.error("cannot accept connections", [("error", .text(error.description))])
            main.submit { [self] in stopNow(because: "connections cannot be accepted") }
        }
    }

    // MARK: Signals

    static let handledSignals: [Signal] = [.terminate, .interrupt, .hangUp]

    private func watchSignals() {
        do {
            let source = try SignalSource(Self.handledSignals, on: main) { [self] in take($0) }
            try source.start()
            signals = source
        } catch {
            log.error("signals cannot be read", [("error", .text(error.description))])
        }
    }

    private func take(_ signal: Signal) {
        switch signal {
        case .hangUp:
            reload(because: "SIGHUP")
            reloadTools(because: "SIGHUP")
        case .interrupt:
            interrupts += 1
            if interrupts > 1 { return stopNow(because: "a second SIGINT") }
            stop(because: "SIGINT; once more ends at once")
        default:
            stop(because: "SIGTERM")
        }
    }

    // MARK: Stopping

    func stop(because reason: String) {
        main.assertOnLoop()
        if cluster.isStopping { return }
        let grace = settings.configuration.shutdown.grace
        log.info("stopping: no new connections, open answers get \(grace)", [("because", .text(reason))])
        stopListening()
        setEndTimer(grace) { [self] in stopNow(because: "the grace period is over") }
    }

    /// What is open is cut, and each gets its line in the log before we end.
    func stopNow(because reason: String) {
        main.assertOnLoop()
        if cluster.isCutting { return }
        log.warn("stopping at once: what is still open is cut", [("because", .text(reason))])
        cluster.isCutting = true
        stopListening()
        for (index, server) in servers.enumerated() {
            loops[index].submit { server.closeAll() }
        }
        setEndTimer(Self.cutTimeMax) { [self] in finish() }
    }

    private func stopListening() {
        if cluster.isStopping { return }
        cluster.isStopping = true
        // Who only listens would keep us until the grace period is over.
        cluster.servers?.audience.end()
        serversLeft = servers.count
        for (index, server) in servers.enumerated() {
            let gateway = gateways[index]
            loops[index].submit { [self] in
                server.stop { gateway.afterLastRequest { [self] in main.submit { [self] in serverDidStop() } } }
            }
        }
    }

    private func setEndTimer(_ delay: TimeSpan, _ action: @escaping () -> Void) {
        endTimer?.disarm()
        let timer = LoopTimer(action)
        endTimer = timer
        main.schedule(timer, after: delay)
    }

    private func serverDidStop() {
        serversLeft -= 1
        if serversLeft == 0 { finish() }
    }

    private func finish() {
        if hasFinished { return }
        hasFinished = true
        endTimer?.disarm()
        // Their jails go with us in any case: the kernel ends what is beneath a zygote whose socket closes.
        let tools = cluster.tools
        let servers = cluster.servers
        Task(executorPreference: main) { [self] in
            async let theirEnd: Void? = servers?.stop()
            await tools?.stop()
            await theirEnd
            end()
        }
    }

    private func end() {
        control?.removal.run()
        log.info("stopped")
        log.flush()
        main.stop()
    }

    // MARK: Reloading

    private func watchFiles() {
        let timer = LoopTimer { [self] in
            let changed = configurationSource.changedFiles()
            if !changed.isEmpty { reload(because: "\(changed.joined(separator: ", ")) changed") }
            lookAtPolicy()
            if let reloadTimer { main.schedule(reloadTimer, after: Self.fileLookInterval) }
        }
        reloadTimer = timer
        main.schedule(timer, after: Self.fileLookInterval)
    }

    private func lookAtPolicy() {
        guard let changed = toolReload?.changedFiles() else { return }
        if !changed.trusted.isEmpty { reloadTools(because: "\(changed.trusted.joined(separator: ", ")) changed") }
        for file in changed.waiting {
            log.warn(
                "a policy file changed where tools may write; it takes effect at SIGHUP or the next start",
                [("file", .text(file))])
        }
    }

    /// Calls that are under way, and what runs in the background, end under the rules that they began with.
    private func reloadTools(because reason: String) {
        guard let toolReload, let door = cluster.tools else { return }
        do throws(SettingsError) {
            let managed = cluster.servers
            let changed = try toolReload.renew(settings.configuration, door, managed, offered) {
                .tools($0, tells: managed != nil)
            }
            if changed { managed?.audience.tell(.changed(.tools)) }
            log.info(
                "policy reloaded", [("because", .text(reason)), ("policy", .text(toolReload.setup.source.shownName))])
        } catch {
            let problem = error.problems.map(\.description).joined(separator: "; ")
            log.error(
                "the new policy is wrong, the old one stays in force",
                [("because", .text(reason)), ("problem", .text(problem))])
        }
    }

    /// A file that is wrong leaves everything as it is.
    func reload(because reason: String) {
        main.assertOnLoop()
        do throws(ConfigurationError) {
            let fresh = try configurationSource.load().settings
            let ignored = fresh.configuration.needsRestart(comparedTo: settings.configuration)
            settings = fresh
            for gateway in gateways { gateway.loop.submit { gateway.change(fresh) } }
            cluster.noteReload(problem: nil)
            log.info("configuration reloaded", [("because", .text(reason))])
            for key in ignored { log.warn("\(key) changed, which takes effect at the next start") }
        } catch {
            let problem = error.problems.map(\.description).joined(separator: "; ")
            cluster.noteReload(problem: problem)
            log.error(
                "the new configuration is wrong, the old one stays in force",
                [("because", .text(reason)), ("problem", .text(problem))])
        }
    }
}

extension Configuration {
    /// Keys whose new value a running program cannot take up.
    func needsRestart(comparedTo old: Configuration) -> [String] {
        var keys: [String] = []
        if listen != old.listen { keys.append("listen") }
        if eventLoops != old.eventLoops { keys.append("event_loops") }
        if log != old.log { keys.append("log") }
        if mcp != old.mcp { keys.append("mcp") }
        if policy != old.policy { keys.append("policy") }
        if workspace != old.workspace { keys.append("workspace") }
        return keys
    }
}
