/// What a policy says to a call of a tool, and because of what.
package struct Decision: Sendable, Equatable {
    package enum Outcome: String, Sendable, CaseIterable { case allow, deny }

    package var outcome: Outcome
    /// The rule that decided. Where none spoke, the list in which one would have to stand: `commands.allow`.
    package var rule: String
    /// nil where nothing is written that decided.
    package var place: RulePlace?
    package var reason: String
    /// The rule that is missing; nil where only taking one away would help.
    package var addition: PolicyAddition?
    /// What the text alone does not show, and is left to the kernel.
    package var notes: [String] = []
    /// For Bash: what the script would run, each with its own decision.
    package var programs: [ProgramDecision] = []

    package init(
        _ outcome: Outcome, rule: String, place: RulePlace? = nil, reason: String, addition: PolicyAddition? = nil,
        notes: [String] = []
    ) {
        self.outcome = outcome
        self.rule = rule
        self.place = place
        self.reason = reason
        self.addition = addition
        self.notes = notes
    }

    /// The rule that is missing, as YAML.
    package var suggestion: String? { addition.map { [$0].yaml } }

    static func allow<Value>(_ rule: PolicyRule<Value>, _ reason: String) -> Decision {
        Decision(.allow, rule: rule.name, place: rule.place, reason: reason)
    }

    static func deny<Value>(_ rule: PolicyRule<Value>, _ reason: String) -> Decision {
        Decision(.deny, rule: rule.name, place: rule.place, reason: reason)
    }
}

/// One command of a script.
package struct ProgramDecision: Sendable, Equatable {
    package enum Verdict: String, Sendable, CaseIterable {
        case allow, deny
        /// Part of the shell, or only a frame around others.
        case shell
        /// Not known from the text; the jail decides.
        case kernel
    }

    package var title: String
    package var verdict: Verdict
    /// Of the script.
    package var line: Int
    package var column: Int
    package var decision: Decision?
    package var notes: [String] = []
    package var children: [ProgramDecision] = []
}

/// A call of a tool is not one that can be judged: the caller's mistake, not the policy's word.
package struct ToolCallProblem: Error, Sendable, Equatable {
    package let message: String
}
