package import JSON

/// Decides calls of tools. Pure: the same policy, call, variables and host always give the same answer.
package struct PolicyJudge<Host: HostView>: Sendable {
    let policy: Policy
    let variables: PolicyVariables
    let host: Host

    package init(_ policy: Policy, variables: PolicyVariables, host: Host) {
        self.policy = policy
        self.variables = variables
        self.host = host
    }

    package func decide(tool name: String, input: JSONValue) throws(ToolCallProblem) -> Decision {
        let tool = ToolName.canonical(name)
        if let denied = denial(of: tool) { return denied }
        try ToolInput.check(tool, input)
        let rules = policy.rules(for: tool)
        switch tool {
        case "Read": return try file(rules, .read, "file_path", input)
        case "NotebookRead": return try file(rules, .read, "notebook_path", input)
        case "LS": return try file(rules, .read, "path", input)
        case "Glob", "Grep": return try search(tool, rules, input)
        case "Write", "Edit", "MultiEdit": return try file(rules, .write, "file_path", input)
        case "NotebookEdit": return try file(rules, .write, "notebook_path", input)
        case "Bash":
            return CommandJudge(rules: rules, variables: variables, host: host).decide(
                try ToolInput.text("command", input))
        case "WebFetch":
            return NetworkJudge(rules: rules.network, tool: tool).decide(url: try ToolInput.text("url", input))
        case "WebSearch": return NetworkJudge(rules: rules.network, tool: tool).search()
        default:
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

    private func file(
        _ rules: RuleSet, _ access: PathAccess, _ key: String, _ input: JSONValue
    ) throws(ToolCallProblem) -> Decision {
        let path = try ToolInput.text(key, input)
        return PathJudge(rules: rules.filesystem, variables: variables, host: host).decide(path, access, key: key)
    }

    /// The folder that is searched; what is denied beneath it is not found.
    private func search(_ tool: String, _ rules: RuleSet, _ input: JSONValue) throws(ToolCallProblem) -> Decision {
        let judge = PathJudge(rules: rules.filesystem, variables: variables, host: host)
        let folder = input["path"]?.string ?? variables.workspace.text
        let decision = judge.decide(folder, .read, key: "path")
        guard decision.outcome == .allow, tool == "Glob" else { return decision }
        // A pattern can lead elsewhere: by a root of its own, or by `..`.
        let pattern = try ToolInput.text("pattern", input)
        let names = pattern.split(separator: "/").prefix { !$0.contains("*") && !$0.contains("?") && !$0.contains("[") }
        let fixed = names.joined(separator: "/")
        guard pattern.split(separator: "/").dropFirst(names.count).allSatisfy({ $0 != ".." }) else {
            return Decision(.deny, rule: "input.pattern", reason: "`\(pattern)` has a `..` behind a wildcard")
        }
        guard pattern.hasPrefix("/") || names.contains("..") else { return decision }
        return judge.decide(pattern.hasPrefix("/") ? "/\(fixed)" : "\(folder)/\(fixed)", .read, key: "pattern")
    }
}
