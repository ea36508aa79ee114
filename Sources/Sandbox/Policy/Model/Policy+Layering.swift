// The one rule of `extends` and of `tools.<Name>`: lists add to those below, a value replaces the one below, and what is
// denied stays denied. A truth table is of the file that it stands in: what a child adds may change what its parent says.

extension Policy {
    /// This file on top of the one that it extends. Its name and description are its own: a parent's say something else.
    package func over(_ parent: Policy) -> Policy {
        var result = self
        result.version = version ?? parent.version
        result.rules = rules.over(parent.rules)
        result.syscalls.profile = syscalls.profile ?? parent.syscalls.profile
        result.syscalls.allow = parent.syscalls.allow + syscalls.allow
        result.syscalls.deny = parent.syscalls.deny + syscalls.deny
        result.require = parent.require + require
        result.tools = parent.tools.map { below in entry(below.name)?.over(below) ?? below }
        result.tools += tools.filter { parent.entry($0.name) == nil }
        result.waivers = parent.waivers + waivers
        result.chain = chain + parent.chain
        result.widenings = parent.widenings + widenings(beyond: parent)
        return result
    }
}

extension ToolRules {
    func over(_ below: ToolRules) -> ToolRules {
        var result = self
        result.enabled = enabled ?? below.enabled
        result.rules = rules.over(below.rules)
        return result
    }
}

extension RuleSet {
    func over(_ below: RuleSet) -> RuleSet {
        var result = below
        result.filesystem.read += filesystem.read
        result.filesystem.write += filesystem.write
        result.filesystem.execute += filesystem.execute
        result.filesystem.deny += filesystem.deny
        result.commands.allow += commands.allow
        result.commands.deny += commands.deny
        result.network.allow += network.allow
        result.environment.pass += environment.pass
        // A name that is set again has the later value, in its first place.
        for rule in environment.set {
            if let place = result.environment.set.firstIndex(where: { $0.value.name == rule.value.name }) {
                result.environment.set[place] = rule
            } else {
                result.environment.set.append(rule)
            }
        }
        result.limits = limits.over(below.limits)
        return result
    }
}

extension LimitRules {
    func over(_ below: LimitRules) -> LimitRules {
        var result = below
        if let wall { result.wall = wall }
        if let cpu { result.cpu = cpu }
        if let memory { result.memory = memory }
        if let processes { result.processes = processes }
        if let openFiles { result.openFiles = openFiles }
        if let fileSize { result.fileSize = fileSize }
        if let output { result.output = output }
        if let runsPerMinute { result.runsPerMinute = runsPerMinute }
        if let concurrent { result.concurrent = concurrent }
        return result
    }
}
