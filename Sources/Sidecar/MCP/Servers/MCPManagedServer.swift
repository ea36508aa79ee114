internal import JSON
internal import LinuxSystem
internal import MCP

/// One server: started, watched, started again when it dies, and ended with all that came of it. On its loop only, which
/// `@unchecked Sendable` stands on.
final class MCPManagedServer: @unchecked Sendable {
    /// The words of the contract.
    enum State: String, Sendable, CaseIterable {
        case stopped, starting, ready, backoff, failed, stopping, disabled
    }

    let name: String
    let loop: EventLoop
    let surroundings: MCPSurroundings
    let log: MCPServerLog
    private(set) var entry: MCPServerEntry
    private(set) var state: State
    /// What went wrong last, in words that a person can act on.
    private(set) var error: String?
    private(set) var restarts = 0
    private(set) var lastEnding: MCPEnding?
    private(set) var startedAt: Instant?
    private(set) var readySince: Instant?
    /// A person wants it so: no call starts it.
    private(set) var isHeldBack = false
    /// What it offers, as it was last told; remembered while it does not run.
    var offered: [MCPOffered: [JSONValue]] = [:]
    var requests: [MCPRequestTicket: MCPPendingRequest] = [:]
    /// Of its tools, those that have some.
    var parameterFields: [String: MCPParameterFields] = [:]
    /// Its own, until they are answered.
    var questions: [RPCID: Task<Void, Never>] = [:]
    /// What becomes of calls, and who asks a model for it; nil where a command runs it for itself.
    var accounts: MCPAccounts?
    var sampler: MCPSampler?
    /// Told when it is, or offers, something else than before.
    var whenChanged: (() -> Void)?
    /// Told of resources that are not what they were, by the server's own names.
    var whenUpdated: ((String) -> Void)?
    /// Of which resources that is wanted.
    private var watched: [String] = []
    /// From which level on it was asked to tell its log.
    var logLevel: MCPLogLevel?
    var client: MCPClient?
    private(set) var link: (any MCPLink)?
    private var attempts: MCPRestarts
    private var settlers: [CheckedContinuation<Void, Never>] = []
    /// Why it has to end, when that is our decision.
    private var verdict: String?
    /// Only a person can help: it is not tried again by itself.
    var needsPerson = false
    private var startsAgain = false
    private var opensSession = false
    private var closing = MCPFirmness.input
    /// Which process is meant: what was put off for one must not hit the next.
    private(set) var generation = 0
    private lazy var deadline = LoopTimer { [unowned self] in tick() }
    private lazy var delay = LoopTimer { [unowned self] in launch() }
    private lazy var patience = LoopTimer { [unowned self] in closeHarder() }
    private lazy var usage = MCPUsageWatch(on: loop) { [unowned self] in condemn($0) }
    private lazy var health = LoopTimer { [unowned self] in checkHealth() }

    private static let closingTime = TimeSpan.seconds(2)
    private static let healthInterval = TimeSpan.seconds(30)
    private static let healthTime = TimeSpan.seconds(10)

    init(_ entry: MCPServerEntry, _ surroundings: MCPSurroundings, on loop: EventLoop) {
        name = entry.name
        self.entry = entry
        self.loop = loop
        self.surroundings = surroundings
        log = MCPServerLog(name: entry.name, folder: surroundings.stateFolder.map { MCPServerLog.folder($0) })
        attempts = MCPRestarts(entry.restart)
        state = entry.mayRun ? .stopped : .disabled
        error = entry.pending
    }

    var isRunning: Bool { link != nil }

    /// Being started for the first time, and not for long.
    func isUnknownYet(within limit: TimeSpan) -> Bool {
        guard state == .starting, restarts == 0, offered[.tools] == nil, let startedAt else { return false }
        return loop.clock.now() - startedAt < limit
    }

    private var isOnItsWay: Bool { [.starting, .backoff, .stopping].contains(state) }

    private func become(_ state: State, _ error: String? = nil) {
        self.state = state
        if state != .backoff && state != .starting || error != nil { self.error = error }
        log.note(error.map { "\(state.rawValue): \($0)" } ?? state.rawValue)
        if !isOnItsWay {
            let waiting = settlers
            settlers = []
            for one in waiting { one.resume() }
        }
        whenChanged?()
    }

    /// Returns once it is decided whether it runs.
    func settled() async {
        // One that is started again was stopped for a moment.
        while isOnItsWay { await withCheckedContinuation { settlers.append($0) } }
    }

    // MARK: What people and files want

    /// By a person, or at the start of everything: what happened before does not count.
    func start() {
        loop.assertOnLoop()
        isHeldBack = false
        switch state {
        case .starting, .ready: return
        case .stopping:
            startsAgain = true
            return
        case .stopped, .backoff, .failed, .disabled: break
        }
        guard entry.mayRun else { return become(.disabled, entry.pending) }
        attempts = MCPRestarts(entry.restart)
        delay.disarm()
        launch()
    }

    /// For a call that needs it.
    func startIfWanted() { if state == .stopped && !isHeldBack { start() } }

    func stop(heldBack: Bool = true) {
        loop.assertOnLoop()
        isHeldBack = heldBack
        startsAgain = false
        delay.disarm()
        switch state {
        case .stopping, .stopped, .disabled: return
        case .backoff, .failed: rest()
        case .starting, .ready:
            guard let link else { return become(.stopped) }
            become(.stopping)
            endRequests("the server is being stopped")
            closing = .input
            link.close(.input)
            loop.schedule(patience, after: Self.closingTime)
        }
    }

    func restart() {
        if link == nil {
            if state == .stopping {
                startsAgain = true
            } else {
                stop()
                start()
            }
            return
        }
        stop(heldBack: false)
        startsAgain = true
    }

    /// What the file says now.
    func change(_ fresh: MCPServerEntry) {
        let isSame = fresh.isSameProgram(as: entry)
        let wasEnabled = entry.mayRun
        entry = fresh
        attempts = MCPRestarts(fresh.restart)
        if !fresh.mayRun {
            if isRunning {
                stop()
            } else {
                delay.disarm()
                become(.disabled, fresh.pending)
            }
        } else if !isSame {
            offered = [:]
            opensSession = false
            if isRunning || state == .backoff {
                restart()
            } else if state != .stopped || !isHeldBack {
                startUnlessLazy()
            }
        } else if !wasEnabled {
            if state == .stopping {
                startsAgain = !fresh.isLazy
            } else {
                become(.stopped)
                startUnlessLazy()
            }
        }
        whenChanged?()
    }

    func startUnlessLazy() {
        guard entry.mayRun else { return become(.disabled, entry.pending) }
        if let problem = entry.problem { return become(.failed, problem) }
        if entry.isLazy { return become(.stopped) }
        start()
    }

    /// It does not run, and nothing is wrong with that.
    private func rest() { become(entry.mayRun ? .stopped : .disabled, entry.pending) }

    private func closeHarder() {
        guard state == .stopping || verdict != nil, let link else { return }
        closing = closing == .input ? .terminate : .kill
        link.close(closing)
        if closing != .kill { loop.schedule(patience, after: Self.closingTime) }
    }

    // MARK: One process

    private func launch() {
        if let problem = entry.problem { return become(.failed, problem) }
        generation += 1
        verdict = nil
        needsPerson = false
        logLevel = nil
        log.begin()
        var settings = surroundings.settings
        settings.openingTime = entry.openingTime
        settings.samples = sampling != nil
        // The old transport is older than what does without sessions.
        settings.opensSession = opensSession || entry.transport == .sse
        client = MCPClient(settings)
        readySince = nil
        startedAt = loop.clock.now()
        let made: Result<any MCPLink, MCPSurroundings.Unfound> = makeLink()
        switch made {
        case .failure(let unfound): become(.failed, unfound.message)
        case .success(let link):
            self.link = link
            become(.starting)
            perform(client?.open(loop.clock.now()) ?? [])
        }
    }

    /// `bytes`: of what they come of.
    func perform(_ actions: [MCPClient.Action], bytes: Int = 0) {
        for action in actions {
            switch action {
            case .send(let message): link?.send(message)
            case .opened: didOpen()
            case .finished(let ticket, let result): requests.removeValue(forKey: ticket)?.finish(result)
            case .progress(let ticket, let parameters): requests[ticket]?.hearing.take(progress: parameters)
            case .changed(let what): listAgain(what)
            case .updated(let uri): whenUpdated?(uri)
            case .asked(let id, let ticket, let kind, let parameters): ask(id, ticket, kind, parameters)
            case .withdrawn(let id): withdraw(id)
            case .logged(let message):
                log.write(.message, message.text())
                for request in requests.values { request.hearing.take(log: message, of: name) }
            case .noise(let text):
                if !log.noise(text, bytes: bytes, loop.now) {
                    condemn("it writes too much to standard output that is no message of the protocol")
                }
            case .broken(let reason): condemn(reason)
            }
        }
        schedule()
    }

    private func schedule() {
        guard let next = client?.nextDeadline, next != .distantFuture else { return deadline.disarm() }
        loop.schedule(deadline, at: next)
    }

    private func tick() { perform(client?.tick(loop.clock.now()) ?? []) }

    private func didOpen() {
        let number = generation
        Task(executorPreference: loop) { [self] in
            let problem = await listAll()
            guard number == generation, state == .starting else { return }
            if let problem { return condemn(problem) }
            readySince = loop.clock.now()
            become(.ready)
            watch(watched)
            loop.schedule(health, after: Self.healthInterval)
            usage.start(entry, beneath: link?.root)
        }
    }

    /// Clients want to hear when these change.
    func watch(_ uris: [String]) {
        watched = uris
        if state == .ready { perform(client?.watch(uris, loop.clock.now()) ?? []) }
    }

    /// It has to end, and not because anybody wanted it to.
    func condemn(_ reason: String) {
        guard verdict == nil, state != .stopping, let link else { return }
        verdict = reason
        endRequests(reason)
        closing = .kill
        link.close(.kill)
    }

    private func checkHealth() {
        guard state == .ready else { return }
        // What works on something may be too busy to say so.
        guard requests.isEmpty else { return loop.schedule(health, after: Self.healthInterval) }
        let number = generation
        Task(executorPreference: loop) { [self] in
            let result = await ping(limit: Self.healthTime)
            guard number == generation, state == .ready else { return }
            if case .failure(.timedOut) = result {
                return condemn("it hangs: no answer to a ping within \(Self.healthTime)")
            }
            loop.schedule(health, after: Self.healthInterval)
        }
    }
}

// MARK: - What happens to the process

extension MCPManagedServer: MCPLinkEvents {
    func linkDidReceive(_ line: RPCLines.Line, during request: Int?) {
        let count = if case .text(let bytes) = line { bytes.count } else { MCPClient.answerBytesMax }
        // What comes behind the last straw is not looked at.
        if verdict == nil { perform(client?.receive(line, during: request, loop.clock.now()) ?? [], bytes: count) }
    }

    func linkDidReceive(diagnostics: [UInt8]) { log.take(diagnostics) }

    func linkDidFail(_ reason: String) { condemn(reason) }

    func linkDidStart(pid: Int32) { log.note("process \(pid)") }

    func linkDidEnd(_ ending: MCPEnding, reason: String?) {
        loop.assertOnLoop()
        let denied = link?.denied ?? []
        link = nil
        usage.stop()
        patience.disarm()
        health.disarm()
        deadline.disarm()
        log.finish()
        let wasStarting = state == .starting
        // Some die of a question that they do not know: the next one is not asked it.
        if wasStarting, client?.phase == .asking { opensSession = true }
        if reason == nil, entry.transport == .stdio { lastEnding = ending }
        let upSince = readySince
        readySince = nil
        let words = explanation(ending, reason, wasStarting) + Self.shown(denied)
        endRequests(words)
        client = nil
        if state == .stopping {
            rest()
            if startsAgain {
                startsAgain = false
                start()
            }
            return
        }
        // A program that cannot be run will not be runnable in a second.
        if reason != nil || needsPerson { return become(.failed, words) }
        let wasFailure = verdict != nil || wasStarting || ending.isFailure
        switch attempts.ended(
            wasFailure: wasFailure, readySince: upSince, now: loop.clock.now(), chance: Double.random(in: 0...1))
        {
        case .stay: become(wasFailure ? .failed : .stopped, words)
        case .giveUp:
            become(.failed, "\(words); that was the \(MCPRestarts.countMax + 1)th time within \(MCPRestarts.window)")
        case .again(let time):
            restarts += 1
            become(.backoff, words)
            loop.schedule(delay, after: time)
        }
    }

    private func explanation(_ ending: MCPEnding, _ reason: String?, _ wasStarting: Bool) -> String {
        var words: String
        if let reason {
            words = "\(entry.command) cannot be started: \(reason)"
        } else if let verdict {
            words = verdict
        } else {
            words = ending.text + (wasStarting ? " before it was ready" : "")
        }
        if let last = lastWords { words += "; its last words: \(last)" }
        return words
    }
}
