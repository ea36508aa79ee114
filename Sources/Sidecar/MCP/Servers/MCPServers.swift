internal import JSON
internal import LinuxSystem
internal import MCP
internal import Sandbox
internal import Synchronization
internal import YAML

/// All servers of this sidecar: those that the files name, each with its process. On its loop; what others may know of it from
/// any loop is in `offer`.
final class MCPServers: @unchecked Sendable {
    let loop: EventLoop
    let files: MCPServerFiles
    private(set) var surroundings: MCPSurroundings
    /// Clients see three tools that find the others.
    let hidesTools: Bool
    private let log: Log?
    /// By name; in the order of the files.
    private(set) var servers: [MCPManagedServer] = []
    private(set) var problems: [MCPServersProblem] = []
    private var identities: [File.Identity?] = []
    private var timer: LoopTimer?
    private let shared = Mutex(MCPOffer())
    /// Clients that want to hear what changes.
    let audience = MCPAudience()
    /// What becomes of calls; nil where a command runs a server for itself.
    let accounts: MCPAccounts?
    /// Asks a model for servers that may have its answers. Set before `open`.
    var sampler: MCPSampler?
    /// Calls that wait for a client without a session to come back with an answer.
    let parked = MCPParkedCalls()
    /// Only these, when a command says so.
    private let only: Set<String>?
    private var isOver = false
    private var edition = 0
    /// Servers of which it was said that they wait for a person.
    private var told: Set<String> = []

    /// How soon an edited file takes effect.
    private static let lookInterval = TimeSpan.seconds(1)

    init(
        _ files: MCPServerFiles, _ surroundings: MCPSurroundings, on loop: EventLoop, only: Set<String>? = nil,
        accounts: MCPAccounts? = nil, hidesTools: Bool = false, log: Log? = nil
    ) {
        self.loop = loop
        self.files = files
        self.surroundings = surroundings
        self.only = only
        self.accounts = accounts
        self.hidesTools = hidesTools
        self.log = log
        audience.onInterest { [weak self] in
            guard let self else { return }
            loop.submit { [weak self] in self?.watch() }
        }
    }

    /// As it is now, from any loop.
    var offer: MCPOffer { shared.withLock { $0 } }

    // MARK: Files

    /// Starts what is to run; nobody waits for it. `abilities`: of the one client that all of it is for.
    func open(abilities: JSONValue? = nil) {
        loop.assertOnLoop()
        if let abilities { surroundings.abilities = abilities }
        load()
        let timer = LoopTimer { [unowned self] in
            if files.identities != identities { load() }
            if let timer = self.timer, !isOver { loop.schedule(timer, after: Self.lookInterval) }
        }
        self.timer = timer
        loop.schedule(timer, after: Self.lookInterval)
    }

    func load() {
        loop.assertOnLoop()
        if isOver { return }
        // Before the reading: a change that comes meanwhile is seen at the next look.
        identities = files.identities
        var (entries, problems, broken) = files.read()
        self.problems = problems
        for problem in problems { log?.warn("MCP servers", [("problem", .text(problem.description))]) }
        tellOfPending(entries)
        entries = entries.filter { !$0.isThisProgram && only?.contains($0.name) ?? true }
        let named = Set(entries.map(\.name))
        for server in servers where !named.contains(server.name) {
            // While its file cannot be read nobody knows what became of it.
            if broken.contains(server.entry.file) { continue }
            server.stop()
            leaving.append(server)
        }
        let kept = servers.filter { named.contains($0.name) || broken.contains($0.entry.file) }
        servers = entries.map { entry in
            if let known = kept.first(where: { $0.name == entry.name }) {
                if known.entry != entry { known.change(entry) }
                return known
            }
            return add(entry)
        }
        servers += kept.filter { !named.contains($0.name) }
        publish()
    }

    /// Once for each, and not at every look.
    private func tellOfPending(_ entries: [MCPServerEntry]) {
        let pending = Set(entries.filter { $0.pending != nil }.map(\.name))
        for name in pending.subtracting(told).sorted() {
            log?.warn(
                "an MCP server waits for approval", [("server", .text(name)), ("see", .text("sidecar mcp status"))])
        }
        told = pending
    }

    /// Those that are no longer named, until they have ended.
    private var leaving: [MCPManagedServer] = []

    private func add(_ entry: MCPServerEntry) -> MCPManagedServer {
        let server = MCPManagedServer(entry, surroundings, on: loop)
        (server.accounts, server.sampler) = (accounts, sampler)
        server.offered = MCPToolMemory.recall(entry, surroundings) ?? [:]
        server.whenChanged = { [weak self, weak server] in
            guard let self, let server else { return }
            didChange(server)
        }
        server.whenUpdated = { [weak self] uri in
            self?.audience.tell(.updated(uri: MCPResourceNames.offered(entry.name, uri)))
        }
        server.startUnlessLazy()
        return server
    }

    private func didChange(_ server: MCPManagedServer) {
        if server.state == .ready { MCPToolMemory.keep(server.entry, server.offered, surroundings) }
        if server.state == .failed, let error = server.error {
            log?.warn("MCP server failed", [("server", .text(server.name)), ("error", .text(error))])
        }
        leaving.removeAll { !$0.isRunning }
        publish()
    }

    /// The policy is another. From any loop.
    func change(_ policy: Policy) {
        loop.submit { [self] in
            accounts?.change(policy)
            publish()
        }
    }

    private func publish() {
        let fresh = MCPOffer(servers, edition: edition + 1) { [accounts] server, tool in
            accounts?.denial(server, tool) == nil
        }
        let known = offer
        let changes = fresh.changes(since: known)
        if changes.isEmpty, fresh.places == known.places, fresh.untold == known.untold { return }
        edition += 1
        shared.withLock { $0 = fresh }
        // Resources and their templates are told of by one word.
        for what in changes where what != .templates || !changes.contains(.resources) { audience.tell(.changed(what)) }
    }

    /// Has each server tell of the resources that clients want to hear of.
    private func watch() {
        let wanted = audience.resources.compactMap { MCPResourceNames.parse($0) }
        for server in servers {
            server.watch(
                wanted.filter { $0.server == server.name && server.entry.resources.offers($0.uri) }.map(\.uri).sorted())
        }
    }

    // MARK: One of them

    func find(_ name: String) throws(MCPTrouble) -> MCPManagedServer {
        if let server = servers.first(where: { $0.name == name }) { return server }
        throw .unknown(Self.unknown(name, servers.map(\.name)))
    }

    static func unknown(_ name: String, _ known: [String]) -> String {
        let hint = NearestName.hint(for: name, among: known)
        let there =
            known.isEmpty
            ? "; there is none, `sidecar mcp add` adds one" : "; there are \(known.joined(separator: ", "))"
        return "there is no server `\(name)`\(hint.isEmpty ? there : hint)"
    }

    var statuses: JSONValue { .array(servers.map(\.status)) }

    /// Returns when of none that starts for the first time it is unknown what it offers, or each has had its time. So a client that
    /// asks in the first moment of a sidecar is not told that there is nothing.
    func introduced(within limit: TimeSpan) async {
        await Task(executorPreference: loop) { [self] in
            while servers.contains(where: { $0.isUnknownYet(within: limit) }) { await loop.sleep(.milliseconds(10)) }
        }.value
    }

    /// Whether `introduced` would wait. On the loop.
    var isBeingIntroduced: Bool { servers.contains { $0.isUnknownYet(within: Self.introductionTime) } }

    // MARK: Calls

    /// From any loop; the answer comes back there.
    func call(
        _ server: String, _ tool: String, _ arguments: JSONValue, limit: TimeSpan? = nil,
        hearing: MCPHearing = .nothing
    ) async -> Result<JSONValue, MCPTrouble> {
        await onLoop { servers throws(MCPTrouble) in
            let found = try servers.find(server)
            guard let accounts = servers.accounts else {
                return try await found.call(tool, arguments, limit: limit, hearing: hearing)
            }
            return try await accounts.run(found, tool, arguments, limit, hearing, isPerson: false)
        }
    }

    /// From any loop; the answer comes back there. A task that is cancelled ends what was begun.
    func onLoop(
        _ work: @escaping @Sendable (MCPServers) async throws(MCPTrouble) -> JSONValue
    ) async -> Result<JSONValue, MCPTrouble> {
        let task = Task(executorPreference: loop) { [self] in
            do throws(MCPTrouble) {
                return Result<JSONValue, MCPTrouble>.success(try await work(self))
            } catch {
                return .failure(error)
            }
        }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Ends all, and returns when nothing is left of them.
    func stop() async {
        await Task(executorPreference: loop) { [self] in
            isOver = true
            timer?.disarm()
            parked.end()
            for server in servers { server.stop() }
            for server in servers + leaving { await server.settled() }
        }.value
    }
}
