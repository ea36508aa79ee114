internal import Confinement
internal import LinuxSystem
internal import Sandbox

/// The jails of one policy and workspace, each started when the first call needs it and kept. Tools for which the policy
/// says the same share one. On its loop only.
final class ToolJails: @unchecked Sendable {
    private let settings: ToolHostSettings
    private let loop: EventLoop
    private var compiling: [String: Task<Result<CompiledPolicy, JailFailure>, Never>] = [:]
    /// Making a policy ready looks at thousands of files, which nobody else shall wait for.
    private let pool = BlockingPool(threads: 1)
    /// By tool, for a jail by rules alone with that private folder.
    private var weaker: [String: (folder: NormalPath, compiled: CompiledPolicy)] = [:]
    private var starting: [JailPlan: Task<Result<ToolJail, JailFailure>, Never>] = [:]

    init(_ settings: ToolHostSettings, on loop: EventLoop) {
        self.settings = settings
        self.loop = loop
    }

    deinit { pool.close() }

    /// A tool's rules, made ready once.
    private func plan(for tool: String) async throws(JailFailure) -> CompiledPolicy {
        let task = compiling[tool] ?? compile(tool)
        compiling[tool] = task
        return try await task.value.get()
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
        plan.ownPrograms = ownPrograms(tool).compactMap { NormalPath($0) }
        let (policy, ready) = (settings.policy, plan)
        return { variables, isolation throws(JailFailure) in
            var settings = ready
            settings.isolation = isolation
            do throws(PlanError) {
                return try PolicyCompiler.compile(
                    policy, tool: tool, variables: variables, host: SystemHost(), settings: settings)
            } catch {
                throw .plan(error)
            }
        }
    }

    private func ownPrograms(_ tool: String) -> [String] {
        if tool == ToolName.runningPrograms { return [] }
        return SearchTools.names.contains(tool) ? [settings.ripgrep].compactMap { $0 } : [settings.worker]
    }

    /// Waits for a start that is under way rather than making a second one.
    func jail(for tool: String) async throws(JailFailure) -> (jail: ToolJail, compiled: CompiledPolicy) {
        let compiled = try await plan(for: tool)
        if let known = starting[compiled.plan] {
            if case .success(let jail) = await known.value, jail.zygote.isServing {
                return (jail, try settled(compiled, tool, jail))
            }
            // It ended, or never came to be: whoever comes first here starts the next.
            if starting[compiled.plan] == known { starting[compiled.plan] = nil }
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
    ) -> Task<Result<ToolJail, JailFailure>, Never> {
        let (settings, loop, compile) = (settings, loop, compiler(of: tool))
        return Task(executorPreference: loop) {
            do throws(JailFailure) {
                let rules = settings.policy.rules(for: tool).network
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

    /// Ends all of them and everything in them.
    func stop() async {
        for task in starting.values {
            if case .success(let jail) = await task.value { await jail.stop() }
        }
        starting = [:]
    }
}
