package import JSON

/// Decides calls of tools. Pure: the same policy, call, variables and host always give the same answer.
package struct PolicyJudge<Host: HostView>: Sendable {
    let policy: Policy
    let variables: PolicyVariables
    let host: Host
    private let places: NamedPlaces

    /// - places: of the same policy, variables and host, as long as what they were found by is new enough.
    package init(
        _ policy: Policy, variables: PolicyVariables, host: Host, places: NamedPlaces = NamedPlaces()
    ) {
        self.policy = policy
        self.variables = variables
        self.host = host
        self.places = places
    }

    package func decide(tool name: String, input: JSONValue) throws(ToolCallProblem) -> Decision {
        let tool = ToolName.canonical(name)
        if let denied = denial(of: tool) { return denied }
        try ToolInput.check(tool, input)
        let rules = policy.rules(for: tool)
        switch try ToolSubject(tool: tool, input: input, workspace: variables.workspace) {
        case .paths(let paths): return decide(paths, rules)
        case .command(let text):
            return CommandJudge(rules: rules, variables: variables, host: host, places: places).decide(text)
        case .url(let text): return NetworkJudge(rules: rules.network, tool: tool).decide(url: text)
        case .searchService:
            // Which service it is the configuration says, for which whoever runs the sidecar answers.
            if let enabled = policy.tool(tool)?.enabled { return .allow(enabled, "\(tool) is enabled") }
            return NetworkJudge(rules: rules.network, tool: tool).search()
        case .ambiguous(let key, let reason): return Decision(.deny, rule: "input.\(key)", reason: reason)
        case .nothing:
            if let enabled = policy.tool(tool)?.enabled { return .allow(enabled, "\(tool) is enabled") }
            return Decision(.allow, rule: "tools.\(tool).enabled", reason: "\(tool) touches nothing by itself")
        }
    }

    /// Why a call cannot be judged; nil where it can.
    package func problem(tool name: String, input: JSONValue) -> ToolCallProblem? {
        let tool = ToolName.canonical(name)
        guard denial(of: tool) == nil else { return nil }
        do throws(ToolCallProblem) {
            try ToolInput.check(tool, input)
            return nil
        } catch {
            return error
        }
    }

    /// Of tools that are off, and of those that nobody has named.
    private func denial(of tool: String) -> Decision? {
        if let enabled = policy.tool(tool)?.enabled {
            return enabled.value ? nil : .deny(enabled, "\(tool) is not enabled")
        }
        if ToolName.all.contains(tool) { return nil }
        let hint = NearestTool.hint(for: tool)
        return Decision(
            .deny, rule: "tools", reason: "the policy names no tool `\(tool)`\(hint)",
            addition: ToolName.isKnown(tool) ? .enabling(tool) : nil)
    }

    /// The first that is denied decides, or the last that is not.
    private func decide(_ paths: [ToolSubject.Path], _ rules: RuleSet) -> Decision {
        let judge = PathJudge(rules: rules.filesystem, variables: variables, host: host, places: places)
        var decision = Decision(.deny, rule: "filesystem.read", reason: "no path is named")
        for path in paths {
            decision = judge.decide(path.text, path.access, key: path.key)
            if decision.outcome == .deny { break }
        }
        return decision
    }
}
