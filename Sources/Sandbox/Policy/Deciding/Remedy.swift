package import JSON
internal import YAML

/// What would have to be added so that a denied call is allowed: all of it, not only the next rule that is missing. Or
/// what denies it even then.
package struct Remedy: Sendable {
    /// YAML for a policy that extends the one in force; nil where no addition is enough.
    package private(set) var suggestion: String?
    /// A denial that nothing takes back.
    package private(set) var obstacle: Decision?
    /// What somebody should know before they add it.
    package private(set) var warnings: [String] = []

    /// More than a person adds for one call.
    private static let additionsMax = 32

    /// nil for a call that is allowed.
    package init?(
        _ policy: Policy, variables: PolicyVariables, host: some HostView, tool: String, input: JSONValue
    ) throws(ToolCallProblem) {
        let rules = policy.rules(for: tool)
        var policy = policy
        var additions: [PolicyAddition] = []
        while true {
            let decision = try PolicyJudge(policy, variables: variables, host: host).decide(tool: tool, input: input)
            if decision.outcome == .allow { break }
            guard let addition = decision.addition else {
                obstacle = decision
                return
            }
            // Where a rule cannot be written, or does not help, there is none to suggest.
            guard !additions.contains(addition), additions.count < Self.additionsMax,
                let wider = policy.adding(addition)
            else { return }
            additions.append(addition)
            policy = wider
        }
        if additions.isEmpty { return nil }
        suggestion = additions.yaml
        warnings = additions.compactMap(\.note) + additions.compactMap { $0.warning(variables, rules) }
    }
}

extension Policy {
    /// As a file that extends this one would make it; nil where it could not say so.
    fileprivate func adding(_ addition: PolicyAddition) -> Policy? {
        let name = "suggestion"
        guard let node = YAML.read(Array([addition].yaml.utf8), file: name).node else { return nil }
        var reader = SettingsReader(file: name)
        var added = Policy()
        PolicyKeys.root.decode(node, "", into: &added, &reader)
        return reader.problems.isEmpty ? added.over(self) : nil
    }
}
