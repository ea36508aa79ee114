internal import YAML

/// A rule as `expect` names it: its name, or the beginning of one, perhaps with the file that it stands in. Names are
/// counted in each file anew, so that without a file the nearest one is meant: the policy's own, or else the first on the
/// way up that has a rule of that name.
struct RuleReference: Equatable {
    let file: String?
    let name: String

    /// `commands.deny`, `commands.deny[2]`, `base.yaml:commands.deny[2]`.
    init(_ text: String) {
        let cut = text.lastIndex(of: ":")
        file = cut.map { String(text[..<$0]) }
        name = cut.map { String(text[text.index(after: $0)...]) } ?? text
    }

    func matches(_ decision: Decision, in names: RuleNames) -> Bool {
        guard Self.covers(name, decision.rule) else { return false }
        guard let place = decision.place else { return file == nil }
        if let file { return Self.isNamed(place.file, file) }
        let files = names.places[name, default: []].map(\.file)
        // A beginning of a name is of every file.
        guard let nearest = names.chain.first(where: files.contains) else { return true }
        return place.file == nearest
    }

    /// `commands.deny` is also `commands.deny[2]`, and that of a tool.
    private static func covers(_ wanted: String, _ name: String) -> Bool {
        if name == wanted || name.hasPrefix("\(wanted)[") || name.hasPrefix("\(wanted).") { return true }
        guard name.hasPrefix("tools."), !wanted.hasPrefix("tools.") else { return false }
        let inner = name.split(separator: ".", maxSplits: 2).dropFirst(2).first.map(String.init)
        return inner.map { covers(wanted, $0) } ?? false
    }

    /// `base.yaml` is also `built-in:base.yaml` and `policies/base.yaml`.
    private static func isNamed(_ file: String, _ wanted: String) -> Bool {
        file == wanted || file.hasSuffix("/\(wanted)") || file == "built-in:\(wanted)"
    }

    /// What is wrong with it, as the end of a sentence; nil where some decision could be by that rule.
    func problem(in names: RuleNames) -> String? {
        guard let file else {
            if names.places[name] != nil || RuleNames.lists.contains(name) { return nil }
            let known = names.places.keys.sorted() + RuleNames.lists
            return known.contains { Self.covers(name, $0) }
                ? nil : "names no rule\(NearestName.hint(for: name, among: known))"
        }
        guard let found = names.chain.first(where: { Self.isNamed($0, file) }) else {
            return "names a file that the policy does not extend; there are \(names.chain.joined(separator: ", "))"
        }
        let known = names.places.filter { $0.value.contains { $0.file == found } }.keys.sorted()
        return known.contains { Self.covers(name, $0) }
            ? nil : "names no rule of \(found)\(NearestName.hint(for: name, among: known))"
    }
}

/// The rules of a policy that can be the reason of a decision, by their names.
struct RuleNames {
    private(set) var places: [String: [RulePlace]] = [:]
    let chain: [String]

    init(_ policy: Policy) {
        chain = policy.chain
        add(policy.rules)
        for tool in policy.tools {
            if let enabled = tool.enabled { add([enabled]) }
            add(tool.rules)
        }
    }

    private mutating func add(_ rules: RuleSet) {
        add(rules.filesystem.read + rules.filesystem.write + rules.filesystem.execute)
        add(rules.filesystem.deny)
        add(rules.commands.allow + rules.commands.deny)
        for rule in rules.commands.allow {
            if case .each(_, let denied) = rule.value.arguments { add(denied) }
        }
        add(rules.network.allow)
    }

    private mutating func add<Value>(_ rules: [PolicyRule<Value>]) {
        for rule in rules { places[rule.name, default: []].append(rule.place) }
    }

    /// Lists that a rule can stand in, and what a decision names where none spoke.
    static let lists =
        [
            "commands", "commands.allow", "commands.deny", "filesystem.read", "filesystem.write", "filesystem.execute",
            "filesystem.deny", "network.allow", "tools", "input.command", "input.file_path", "input.notebook_path",
            "input.path", "input.pattern", "input.url",
        ] + ToolName.all.map { "tools.\($0).enabled" }
}
