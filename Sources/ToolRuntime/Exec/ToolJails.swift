internal import Confinement
internal import LinuxSystem
internal import Sandbox

/// The jails of one policy and workspace, each started when the first call needs it and kept. Tools for which the policy
/// says the same share one. On its loop only.
final class ToolJails: @unchecked Sendable {
    private let settings: ToolHostSettings
    private let loop: EventLoop
    private var compiling: [String: Task<Result<CompiledPolicy, ToolJailFailure>, Never>] = [:]
    /// Making a policy ready looks at thousands of files, which nobody else shall wait for.
    private let pool = BlockingPool(threads: 1)
    private var starting: [JailPlan: Task<Result<ToolJail, ToolJailFailure>, Never>] = [:]

    init(_ settings: ToolHostSettings, on loop: EventLoop) {
        self.settings = settings
        self.loop = loop
    }

    deinit { pool.close() }

    /// A tool's rules, made ready once.
    private func plan(for tool: String) async throws(ToolJailFailure) -> CompiledPolicy {
        let task = compiling[tool] ?? compile(tool)
        compiling[tool] = task
        return try await task.value.get()
    }

    private func compile(_ tool: String) -> Task<Result<CompiledPolicy, ToolJailFailure>, Never> {
        var plan = PlanSettings()
        plan.runsPrograms = tool == ToolName.runningPrograms
        plan.user = ProcessInfo.uid
        plan.group = ProcessInfo.gid
        plan.hostEnvironment = settings.environment
        plan.ownPrograms = ownPrograms(tool).compactMap { NormalPath($0) }
        let (settings, pool, ready) = (settings, pool, plan)
        return Task(executorPreference: loop) {
            let result: Result<CompiledPolicy, ToolJailFailure>? = try? await pool.run {
                do throws(PlanError) {
                    return .success(
                        try PolicyCompiler.compile(
                            settings.policy, tool: tool, variables: settings.variables, host: SystemHost(),
                            settings: ready))
                } catch {
                    return .failure(.plan(error))
                }
            }
            return result ?? .failure(.system(SystemError(call: "compile", code: SystemError.tryAgain)))
        }
    }

    private func ownPrograms(_ tool: String) -> [String] {
        if tool == ToolName.runningPrograms { return [] }
        return SearchTools.names.contains(tool) ? [settings.ripgrep].compactMap { $0 } : [settings.worker]
    }

    /// Waits for a start that is under way rather than making a second one.
    func jail(for tool: String) async throws(ToolJailFailure) -> (jail: ToolJail, compiled: CompiledPolicy) {
        let compiled = try await plan(for: tool)
        if let known = starting[compiled.plan] {
            if case .success(let jail) = await known.value, jail.zygote.isServing { return (jail, compiled) }
            // It ended, or never came to be: whoever comes first here starts the next.
            if starting[compiled.plan] == known { starting[compiled.plan] = nil }
        }
        let task = starting[compiled.plan] ?? start(compiled, tool)
        starting[compiled.plan] = task
        return (try await task.value.get(), compiled)
    }

    private func start(
        _ compiled: CompiledPolicy, _ tool: String
    ) -> Task<Result<ToolJail, ToolJailFailure>, Never> {
        let (settings, loop) = (settings, loop)
        return Task(executorPreference: loop) {
            do throws(ToolJailFailure) {
                let rules = settings.policy.rules(for: tool).network
                return .success(
                    try await ToolJail.start(
                        compiled.plan, rules, program: ZygoteProgram(path: settings.jail), on: loop))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Ends all of them and everything in them.
    func stop() async {
        for task in starting.values {
            if case .success(let jail) = await task.value { await jail.stop() }
        }
        starting = [:]
    }
}
