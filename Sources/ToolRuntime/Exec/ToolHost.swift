internal import JSON
package import LinuxSystem
internal import Sandbox

/// Runs tools for one policy and one workspace: the one way that every call takes, from whichever door it comes.
///
/// Schema, then the policy's word, then the jail, then a bounded result, then the log. On its loop only, which
/// `@unchecked Sendable` stands on; whoever made it stops it.
package final class ToolHost: @unchecked Sendable {
    package let settings: ToolHostSettings
    private let loop: EventLoop
    private let jails: ToolJails
    private let workers: WorkerPool
    private let background: BackgroundRuns
    private let turns: Turns
    private let files: OutputFiles
    private let sessions: SessionBook
    private let audit: ToolAudit
    private let budget: RunBudget
    private let judge: CallJudge
    /// nil until it is needed.
    private var web: WebAccess?
    private let keeper: CheckpointKeeper?
    package private(set) var metrics = ToolMetrics()
    /// nil: Task says that there are no models.
    package var subagents: (any SubagentRunner)?
    private var callsUnderWay = 0
    private var isRetired = false
    /// Retired, and nothing of it runs any more.
    package private(set) var isSpent = false
    private lazy var rest = LoopTimer { [weak self] in self?.restNow() }

    /// Jails that nobody has used for so long end, and with them what they keep in the workspace, where people see it. Longer
    /// than an agent thinks between two calls, most of the time; the next call then waits 10 ms more.
    private static let restTime = TimeSpan.seconds(20)
    /// Of a retired host, which waits for the last that it has begun.
    private static let lookTime = TimeSpan.seconds(5)

    /// Without a place of its own for what is kept nothing runs: a run that nobody can look up did not happen.
    /// - old: whose settings were replaced: what callers know of stays the same.
    package init(
        _ settings: ToolHostSettings, on loop: EventLoop, after old: ToolHost? = nil
    ) throws(SystemError) {
        self.settings = settings
        self.loop = loop
        files = OutputFiles(stateFolder: settings.stateFolder, workspace: settings.variables.workspace.text)
        try files.prepare()
        jails = ToolJails(settings, on: loop)
        workers = WorkerPool(path: settings.worker)
        sessions =
            old?.sessions ?? SessionBook(SessionStore(path: "\(settings.stateFolder)/sessions.sqlite"), on: loop)
        background = old?.background ?? BackgroundRuns()
        turns = old?.turns ?? Turns()
        if let old { metrics = old.metrics }
        audit = ToolAudit(folder: "\(settings.stateFolder)/audit")
        budget = RunBudget(clock: loop.clock)
        judge = CallJudge(settings, clock: loop.clock)
        keeper = settings.keepsChanges ? CheckpointKeeper(settings) : nil
    }

    /// For what lasts longer than a call.
    package static func freshName() -> String { OutputFiles.freshName() }

    /// The end of a host that came after another and shares what goes on with it.
    package func close() async {
        rest.disarm()
        workers.stop()
        await end(jails.takeAll())
    }

    /// Ends all that runs, and waits for it.
    package func stop() async {
        loop.assertOnLoop()
        rest.disarm()
        background.stop()
        workers.stop()
        web = nil
        await end(jails.takeAll())
        await sessions.settle()
    }

    // MARK: Rest

    private var isIdle: Bool { callsUnderWay == 0 && background.isEmpty }

    private func callBegins() {
        callsUnderWay += 1
        rest.disarm()
    }

    private func callEnds() {
        callsUnderWay -= 1
        if callsUnderWay == 0 { loop.schedule(rest, after: isRetired ? .zero : Self.restTime) }
        if isIdle { endSoon(jails.takeSuperseded()) }
    }

    private func restNow() {
        if !isIdle { return loop.schedule(rest, after: isRetired ? Self.lookTime : Self.restTime) }
        isSpent = isRetired
        endSoon(jails.takeAll())
    }

    /// Others take the calls from now on.
    package func retire() {
        isRetired = true
        rest.disarm()
        restNow()
    }

    private func endSoon(_ started: [ToolJails.Start]) {
        if !started.isEmpty { Task(executorPreference: loop) { [self] in await end(started) } }
    }

    /// Nothing runs in them, and nobody finds them any more.
    private func end(_ started: [ToolJails.Start]) async {
        for start in started {
            guard case .success(let jail) = await start.value else { continue }
            workers.stop(in: jail)
            await jail.stop()
        }
    }

    package func run(_ call: ToolCall) async -> ToolResult {
        loop.assertOnLoop()
        callBegins()
        defer { callEnds() }
        let began = loop.clock.now()
        let call = CompanionCalls.rewritten(call, outputs: files.folder) ?? call
        let tool = ToolName.canonical(call.tool)
        let (outcome, decision, input) = await judged(call, tool)
        var result = ToolResult(
            tool: tool, ending: outcome.ending, content: outcome.content.map(Self.neutral),
            structured: outcome.structured, denied: outcome.denials.first, policy: settings.policy.shownName,
            layers: outcome.layers)
        result.duration = loop.clock.now() - began
        if let decision, let problem = await audit.note(result, call, decision, input, outcome, settings) {
            result.content.append(.text("[\(problem)]"))
        }
        metrics.add(result)
        return result
    }

    private static func neutral(_ content: ToolContent) -> ToolContent {
        if case .text(let text) = content { .text(ShownText.neutral(text)) } else { content }
    }

    // MARK: The way of a call

    private func judged(_ call: ToolCall, _ tool: String) async -> (ToolOutcome, Decision?, JSONValue) {
        if CompanionCalls.names.contains(tool) {
            return (.failure("invalid_input", CompanionCalls.problem, ending: .wrongInput), nil, [:])
        }
        guard let declaration = ToolCatalog.tool(tool) else {
            return (.failure("unknown_tool", ToolCatalog.unknown(call.tool), ending: .wrongInput), nil, [:])
        }
        if let session = call.session, !ToolCall.isSessionName(session) {
            return (.failure("bad_session", ToolCall.sessionNameRule, ending: .wrongInput), nil, [:])
        }
        let input: JSONValue
        do throws(InputProblems) {
            input = try declaration.read(call.input)
        } catch {
            let problems = JSONValue.array(error.problems.map(\.json))
            return (.failure("invalid_input", error.text, ["problems": problems], ending: .wrongInput), nil, [:])
        }
        let decision: Decision
        do throws(ToolCallProblem) {
            decision = try judge.decide(tool, input)
        } catch {
            return (.failure("invalid_input", error.message, ending: .wrongInput), nil, [:])
        }
        if decision.outcome == .deny { return (denied(decision, tool, input), decision, input) }
        if settings.requiresAudit, let obstacle = await audit.obstacle() {
            return (.failure("no_audit_log", ToolAudit.refusal(obstacle)), decision, input)
        }
        let limits = settings.policy.rules(for: tool).limits
        if let denial = await budget.enter(limits) {
            return (Self.denied(denial, [:], BashReport.text(denial)), decision, input)
        }
        // An agent waits for its own calls, which need the places.
        let holdsPlace = tool != "Task"
        if !holdsPlace { budget.leave() }
        defer { if holdsPlace { budget.leave() } }
        return (await perform(tool, input, call), decision, input)
    }

    /// As `policy explain` has it: with all that would have to be added and not the next rule alone, and nothing where even
    /// that would not be enough. But told of what may be known in the jail: an agent chooses which paths it asks about.
    private func denied(_ decision: Decision, _ tool: String, _ input: JSONValue) -> ToolOutcome {
        let rules = settings.policy.rules(for: tool).filesystem
        let shown = ShownHost(SystemHost(), rules: rules, variables: settings.variables)
        let remedy = try? Remedy(settings.policy, variables: settings.variables, host: shown, tool: tool, input: input)
        let judge = PolicyJudge(settings.policy, variables: settings.variables, host: shown, places: shown.places)
        let told = (try? judge.decide(tool: tool, input: input)).flatMap { $0.outcome == .deny ? $0 : nil }
        let denial = RunDenial(
            .policy, rule: told?.rule ?? decision.rule, place: told.map(\.place) ?? nil,
            detail: told?.reason ?? "what this call names leads to a place that the policy does not grant",
            suggestion: remedy?.suggestion)
        return .refused(denial, warnings: remedy?.warnings ?? [])
    }

    private static func denied(_ denial: RunDenial, _ structured: JSONValue, _ text: String) -> ToolOutcome {
        var outcome = ToolOutcome.failure("denied", text, structured, ending: .denied)
        outcome.denials = [denial]
        return outcome
    }

    private func perform(_ tool: String, _ input: JSONValue, _ call: ToolCall) async -> ToolOutcome {
        do throws(DatabaseError) {
            var outcome = try await outcome(tool, input, call)
            // Something was refused inside of the jail, and that is why it failed.
            if outcome.ending == .failed, !outcome.denials.isEmpty { outcome.ending = .denied }
            return outcome
        } catch {
            return .failure("session", "the session cannot be kept: \(error)")
        }
    }

    private func state(_ call: ToolCall) async throws(DatabaseError) -> SessionState? {
        guard let session = call.session else { return nil }
        return try await sessions.load(session)
    }

    private func outcome(
        _ tool: String, _ input: JSONValue, _ call: ToolCall
    ) async throws(DatabaseError) -> ToolOutcome {
        switch tool {
        case _ where FileTools.names.contains(tool):
            let tools = FileTools(
                jails: jails, workers: workers, turns: turns, sessions: sessions, variables: settings.variables,
                isDurable: settings.isDurable, keeper: keeper)
            var outcome = try await tools.run(tool, input, call)
            if let document = outcome.document {
                outcome.result = await documents.result(of: document, input, outcome.result.layers)
            }
            if let image = outcome.image {
                let shrinker = ImageShrinker(settings: settings, jails: jails, files: files, loop: loop)
                outcome.result = await shrinker.result(of: image, input, outcome.result)
            }
            return outcome.result
        case _ where SearchTools.names.contains(tool):
            return await SearchTools(settings: settings, jails: jails, loop: loop).run(tool, input, call)
        case "Bash":
            let bash = BashCommand(settings: settings, jails: jails, background: background, files: files, loop: loop)
            let (outcome, folder) = await bash.run(input, call, try await state(call))
            if let session = call.session, let folder { sessions.write(.folder(folder), of: session) }
            return outcome
        case "WebFetch": return await fetch(input, call)
        case "WebSearch": return await search(input, call)
        case "Task":
            return await TaskTool(runner: subagents, host: self, background: background, files: files, loop: loop)
                .run(input, call)
        case "TodoRead": return TodoTools.read(try await state(call))
        case "TodoWrite":
            let (outcome, todos) = TodoTools.write(input, try await state(call))
            if let session = call.session { sessions.write(.todos(todos), of: session) }
            return outcome
        default:
            return .failure("not_yet", "\(tool) is not in this version of sidecar.")
        }
    }

    private var documents: DocumentReader {
        DocumentReader(settings: settings, jails: jails, files: files, loop: loop)
    }

    private func access() -> WebAccess {
        if let web { return web }
        let fresh = WebAccess(on: loop)
        web = fresh
        return fresh
    }

    private func fetch(_ input: JSONValue, _ call: ToolCall) async -> ToolOutcome {
        let reader = PageReader(jails: jails, workers: workers)
        return await WebFetchCall(
            settings: settings, web: access(), reader: reader, documents: documents, files: files, clock: loop.clock,
            models: subagents
        ).run(input, call)
    }

    private func search(_ input: JSONValue, _ call: ToolCall) async -> ToolOutcome {
        guard let search = settings.search else { return WebSearchCall.withoutProvider }
        return await WebSearchCall(settings: search, client: access().client).run(input, within: call.timeout)
    }
}
