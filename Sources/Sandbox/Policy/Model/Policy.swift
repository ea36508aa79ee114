package import JSON

/// A policy file and all that it extends, as one. Lists hold the parents' rules first; `expect` is the file's own.
package struct Policy: Sendable {
    package var version: PolicyRule<Int>?
    package var name: PolicyRule<String>?
    package var description: PolicyRule<String>?
    /// What this file itself extends; the whole way up is in `chain`.
    package var extends: PolicyRule<String>?
    package var rules = RuleSet()
    package var syscalls = SyscallRules()
    package var require: [PolicyRule<SandboxLayer>] = []
    /// What holds for one tool only, by its name.
    package var tools: [ToolRules] = []
    package var waivers: [PolicyRule<Waiver>] = []
    package var expect: [PolicyRule<Expectation>] = []
    /// This file, what it extends, and so on.
    package var chain: [String] = []
    /// What a file allows beyond the one that it extends.
    package var widenings: [Widening] = []

    package init() {}

    package var shownName: String { name?.value ?? chain.first ?? "policy" }

    /// What stands under a name, whatever else covers it.
    func entry(_ name: String) -> ToolRules? { tools.first { $0.name == name } }

    /// What holds for a tool. Those of servers can be named by a pattern: of several that cover one the longest speaks.
    package func tool(_ name: String) -> ToolRules? {
        if let own = entry(name) { return own }
        guard ToolName.isOfServer(name) else { return nil }
        return tools.filter { ToolName.isPattern($0.name) && Wildcard($0.name).matches(name) }
            .max { $0.name.utf8.count < $1.name.utf8.count }
    }

    /// Whether a tool of a server may be called; what it is called with is the server's to judge.
    package func decision(onServerTool name: String) -> Decision {
        guard let enabled = tool(name)?.enabled else {
            return Decision(
                .deny, rule: "tools", reason: "the policy names no tool `\(name)`", addition: .enabling(name))
        }
        return enabled.value ? .allow(enabled, "\(name) is enabled") : .deny(enabled, "\(name) is not enabled")
    }

    /// The rules that hold for a tool: the policy's, and on top of them the tool's own, by the rules of `extends`.
    package func rules(for tool: String) -> RuleSet {
        self.tool(tool).map { $0.rules.over(rules) } ?? rules
    }
}

/// The rules of a policy that a tool can have of its own.
package struct RuleSet: Sendable, Equatable {
    package var filesystem = FilesystemRules()
    package var commands = CommandRules()
    package var network = NetworkRules()
    package var environment = EnvironmentRules()
    package var limits = LimitRules()
    package init() {}
}

package struct FilesystemRules: Sendable, Equatable {
    package var read: [PolicyRule<PathPattern>] = []
    package var write: [PolicyRule<PathPattern>] = []
    /// Folders whose files may run although `commands` does not name them.
    package var execute: [PolicyRule<PathPattern>] = []
    package var deny: [PolicyRule<DeniedPath>] = []
    package init() {}
}

/// A path that nothing allows.
package struct DeniedPath: Sendable, Equatable {
    package let path: PathPattern
    /// It may still be read where `read` grants it.
    package let onlyWriting: Bool

    package init(path: PathPattern, onlyWriting: Bool = false) {
        self.path = path
        self.onlyWriting = onlyWriting
    }
}

package struct CommandRules: Sendable, Equatable {
    package var allow: [PolicyRule<CommandPattern>] = []
    package var deny: [PolicyRule<CommandPattern>] = []
    package init() {}
}

package struct NetworkRules: Sendable, Equatable {
    /// Empty: no network at all.
    package var allow: [PolicyRule<HostPattern>] = []
    package init() {}
}

package struct SyscallRules: Sendable, Equatable {
    package enum Profile: String, Sendable, CaseIterable { case `default`, strict, wide }
    package var profile: PolicyRule<Profile>?
    package var allow: [PolicyRule<String>] = []
    package var deny: [PolicyRule<String>] = []
    package init() {}
}

/// `tools.<Name>`.
package struct ToolRules: Sendable {
    package var name = ""
    package var enabled: PolicyRule<Bool>?
    package var rules = RuleSet()
    package init() {}
}

/// A finding of the audit that somebody accepted.
package struct Waiver: Sendable, Equatable {
    package var check = ""
    package var reason = ""
    package var owner = ""
    /// The last day, as `2027-06-30`.
    package var expires = ""
    package init() {}
}

/// A line of the policy's own truth table.
package struct Expectation: Sendable {
    package var tool = ""
    package var input = JSONValue.object(JSONObject())
    package var decision: Decision.Outcome?
    /// The rule that must have decided: a name, or the beginning of one (`commands.deny`), perhaps with its file
    /// (`base.yaml:commands.deny[2]`).
    package var rule: String?
    /// Where input and rule are written.
    package var inputPlace: RulePlace?
    package var rulePlace: RulePlace?
    package init() {}
}

/// Something that a file allows and that the file it extends does not.
package struct Widening: Sendable, Equatable {
    package let rule: String
    package let place: RulePlace
    package let text: String
    /// The file that it goes beyond.
    package let parent: String
}
