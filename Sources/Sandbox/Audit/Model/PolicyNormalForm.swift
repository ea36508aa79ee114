internal import LinuxSystem
internal import YAML

/// A policy as a set of lines: what it says, without order, comments and files. Two policies that say the same have the
/// same lines.
package enum PolicyNormalForm {
    package struct Line: Sendable, Hashable {
        package let text: String
        package let rule: String
        package let place: RulePlace
        /// More lines of this kind allow more; fewer of the others do.
        package let allows: Bool
    }

    package static func lines(_ policy: Policy) -> [Line] {
        var result = lines(policy.rules, "")
        for tool in policy.tools {
            let prefix = "tools.\(tool.name)."
            if let enabled = tool.enabled {
                result.append(line("\(prefix)enabled \(enabled.value)", enabled, allows: enabled.value))
            }
            result += lines(tool.rules, prefix)
        }
        if let profile = policy.syscalls.profile {
            result.append(line("syscalls.profile \(profile.value.rawValue)", profile, allows: true))
        }
        result += policy.syscalls.allow.map { line("syscalls.allow \($0.value)", $0, allows: true) }
        result += policy.syscalls.deny.map { line("syscalls.deny \($0.value)", $0, allows: false) }
        result += policy.require.map { line("require \($0.value.rawValue)", $0, allows: false) }
        return result
    }

    private static func line<Value>(_ text: String, _ rule: PolicyRule<Value>, allows: Bool) -> Line {
        Line(text: text, rule: rule.name, place: rule.place, allows: allows)
    }

    private static func lines(_ rules: RuleSet, _ prefix: String) -> [Line] {
        var result: [Line] = []
        func add<Value>(_ key: String, _ list: [PolicyRule<Value>], allows: Bool = true, _ text: (Value) -> String) {
            result += list.map { line("\(prefix)\(key) \(text($0.value))", $0, allows: allows) }
        }
        let paths = rules.filesystem
        add("filesystem.read", paths.read, \.text)
        add("filesystem.write", paths.write, \.text)
        add("filesystem.execute", paths.execute, \.text)
        add("filesystem.deny", paths.deny, allows: false) { $0.path.text + ($0.onlyWriting ? " (only write)" : "") }
        add("commands.allow", rules.commands.allow, \.text)
        add("commands.deny", rules.commands.deny, allows: false, \.text)
        add("network.allow", rules.network.allow, \.text)
        add("environment.pass", rules.environment.pass, \.self)
        add("environment.set", rules.environment.set) { "\($0.name)=\($0.text)" }
        let limits = rules.limits
        func limit<Value>(_ name: String, _ rule: PolicyRule<Value>?, _ text: (Value) -> String) {
            if let rule { result.append(line("\(prefix)limits.\(name) \(text(rule.value))", rule, allows: true)) }
        }
        limit("wall", limits.wall, \.description)
        limit("cpu", limits.cpu, \.description)
        limit("memory", limits.memory, { String($0) })
        limit("processes", limits.processes, { String($0) })
        limit("open_files", limits.openFiles, { String($0) })
        limit("file_size", limits.fileSize, { String($0) })
        limit("output", limits.output, { String($0) })
        limit("runs_per_minute", limits.runsPerMinute, { String($0) })
        limit("concurrent", limits.concurrent, { String($0) })
        return result
    }
}

// What of two states of a policy is the stricter one.
extension PolicyNormalForm {
    /// Whether a line takes something away: a policy without it allows more. A limit that is there at all is such a line,
    /// unless there is another value for it.
    static func denies(_ line: String) -> Bool {
        line.contains(".deny ") || line.hasPrefix("require ") || line.hasSuffix(".enabled false")
    }
}

extension PolicyNormalForm.Line {
    /// `limits.wall`, of `limits.wall 120s`; nil for what is no limit.
    static func limit(_ text: String) -> (name: Substring, value: Substring)? {
        guard let cut = text.lastIndex(of: " "), text.hasPrefix("limits.") || text.contains(".limits.") else {
            return nil
        }
        return (text[..<cut], text[text.index(after: cut)...])
    }

    /// Of a limit, beside the value that it had.
    func isStricter(than known: Substring) -> Bool {
        guard let own = Self.limit(text)?.value else { return false }
        if let new = Int(own), let old = Int(known) { return new <= old }
        guard let new = try? TimeSpan.parse(String(own)), let old = try? TimeSpan.parse(String(known)) else {
            return false
        }
        return new <= old
    }
}

extension AuditBaseline {
    /// The value that was approved for the limit of a line.
    func limit(_ line: String) -> Substring? {
        guard let name = PolicyNormalForm.Line.limit(line)?.name else { return nil }
        return lines.lazy.compactMap { PolicyNormalForm.Line.limit($0) }.first { $0.name == name }?.value
    }
}
