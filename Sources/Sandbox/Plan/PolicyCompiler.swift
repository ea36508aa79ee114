package import Confinement
internal import LinuxSystem

/// A policy, what it is for, and this host, to a plan. Pure: it asks the host through `PlanHost` and changes nothing.
package struct PolicyCompiler<Host: PlanHost> {
    let policy: Policy
    let tool: String
    let rules: RuleSet
    let variables: PolicyVariables
    let host: Host
    let settings: PlanSettings

    var trees = GrantedTrees()
    var programs: ProgramSet<Host>
    var expansion: PathExpansion<Host>
    var notes: [PlanNote] = []
    /// `commands.allow` has `*`.
    var letsEverythingRun = false
    /// Programs that are granted whatever their arguments, and not by a rule of `commands`.
    var unlimited: Set<NormalPath> = []
    /// Folders of programs that the view shows with nothing in them but those that are granted.
    var emptied: [NormalPath] = []
    var git: GitFolders?
    /// Folders that are made for what is built in them.
    var provided: [NormalPath] = []
    /// Files in folders that may run as a whole, and that a rule of `commands.deny` takes back.
    var covered: Set<NormalPath> = []
    /// What may be done in the run's own temporary folder; empty: there is none.
    var tmpAccess: TreeAccess = []
    /// Folders in it whose files may run.
    var executableTmp: [NormalPath] = []
    /// What any rule lets be written.
    var writableRoots: [NormalPath] = []
    /// Grants that lead through a link in there.
    var changeable: [(path: NormalPath, link: NormalPath, access: TreeAccess, rule: PolicyRule<PathPattern>)] = []
    /// Links that stand on the way to what is granted.
    var wayLinks: [NormalPath: String] = [:]

    package static func compile(
        _ policy: Policy, tool: String, variables: PolicyVariables, host: Host, settings: PlanSettings
    ) throws(PlanError) -> CompiledPolicy {
        var compiler = PolicyCompiler(policy, tool, variables, host, settings)
        return try compiler.compile()
    }

    private init(
        _ policy: Policy, _ tool: String, _ variables: PolicyVariables, _ host: Host, _ settings: PlanSettings
    ) {
        self.policy = policy
        self.tool = tool
        rules = policy.rules(for: tool)
        self.variables = variables
        self.host = host
        self.settings = settings
        programs = ProgramSet(host)
        expansion = PathExpansion(host, variables)
    }

    private mutating func compile() throws(PlanError) -> CompiledPolicy {
        grantTrees()
        if settings.runsPrograms { grantPrograms() }
        grantOwnPrograms()
        emptyProgramFolders()
        var result = CompiledPolicy()
        if settings.runsPrograms { planArguments(into: &result) }
        result.plan.required = try requiredLayers()
        result.plan.isolation = settings.isolation
        result.plan.freshFolders = freshFolders
        result.callRules = PlannedCallRules(policy.syscalls)
        try planFilters(into: &result.plan)
        result.plan.user = user
        if isAmongOthers {
            try checkOwner(result.plan.user)
            result.plan.user.exchanged = []
            result.plan.view = claims
            result.plan.rules = try rulesAmongOthers()
            noteLost()
        } else {
            result.plan.view = try view()
            result.plan.rules = pathRules
            result.plan.network = network
        }
        result.environment = environment
        if trees.shows(host.resolve(variables.workspace) ?? variables.workspace) { result.folder = variables.workspace }
        result.limits = limits
        result.wall = rules.limits.wall?.value
        result.outputBytes = rules.limits.output?.value
        result.programs = programs.programs.map { PlannedFile(path: $0.key, file: $0.value) }.sorted()
        result.libraries = programs.libraries.map { PlannedFile(path: $0.key, file: $0.value) }.sorted()
        noteWhatPrograms()
        result.notes = notes
        result.needsNetwork = result.plan.network != .none
        return result
    }

    var isAmongOthers: Bool { settings.isolation == .rules }

    var network: JailPlan.Network {
        // The only one would be the host's.
        if isAmongOthers { return .none }
        // Hosts may be asked for.
        let hasProxy = settings.alwaysHasProxy || !rules.network.allow.isEmpty
        return hasProxy ? .own(ports: [settings.proxyPort]) : .none
    }

    /// A filter takes milliseconds to make: those of which nothing would ever be begun are not.
    private func planFilters(into plan: inout JailPlan) throws(PlanError) {
        if !settings.runsPrograms, settings.ownRuns != .programs { plan.workerFilter = try workerFilter() }
        if !settings.runsPrograms, settings.ownRuns == .workers {
            plan.filter = plan.workerFilter
            return
        }
        let filter = try filter(judgesArguments: !plan.programRules.isEmpty)
        plan.filter = filter.bytes
        plan.reporting = filter.reporting
    }

    /// - `judgesArguments`: then nobody may write into a program that was judged already.
    private func filter(judgesArguments: Bool) throws(PlanError) -> SeccompFilter {
        let calls = policy.syscalls
        let profile = SeccompProfile(rawValue: calls.profile?.value.rawValue ?? "") ?? .default
        do throws(SeccompError) {
            let deny = calls.deny.map(\.value) + (judgesArguments ? Self.writingElsewhere : [])
            return try SeccompFilter(
                profile, allow: calls.allow.map(\.value), deny: deny, isAmongOthers: isAmongOthers)
        } catch {
            throw planError(error)
        }
    }

    private func workerFilter() throws(PlanError) -> [UInt8] {
        do throws(SeccompError) {
            // What a policy allows in vain is wrong in it all the same.
            try SeccompFilter.check(allow: policy.syscalls.allow.map(\.value))
            return try SeccompFilter(
                workerDenying: policy.syscalls.deny.map(\.value), isAmongOthers: isAmongOthers
            ).bytes
        } catch {
            throw planError(error)
        }
    }

    private func planError(_ error: SeccompError) -> PlanError {
        let calls = policy.syscalls
        let rule = (calls.allow + calls.deny).first { error.description.contains("`\($0.value)`") }
        return PlanError(
            error.description, name: rule?.name ?? "syscalls", place: rule?.place ?? calls.profile?.place)
    }

    private static var writingElsewhere: [String] { ["ptrace", "process_vm_writev"] }

    private func requiredLayers() throws(PlanError) -> JailLayers {
        var result: JailLayers = settings.layers
        for rule in policy.require { result.formUnion(rule.value.jailLayers) }
        return result
    }
}

/// What a plan depends on and no policy says.
package struct PlanSettings: Sendable, Equatable {
    /// What the policy names may run; false for a worker of ours, in whose jail nothing is executable but itself.
    package var runsPrograms = true
    package enum OwnRuns: Sendable, Equatable {
        case workers
        case programs
        case both
    }

    /// What of ours is begun where no program of the policy's runs.
    package var ownRuns = OwnRuns.both
    /// Executable whatever the policy says, with the libraries that they need: our own workers.
    package var ownPrograms: [NormalPath] = []
    /// Files that decide what holds for the next run: nobody in the jail changes them.
    package var ownFiles: [NormalPath] = []
    /// Folders that nobody in the jail sees, even where the workspace lies around them.
    package var ownFolders: [NormalPath] = []
    /// Where relative names of policy files start.
    package var folder: String?
    /// The variables of our own environment that `environment.pass` picks from.
    package var hostEnvironment: [String: String] = [:]
    /// Where the egress proxy listens inside.
    package var proxyPort: UInt16 = 3128
    /// Also where the policy names no host: to hear which are asked for.
    package var alwaysHasProxy = false
    /// Who we are.
    package var user = JailPlan.User.nobody
    package var group = JailPlan.User.nobody
    /// Rules alone where the host gives no namespaces.
    package var isolation = JailPlan.Isolation.namespaces
    /// Needed whatever the policy requires.
    package var layers: JailLayers = []
    package var temporaryBytes: UInt64 = 1 << 30
    package var temporaryFiles: UInt64 = 100_000

    package init() {}
}

extension PlannedFile: Comparable {
    package static func < (left: PlannedFile, right: PlannedFile) -> Bool { left.path.isBefore(right.path) }
}
