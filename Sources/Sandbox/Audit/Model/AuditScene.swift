internal import Confinement

/// One policy on one host, with what follows from both: what checks look at. Made once, and asked by all of them.
final class AuditScene {
    let loaded: LoadedPolicy
    let policy: Policy
    let request: AuditRequest
    let host: AuditedHost

    var variables: PolicyVariables { request.variables }
    var facts: HostFacts { request.facts }

    init(_ loaded: LoadedPolicy, _ request: AuditRequest, _ host: any AuditHost) {
        self.loaded = loaded
        policy = loaded.policy
        self.request = request
        self.host = AuditedHost(base: host)
    }

    /// For what is about the file as a whole.
    var start: RulePlace { RulePlace(file: policy.chain.first ?? policy.shownName, line: 1, column: 1) }

    // MARK: Parts of the policy

    func isEnabled(_ tool: String) -> Bool { policy.tool(tool)?.enabled?.value ?? ToolName.all.contains(tool) }

    /// Tools that start programs: Bash, and the servers that the policy names.
    var runners: [String] { (["Bash"] + policy.tools.map(\.name).filter(ToolName.isOfServer)).filter(isEnabled) }

    /// The shared rules, as they hold for Bash, and those of each tool that is on.
    lazy var scopes: [AuditScope] = {
        let shared = isEnabled("Bash") ? policy.rules(for: "Bash") : policy.rules
        let tools = policy.tools.filter { isEnabled($0.name) }
        return [scope(nil, policy.rules, shared)]
            + tools.map { scope($0.name, $0.rules, policy.rules(for: $0.name)) }
    }()

    private func scope(_ tool: String?, _ own: RuleSet, _ effective: RuleSet) -> AuditScope {
        AuditScope(tool: tool, own: own, effective: effective, containment: containment(effective))
    }

    private func containment(_ rules: RuleSet) -> Containment {
        let hosts = rules.network.allow.map(\.value.host)
        let network: Containment.Network = hosts.isEmpty ? .none : hosts.contains(.any) ? .any : .listed
        let runs = rules.filesystem.execute.contains { run in
            rules.filesystem.write.contains { overlap(run.value, $0.value) }
        }
        return Containment(
            network: network, runsWhatItWrites: runs || facts.rung <= .landlockAndSeccomp, rung: facts.rung)
    }

    /// Whether one of two patterns may lie within the other, by the parts before their wildcards.
    func overlap(_ first: PathPattern, _ second: PathPattern) -> Bool {
        // `${tmp}` is the run's own, whatever the host has at that path.
        guard (first.variable == .tmp) == (second.variable == .tmp) else { return false }
        let first = real(first.literalPrefix(variables).path)
        let second = real(second.literalPrefix(variables).path)
        return first.isBeneath(second) || second.isBeneath(first)
    }

    func real(_ path: NormalPath) -> NormalPath { host.resolve(path) ?? path }

    // MARK: Programs

    /// Every rule of `commands.allow` under which something can run.
    lazy var grants: [CommandGrant] = scopes.filter { $0.tool.map(runners.contains) ?? !runners.isEmpty }
        .flatMap { scope in scope.own.commands.allow.map { CommandGrant($0, scope, self) } }

    // MARK: Plans

    private var plans: [String: Result<CompiledPolicy, PlanError>] = [:]

    /// The plan of a tool that runs programs, or of one that only works on files.
    func plan(_ tool: String) -> Result<CompiledPolicy, PlanError> {
        if let known = plans[tool] { return known }
        var settings = PlanSettings()
        settings.runsPrograms = runners.contains(tool)
        let result: Result<CompiledPolicy, PlanError>
        do throws(PlanError) {
            result = .success(
                try PolicyCompiler.compile(policy, tool: tool, variables: variables, host: host, settings: settings))
        } catch {
            result = .failure(error)
        }
        plans[tool] = result
        return result
    }

    /// Of the tool with the most rights: a shell where there is one.
    var mainTool: String { runners.first ?? "Write" }
    var mainPlan: Result<CompiledPolicy, PlanError> { plan(mainTool) }

    // MARK: Files

    /// What is in the workspace, found once for the checks that look at it.
    lazy var workspace = WorkspaceWalk(variables.workspace, host)

    /// What was found in the workspace, as far as it was looked at.
    func found(_ drafts: [AuditDraft]) throws(NotEvaluated) -> [AuditDraft] {
        guard workspace.isComplete else {
            throw NotEvaluated(
                "the workspace has more than \(WorkspaceWalk.entriesMax) entries, and the rest was not looked at",
                found: drafts)
        }
        return drafts
    }
}
