internal import Confinement
internal import LinuxSystem
internal import Sandbox

/// The jails of one policy and workspace, each started when the first call needs it and kept. Tools for which the policy
/// says the same share one. On its loop only.
final class ToolJails: @unchecked Sendable {
    /// As if it were a tool: the jail in which pages are read. Nothing is in it, and nothing leads out of it.
    static let pages = "(pages)"
    /// The same for documents, with the programs that read them and what these know of fonts and writings.
    static let documents = "(documents)"
    /// The same for images, with the one program that makes them smaller.
    static let images = "(images)"

    private let settings: ToolHostSettings
    private let loop: EventLoop
    private let plans = PlanCache(SystemHost())
    private var known: [String: Known] = [:]
    /// Making a policy ready looks at thousands of files, which nobody else shall wait for.
    private let pool = BlockingPool(threads: 1)
    /// By tool, for a jail by rules alone with that private folder.
    private var weaker: [String: (folder: NormalPath, compiled: CompiledPolicy)] = [:]
    private var starting: [JailPlan: Start] = [:]
    /// What they protect is not there any more.
    private var outdated: [Start] = []

    /// What a tool's rules came to, and when the host was last asked whether it would still say the same.
    private struct Known {
        let task: Task<Result<CompiledPolicy, JailFailure>, Never>
        let asked: Instant
        /// Once the task is done.
        var plan: JailPlan?
        /// Of that plan: to find it by the plan means to look through all of it.
        var start: Start?

        func start(of plan: JailPlan) -> Start? { self.plan == plan ? start : nil }
        mutating func note(_ start: Start, _ plan: JailPlan) { if self.plan == plan { self.start = start } }
    }

    init(_ settings: ToolHostSettings, on loop: EventLoop) {
        self.settings = settings
        self.loop = loop
    }

    deinit { pool.close() }

    private func plan(for tool: String) async throws(JailFailure) -> CompiledPolicy {
        let now = loop.clock.now()
        // A program that was replaced is noticed by the first call after so long.
        if let known = known[tool], now - known.asked < CallJudge.freshTime { return try await known.task.value.get() }
        let task = compile(tool)
        known[tool] = Known(task: task, asked: now)
        let result = await task.value
        guard known[tool]?.task == task else { return try result.get() }
        switch result {
        case .success(let compiled): known[tool]?.plan = compiled.plan
        // What was missing may be there the next time.
        case .failure: known[tool] = nil
        }
        return try result.get()
    }

    private func compile(_ tool: String) -> Task<Result<CompiledPolicy, JailFailure>, Never> {
        let (compile, pool, variables) = (compiler(of: tool), pool, settings.variables)
        return Task(executorPreference: loop) {
            let result: Result<CompiledPolicy, JailFailure>? = try? await pool.run {
                do throws(JailFailure) {
                    return .success(try compile(variables, .namespaces))
                } catch {
                    return .failure(error)
                }
            }
            return result ?? .failure(.system(SystemError(call: "compile", code: SystemError.tryAgain)))
        }
    }

    private typealias Compiler = @Sendable (PolicyVariables, JailPlan.Isolation) throws(JailFailure) -> CompiledPolicy

    private func compiler(of tool: String) -> Compiler {
        var plan = PlanSettings()
        plan.runsPrograms = tool == ToolName.runningPrograms
        plan.user = ProcessInfo.uid
        plan.group = ProcessInfo.gid
        plan.hostEnvironment = settings.environment
        plan.ownRuns = ownPrograms(tool) == [settings.worker] ? .workers : .programs
        plan.ownPrograms = ownPrograms(tool).compactMap { NormalPath($0) }
        plan.ownFiles = settings.ownFiles.compactMap { NormalPath($0) }
        plan.ownFolders = settings.ownFolders.compactMap { NormalPath($0) }
        plan.folder = try? File.currentDirectory()
        let (policy, plans, ready) = (self.policy(for: tool), plans, plan)
        return { variables, isolation throws(JailFailure) in
            var settings = ready
            settings.isolation = isolation
            do throws(PlanError) {
                return try plans.plan(policy, tool: tool, variables: variables, settings: settings)
            } catch {
                throw .plan(error)
            }
        }
    }

    private func policy(for tool: String) -> Policy {
        switch tool {
        case Self.pages: settings.policy.reading(as: "WebFetch", [])
        case Self.documents: settings.policy.reading(as: "Read", DocumentReader.folders)
        case Self.images: settings.policy.reading(as: "Read", [])
        default: settings.policy
        }
    }

    private func ownPrograms(_ tool: String) -> [String] {
        if tool == ToolName.runningPrograms { return [] }
        if tool == Self.documents { return DocumentReader.programs }
        if tool == Self.images { return [settings.imager] }
        return SearchTools.names.contains(tool) ? [settings.ripgrep].compactMap { $0 } : [settings.worker]
    }

    /// Waits for a start that is under way rather than making a second one.
    func jail(for tool: String) async throws(JailFailure) -> (jail: ToolJail, compiled: CompiledPolicy) {
        let compiled = try await plan(for: tool)
        if let started = known[tool]?.start(of: compiled.plan) ?? starting[compiled.plan] {
            if case .success(let jail) = await started.value {
                if jail.holds {
                    known[tool]?.note(started, compiled.plan)
                    return (jail, try settled(compiled, tool, jail))
                }
                // Others may be at work in it.
                if jail.zygote.isServing, starting[compiled.plan] == started { outdated.append(started) }
            }
            // It ended, or never came to be, or holds no more: whoever comes first here starts the next.
            known[tool]?.start = nil
            if starting[compiled.plan] == started { starting[compiled.plan] = nil }
        }
        let task = starting[compiled.plan] ?? start(compiled, tool)
        starting[compiled.plan] = task
        let jail = try await task.value.get()
        return (jail, try settled(compiled, tool, jail))
    }

    /// What a run needs in the jail as it came to be: by rules alone it has another private folder, and less is held.
    private func settled(
        _ compiled: CompiledPolicy, _ tool: String, _ jail: ToolJail
    ) throws(JailFailure) -> CompiledPolicy {
        if jail.isolation == compiled.plan.isolation { return compiled }
        if let known = weaker[tool], known.folder == jail.variables.tmp { return known.compiled }
        let again = try compiler(of: tool)(jail.variables, jail.isolation)
        weaker[tool] = (jail.variables.tmp, again)
        return again
    }

    private func start(
        _ compiled: CompiledPolicy, _ tool: String
    ) -> Start {
        let (settings, loop, compile, policy) = (settings, loop, compiler(of: tool), policy(for: tool))
        return Task(executorPreference: loop) {
            do throws(JailFailure) {
                let rules = policy.rules(for: tool).network
                return .success(
                    try await ToolJail.start(
                        settings.variables, rules, program: ZygoteProgram(path: settings.jail), on: loop
                    ) { variables, isolation throws(JailFailure) in
                        // What was compiled already, where it is what is asked for.
                        isolation == compiled.plan.isolation ? compiled : try compile(variables, isolation)
                    })
            } catch {
                return .failure(error)
            }
        }
    }

    typealias Start = Task<Result<ToolJail, JailFailure>, Never>

    /// Jails whose plan is no tool's any more, because the host has changed since.
    func takeSuperseded() -> [Start] {
        defer { outdated = [] }
        let plans = known.values.map(\.plan)
        // One that is being made may come to be any of them.
        if plans.contains(nil) { return outdated }
        let old = starting.filter { !plans.contains($0.key) }
        for plan in old.keys { starting[plan] = nil }
        return Array(old.values) + outdated
    }

    /// All that there are. Whoever calls next gets new ones.
    func takeAll() -> [Start] {
        defer {
            (starting, weaker, outdated) = ([:], [:], [])
            for tool in known.keys { known[tool]?.start = nil }
        }
        return Array(starting.values) + outdated
    }
}

extension Policy {
    /// For what somebody out there has written: no file of ours, no program of the policy's and no network, whatever the tool
    /// itself may reach. The host brings the bytes and takes the text.
    fileprivate func reading(as tool: String, _ folders: [String]) -> Policy {
        var policy = self
        policy.rules = RuleSet()
        policy.rules.limits = rules(for: tool).limits
        policy.rules.filesystem.read = folders.compactMap { try? PathPattern.parse($0) }.map {
            PolicyRule($0, name: "filesystem.read", place: RulePlace(file: "(documents)", line: 1, column: 1))
        }
        policy.tools = []
        return policy
    }
}
