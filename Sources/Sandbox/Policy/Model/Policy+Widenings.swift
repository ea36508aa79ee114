internal import LinuxSystem

extension Policy {
    /// What this file allows that its parent does not: a new entry of a list that allows, a tool that was off, a
    /// higher limit. Compared by their text; whether an entry is covered by a wider one is for the audit to say.
    func widenings(beyond parent: Policy) -> [Widening] {
        let file = parent.chain.first ?? parent.shownName
        var found = Self.widenings(rules, parent.rules, file)
        func add<Value>(_ rule: PolicyRule<Value>, _ text: String) {
            found.append(Widening(rule: rule.name, place: rule.place, text: text, parent: file))
        }
        for rule in syscalls.allow where !parent.syscalls.allow.contains(where: { $0.value == rule.value }) {
            add(rule, rule.value)
        }
        if let profile = syscalls.profile, profile.value > parent.syscalls.profile?.value ?? .default {
            add(profile, profile.value.rawValue)
        }
        for tool in tools {
            let below = parent.tool(tool.name)
            found += Self.widenings(tool.rules, below?.rules.over(parent.rules) ?? parent.rules, file)
            let wasEnabled = below?.enabled?.value ?? ToolName.all.contains(tool.name)
            if let enabled = tool.enabled, enabled.value, !wasEnabled { add(enabled, "true") }
        }
        return found
    }

    private static func widenings(_ rules: RuleSet, _ below: RuleSet, _ file: String) -> [Widening] {
        func fresh<Value>(
            _ own: [PolicyRule<Value>], _ inherited: [PolicyRule<Value>], _ text: (Value) -> String
        ) -> [Widening] {
            let known = Set(inherited.map { text($0.value) })
            return own.filter { !known.contains(text($0.value)) }.map {
                Widening(rule: $0.name, place: $0.place, text: text($0.value), parent: file)
            }
        }
        func higher<Value: Comparable>(
            _ own: PolicyRule<Value>?, _ inherited: PolicyRule<Value>?, _ text: (Value) -> String
        ) -> [Widening] {
            guard let own, let inherited, own.value > inherited.value else { return [] }
            return [Widening(rule: own.name, place: own.place, text: text(own.value), parent: file)]
        }
        let paths = [
            fresh(rules.filesystem.read, below.filesystem.read, \.text),
            fresh(rules.filesystem.write, below.filesystem.write, \.text),
            fresh(rules.filesystem.execute, below.filesystem.execute, \.text),
        ]
        let others = [
            fresh(rules.commands.allow, below.commands.allow, \.text),
            fresh(rules.network.allow, below.network.allow, \.text),
            fresh(rules.environment.pass, below.environment.pass, \.self),
        ]
        let limits = [
            higher(rules.limits.wall, below.limits.wall, \.description),
            higher(rules.limits.cpu, below.limits.cpu, \.description),
            higher(rules.limits.memory, below.limits.memory, { String($0) }),
            higher(rules.limits.processes, below.limits.processes, { String($0) }),
            higher(rules.limits.openFiles, below.limits.openFiles, { String($0) }),
            higher(rules.limits.fileSize, below.limits.fileSize, { String($0) }),
            higher(rules.limits.output, below.limits.output, { String($0) }),
            higher(rules.limits.runsPerMinute, below.limits.runsPerMinute, { String($0) }),
            higher(rules.limits.concurrent, below.limits.concurrent, { String($0) }),
        ]
        return (paths + others + limits).flatMap(\.self)
    }
}
