/// Which rules the tools ask for.
enum ToolKnowledge {
    /// Sections of a policy that a tool's calls are judged by, or that its runs get.
    static func sections(of tool: String) -> Set<String> {
        switch tool {
        case "Bash": return ["filesystem", "commands", "network", "environment", "limits"]
        case "WebFetch", "WebSearch": return ["network", "limits"]
        case "Task", "TodoRead", "TodoWrite": return ["limits"]
        default:
            if ToolName.isOfServer(tool) { return ["filesystem", "commands", "network", "environment", "limits"] }
            return ["filesystem", "limits"]
        }
    }

    /// `files` of `mcp__files__read`.
    static func server(of tool: String) -> String {
        var rest = tool.dropFirst("mcp__".count)[...]
        var name = ""
        while !rest.isEmpty, !rest.hasPrefix("__") { name.append(rest.removeFirst()) }
        return name
    }
}

extension RuleSet {
    /// Each section with something in it: its name, and the first rule.
    var sections: [(section: String, rule: String, place: RulePlace)] {
        var result: [(String, String, RulePlace)] = []
        func add<Value>(_ section: String, _ rule: PolicyRule<Value>?) {
            guard let rule, !result.contains(where: { $0.0 == section }) else { return }
            result.append((section, rule.name, rule.place))
        }
        add("filesystem", filesystem.read.first)
        add("filesystem", filesystem.write.first)
        add("filesystem", filesystem.execute.first)
        add("commands", commands.allow.first)
        add("network", network.allow.first)
        add("environment", environment.pass.first)
        add("environment", environment.set.first)
        return result
    }

    var grantsSomething: Bool { !sections.isEmpty }
    var firstPlace: RulePlace? { sections.first?.place }
}
