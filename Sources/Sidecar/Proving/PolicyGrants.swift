internal import Confinement
internal import JSON
internal import Sandbox

/// What the policy openly allows, in the words of its own judge.
struct PolicyGrants: Sendable {
    let policy: Policy
    let tool: String
    let variables: PolicyVariables
    let layers: JailLayers

    /// The tool may be off: what its rules allow is asked, because its jail is what is proved.
    init(_ policy: Policy, tool: String, _ variables: PolicyVariables, _ layers: JailLayers) {
        var asked = policy
        for index in asked.tools.indices where asked.tools[index].name == tool { asked.tools[index].enabled = nil }
        self.policy = asked
        self.tool = tool
        self.variables = variables
        self.layers = layers
    }

    /// The rule, with its line; nil where nothing allows it.
    func rule(for grant: EscapeAttempt.Grant, _ places: ProofPlaces) -> String? {
        switch grant {
        case .nothing: nil
        case .read(let path): shell(": < ", path, places)
        case .write(let path): shell(": > ", path, places)
        case .run(let path): shell("", path, places)
        case .network(let host, let port):
            (try? places.fill("/dev/tcp/\(host)/\(port)")).flatMap { shell(": < ", $0, places) }
        case .limit(let name): limit(name)
        case .variable(let name): variable(name)
        case .call(let name, let wide): call(name, wide)
        case .missing(let needed): missing(needed)
        }
    }

    /// Whether a path that was changed may be.
    func ruleForWriting(_ path: String) -> String? { shell(": > ", path, ProofPlaces()) }

    private func shell(_ start: String, _ text: String, _ places: ProofPlaces) -> String? {
        guard let path = try? places.fill(text) else { return nil }
        let quoted = "'\(path.replacing("'", with: "'\\''"))'"
        let judge = PolicyJudge(policy, variables: variables, host: SystemHost())
        guard let decision = try? judge.decide(tool: tool, input: ["command": .string(start + quoted)]),
            decision.outcome == .allow, decision.rule != "commands"
        else { return nil }
        return named(decision.rule, decision.place)
    }

    private func named(_ rule: String, _ place: RulePlace?) -> String { place.map { "\(rule) (\($0))" } ?? rule }

    private func limit(_ name: LimitName) -> String? {
        let limits = policy.rules(for: tool).limits
        let isSet =
            switch name {
            case .wall: limits.wall != nil
            case .cpu: limits.cpu != nil
            case .memory: limits.memory != nil
            case .processes: limits.processes != nil
            case .openFiles: limits.openFiles != nil
            case .fileSize: limits.fileSize != nil
            case .output: limits.output != nil
            }
        return isSet ? nil : "limits, which has no `\(name.rawValue)`"
    }

    private func variable(_ name: String) -> String? {
        let environment = policy.rules(for: tool).environment
        if let rule = environment.pass.first(where: { Wildcard($0.value).matches(name) }) {
            return named(rule.name, rule.place)
        }
        return environment.set.first { $0.value.name == name }.map { named($0.name, $0.place) }
    }

    private func call(_ name: String, _ wide: Bool) -> String? {
        if let rule = policy.syscalls.allow.first(where: { $0.value == name }) { return named(rule.name, rule.place) }
        guard wide, let profile = policy.syscalls.profile, profile.value == .wide else { return nil }
        return named(profile.name, profile.place)
    }

    private func missing(_ needed: JailLayers) -> String? {
        if needed.isEmpty { return nil }
        let required = policy.require.contains { JailLayers(name: $0.value.rawValue)?.isSubset(of: needed) == true }
        guard layers.isDisjoint(with: needed), !required else { return nil }
        return "require, which does not ask for \(needed.names.joined(separator: ", ")): this jail has none"
    }
}
