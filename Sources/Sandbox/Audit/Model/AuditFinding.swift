/// Something in a policy that somebody should know, and what to do about it.
package struct AuditFinding: Sendable, Equatable {
    package let check: String
    package let severity: AuditSeverity
    /// `commands.allow[3]`; nil for what is about the file as a whole.
    package let rule: String?
    package let place: RulePlace
    package let message: String
    /// What is on this host: the file, the link, the folder.
    package let evidence: [String]
    package let why: String
    package let fix: String
    /// Accepted, so that it does not count.
    package var waiver: Waiver?

    package init(
        check: String, severity: AuditSeverity, rule: String?, place: RulePlace, message: String, evidence: [String],
        why: String, fix: String
    ) {
        self.check = check
        self.severity = severity
        self.rule = rule
        self.place = place
        self.message = message
        self.evidence = evidence
        self.why = why
        self.fix = fix
    }
}

/// A check that could not be done, and why.
package struct AuditOmission: Sendable, Equatable {
    package let check: String
    package let reason: String
}
