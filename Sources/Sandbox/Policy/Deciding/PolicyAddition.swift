/// A rule that a policy would have to have, so that something is allowed.
package struct PolicyAddition: Sendable, Hashable {
    /// nil: for all tools.
    var tool: String?
    /// `filesystem`, and `write` in it; without a section a key of the tool itself.
    var section = ""
    var key: String
    /// As YAML has it.
    var value: String
    /// Why it is not a narrower one.
    var note: String?

    static func path(_ path: String, _ access: PathAccess) -> PolicyAddition {
        PolicyAddition(section: "filesystem", key: access.rawValue, value: QuotedYAML.text(path))
    }

    static func command(_ program: String) -> PolicyAddition {
        PolicyAddition(section: "commands", key: "allow", value: QuotedYAML.text(program))
    }

    static func host(_ host: String, for tool: String) -> PolicyAddition {
        PolicyAddition(tool: tool, section: "network", key: "allow", value: QuotedYAML.text(host))
    }

    static func enabling(_ tool: String) -> PolicyAddition {
        PolicyAddition(tool: tool, key: "enabled", value: "true")
    }
}

extension [PolicyAddition] {
    /// What a policy that extends the one in force says.
    var yaml: String {
        let shared = filter { $0.tool == nil }
        var lines = shared.ordered(\.section).flatMap { section, entries in
            ["\(section):"] + entries.lists.map { "  \($0)" }
        }
        let tools = filter { $0.tool != nil }.ordered(\.tool).map { tool, entries in
            let keys = entries.ordered(\.section).flatMap { section, entries -> [String] in
                section.isEmpty
                    ? entries.map { "\($0.key): \($0.value)" }
                    : ["\(section): { \(entries.lists.joined(separator: ", ")) }"]
            }
            return "  \(tool ?? ""): { \(keys.joined(separator: ", ")) }"
        }
        if !tools.isEmpty { lines += ["tools:"] + tools }
        return lines.joined(separator: "\n")
    }

    private var lists: [String] {
        ordered(\.key).map { key, entries in "\(key): [\(entries.map(\.value).joined(separator: ", "))]" }
    }

    /// By a part of them, in the order of the first of each.
    private func ordered<Part: Hashable>(_ part: (PolicyAddition) -> Part) -> [(Part, [PolicyAddition])] {
        var order: [Part] = []
        for each in map(part) where !order.contains(each) { order.append(each) }
        let groups = Dictionary(grouping: self, by: part)
        return order.map { ($0, groups[$0] ?? []) }
    }
}
