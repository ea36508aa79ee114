internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import YAML

/// Every rule of a policy with what it extends, in the order of the file's keys: what `policy show` prints.
struct PolicyOutline {
    struct Line {
        /// `["tools", "Bash", "limits", "wall"]`.
        let keys: [String]
        /// One of a list.
        let isItem: Bool
        let rule: String
        let value: Shown
        let place: RulePlace
    }

    let policy: Policy
    private(set) var lines: [Line] = []

    init(_ policy: Policy) {
        self.policy = policy
        value(["version"], policy.version) { .integer($0) }
        value(["name"], policy.name) { .text($0) }
        value(["description"], policy.description) { .text($0) }
        add([], policy.rules)
        value(["syscalls", "profile"], policy.syscalls.profile) { .text($0.rawValue) }
        list(["syscalls", "allow"], policy.syscalls.allow) { .text($0) }
        list(["syscalls", "deny"], policy.syscalls.deny) { .text($0) }
        list(["require"], policy.require) { .text($0.rawValue) }
        for tool in policy.tools {
            value(["tools", tool.name, "enabled"], tool.enabled) { .truth($0) }
            add(["tools", tool.name], tool.rules)
        }
        list(["waivers"], policy.waivers) { PolicyKeys.waiver.show($0) }
    }

    private mutating func add(_ keys: [String], _ rules: RuleSet) {
        list(keys + ["filesystem", "read"], rules.filesystem.read) { .text($0.text) }
        list(keys + ["filesystem", "write"], rules.filesystem.write) { .text($0.text) }
        list(keys + ["filesystem", "execute"], rules.filesystem.execute) { .text($0.text) }
        list(keys + ["filesystem", "deny"], rules.filesystem.deny, \.shown)
        list(keys + ["commands", "allow"], rules.commands.allow, \.shown)
        list(keys + ["commands", "deny"], rules.commands.deny, \.shown)
        list(keys + ["network", "allow"], rules.network.allow) { .text($0.text) }
        list(keys + ["environment", "pass"], rules.environment.pass) { .text($0) }
        for rule in rules.environment.set {
            let value = Shown.text(rule.value.text)
            add(keys + ["environment", "set", rule.value.name], isItem: false, rule, value)
        }
        let limits = rules.limits
        value(keys + ["limits", "wall"], limits.wall) { .text($0.description) }
        value(keys + ["limits", "cpu"], limits.cpu) { .text($0.description) }
        value(keys + ["limits", "memory"], limits.memory) { .text(ByteCount.describe($0)) }
        value(keys + ["limits", "processes"], limits.processes) { .integer($0) }
        value(keys + ["limits", "open_files"], limits.openFiles) { .integer($0) }
        value(keys + ["limits", "file_size"], limits.fileSize) { .text(ByteCount.describe($0)) }
        value(keys + ["limits", "output"], limits.output) { .text(ByteCount.describe($0)) }
        value(keys + ["limits", "runs_per_minute"], limits.runsPerMinute) { .integer($0) }
        value(keys + ["limits", "concurrent"], limits.concurrent) { .integer($0) }
    }

    private mutating func list<Value>(_ keys: [String], _ rules: [PolicyRule<Value>], _ show: (Value) -> Shown) {
        for rule in rules { add(keys, isItem: true, rule, show(rule.value)) }
    }

    private mutating func value<Value>(_ keys: [String], _ rule: PolicyRule<Value>?, _ show: (Value) -> Shown) {
        if let rule { add(keys, isItem: false, rule, show(rule.value)) }
    }

    private mutating func add<Value>(_ keys: [String], isItem: Bool, _ rule: PolicyRule<Value>, _ value: Shown) {
        lines.append(Line(keys: keys, isItem: isItem, rule: rule.name, value: value, place: rule.place))
    }

    /// A policy file that extends nothing and means the same, each line with the place that it comes from.
    func yaml() -> String {
        var rows: [(text: String, place: RulePlace?)] = []
        var open: [String] = []
        for line in lines {
            let keys = line.isItem ? line.keys : line.keys.dropLast()
            let shared = zip(open, keys).prefix { $0 == $1 }.count
            for depth in shared..<max(shared, keys.count) {
                rows.append((String(repeating: "  ", count: depth) + "\(FlowText.scalar(keys[depth])):", nil))
            }
            open = Array(keys)
            let indent = String(repeating: "  ", count: keys.count)
            let start = line.isItem ? "- " : "\(FlowText.scalar(line.keys.last ?? "")): "
            rows.append((indent + start + FlowText.text(line.value), line.place))
        }
        let width = min(Self.columnMax, rows.map(\.text.count).max() ?? 0)
        return rows.map { row in
            guard let place = row.place else { return "\(row.text)\n" }
            let gap = String(repeating: " ", count: max(0, width - row.text.count) + 2)
            return "\(row.text)\(gap)# \(place)\n"
        }.joined()
    }

    private static let columnMax = 60

    func json() -> JSONValue {
        .members([
            ("name", .string(policy.shownName)),
            ("description", policy.description.map { .string($0.value) } ?? .null),
            ("chain", .array(policy.chain.map { .string($0) })),
            (
                "rules",
                .array(
                    lines.map { line in
                        .members(
                            [
                                ("key", .string(line.keys.joined(separator: "."))), ("rule", .string(line.rule)),
                                ("value", SettingsSchema.json(line.value) ?? .null),
                            ] + RulePlace.json(line.place))
                    })
            ),
            (
                "widenings",
                .array(
                    policy.widenings.map { widening in
                        .members(
                            [
                                ("rule", .string(widening.rule)), ("value", .string(widening.text)),
                                ("beyond", .string(widening.parent)),
                            ] + RulePlace.json(widening.place))
                    })
            ),
        ])
    }
}
