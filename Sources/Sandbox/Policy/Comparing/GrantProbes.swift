/// Questions that show where two policies differ: from each rule of either, calls that it is about.
struct GrantProbes {
    private let tool: String?
    private let rules: [RuleSet]
    private static let variables = TruthTable.variables

    init(tool: String?, _ first: Policy, _ second: Policy) {
        self.tool = tool
        rules = [first, second].map { policy in tool.map { policy.rules(for: $0) } ?? policy.rules }
    }

    func allowed(by policy: Policy, notBy other: Policy) -> [PolicyGrant] {
        if let tool {
            let (isOn, wasOn) = (Self.isEnabled(tool, policy), Self.isEnabled(tool, other))
            if isOn != wasOn { return isOn ? [PolicyGrant(tool: tool, kind: .tool, what: "may be called")] : [] }
            if !isOn { return [] }
        }
        let (more, less) = (rules(of: policy), rules(of: other))
        let commands = tool == nil || tool == ToolName.runningPrograms
        return paths(more, less) + (commands ? programs(more, less) : []) + hosts(more, less) + environment(more, less)
    }

    private func rules(of policy: Policy) -> RuleSet { tool.map { policy.rules(for: $0) } ?? policy.rules }

    private static func isEnabled(_ tool: String, _ policy: Policy) -> Bool {
        policy.tool(tool)?.enabled?.value ?? ToolName.all.contains(tool)
    }

    private func grant(_ kind: PolicyGrant.Kind, _ what: String) -> PolicyGrant {
        PolicyGrant(tool: tool, kind: kind, what: what)
    }

    // MARK: Paths

    private func paths(_ more: RuleSet, _ less: RuleSet) -> [PolicyGrant] {
        let kinds: [(PathAccess, PolicyGrant.Kind)] = [(.read, .read), (.write, .write), (.execute, .execute)]
        return kinds.flatMap { access, kind in
            let found = patterns.filter { pattern in
                examples(of: pattern).contains { path in
                    Self.allows(more, path, access) && !Self.allows(less, path, access)
                }
            }
            return found.filter { !Self.isBeneathAnother($0, found) }.map { grant(kind, $0.text) }
        }
    }

    /// Named already by the folder that it lies in.
    private static func isBeneathAnother(_ pattern: PathPattern, _ found: [PathPattern]) -> Bool {
        let path = pattern.literalPrefix(variables).path
        return found.contains { other in
            guard other.text != pattern.text, let folder = other.literal(variables) else { return false }
            return path.isBeneath(folder) && (path != folder || !pattern.literalIsWhole)
        }
    }

    private var patterns: [PathPattern] {
        var seen: Set<String> = []
        return rules.flatMap { rules in
            let files = rules.filesystem
            return (files.read + files.write + files.execute).map(\.value) + files.deny.map(\.value.path)
        }.filter { seen.insert($0.text).inserted }
    }

    private static func allows(_ rules: RuleSet, _ path: NormalPath, _ access: PathAccess) -> Bool {
        PathJudge(rules: rules.filesystem, variables: variables, host: BareHost()).permits(path, access)
    }

    /// What it names, and something inside of that. One that begins anywhere is asked about in each folder that is named.
    private func examples(of pattern: PathPattern) -> [NormalPath] {
        let (prefix, rest) = pattern.literalPrefix(Self.variables)
        let names = rest.compactMap { part -> String? in
            switch part {
            case .literal(let name): name
            case .wildcard(let wildcard): wildcard.example
            case .anyDepth: nil
            }
        }
        var found = [prefix.appending(names)]
        if pattern.variable == nil, prefix == .root, rest.first == .anyDepth {
            found += patterns.compactMap { $0.literal(Self.variables)?.appending(names) }
        }
        return found + found.map { $0.appending(["x"]) }
    }

    // MARK: Programs

    private func programs(_ more: RuleSet, _ less: RuleSet) -> [PolicyGrant] {
        var seen: Set<String> = []
        return rules.flatMap { ($0.commands.allow + $0.commands.deny).map(\.value) }
            .filter { seen.insert($0.text).inserted }
            .filter { pattern in
                calls(of: pattern).contains { Self.allows(more, $0) && !Self.allows(less, $0) }
            }.map { grant(.command, $0.text) }
    }

    private static func allows(_ rules: RuleSet, _ call: [String]) -> Bool {
        ProgramJudge(rules: rules, variables: variables, host: BareHost()).decide(
            CommandCall(call), in: variables.workspace
        )
        .outcome == .allow
    }

    private func calls(of pattern: CommandPattern) -> [[String]] {
        let program: String =
            switch pattern.program {
            case .name(let name): name.example
            case .path(let path): path.literal(Self.variables)?.text ?? path.text
            }
        switch pattern.arguments {
        case .any: return [[program], [program, "x"]]
        case .words(let words, let isOpen):
            let call = [program] + words.map(\.example)
            return isOpen ? [call, call + ["x"]] : [call]
        case .each(let allowed, let denied):
            let words = (allowed ?? [Wildcard("x")]).map(\.example) + denied.map(\.value.example)
            return [[program]] + words.map { [program, $0] }
        }
    }

    // MARK: Hosts and variables

    private func hosts(_ more: RuleSet, _ less: RuleSet) -> [PolicyGrant] {
        func allows(_ rules: RuleSet, _ name: HostName, _ port: UInt16) -> Bool {
            rules.network.allow.contains { $0.value.covers(name, port: port) }
        }
        var seen: Set<String> = []
        return rules.flatMap { $0.network.allow.map(\.value) }.filter { seen.insert($0.text).inserted }
            .filter { pattern in
                guard let (name, ports) = pattern.example else { return false }
                return ports.contains { allows(more, name, $0) && !allows(less, name, $0) }
            }.map { grant(.host, $0.text) }
    }

    private func environment(_ more: RuleSet, _ less: RuleSet) -> [PolicyGrant] {
        let passed = more.environment.pass.map(\.value).filter { name in
            !less.environment.pass.contains { Wildcard($0.value).matches(name) }
        }
        let known = less.environment.set.map(\.value)
        let set = more.environment.set.map(\.value).filter { !known.contains($0) }
        return passed.map { grant(.environment, $0) } + set.map { grant(.environment, "\($0.name)=\($0.text)") }
    }
}

extension PathPattern {
    /// Whether there are no wildcards in it.
    fileprivate var literalIsWhole: Bool { literalPrefix(TruthTable.variables).rest.isEmpty }
}

extension HostPattern {
    /// A name and ports that it covers.
    fileprivate var example: (HostName, [UInt16])? {
        let text: String =
            switch host {
            case .exact(let name): name.description
            case .below(let base): "x.\(base)"
            case .any: "x.example"
            }
        guard let name = try? HostName(text) else { return nil }
        switch port {
        case .exact(let port): return (name, [port])
        case .any: return (name, [HostPattern.defaultPort, 1])
        }
    }
}
