/// One thing that an audit looks for: what is said of it, and a pure function that looks. docs/audit.md, the rules of SARIF
/// and the texts of findings are read from here.
package struct AuditCheck: Sendable {
    /// As waivers and reports name it; it never changes.
    package let id: String
    /// The group's letter and a number, for lists.
    package let number: String
    /// Where nothing about the host or the rest of the policy makes it more or less.
    package let severity: AuditSeverity
    /// What is found, in a few words.
    package let title: String
    package let why: String
    package let fix: String
    let look: @Sendable (AuditScene) throws(NotEvaluated) -> [AuditDraft]

    init(
        _ number: String, _ id: String, _ severity: AuditSeverity, _ title: String, why: String, fix: String,
        look: @escaping @Sendable (AuditScene) throws(NotEvaluated) -> [AuditDraft]
    ) {
        self.id = id
        self.number = number
        self.severity = severity
        self.title = title
        self.why = why
        self.fix = fix
        self.look = look
    }
}

/// Why a check says nothing, or not all: something that it needs is not there.
struct NotEvaluated: Error {
    let reason: String
    /// What can be said nevertheless.
    let found: [AuditDraft]

    init(_ reason: String, found: [AuditDraft] = []) {
        self.reason = reason
        self.found = found
    }
}

/// What a check found, before it is known what is waived.
struct AuditDraft {
    var rule: String?
    var place: RulePlace
    var severity: AuditSeverity?
    var message: String
    var evidence: [String]
    var fix: String?

    init<Value>(
        _ rule: PolicyRule<Value>, _ message: String, _ severity: AuditSeverity? = nil, evidence: [String] = [],
        fix: String? = nil
    ) {
        self.init(
            rule: rule.name, place: rule.place, message: message, severity, evidence: evidence, fix: fix)
    }

    init(
        rule: String?, place: RulePlace, message: String, _ severity: AuditSeverity? = nil, evidence: [String] = [],
        fix: String? = nil
    ) {
        self.rule = rule
        self.place = place
        self.severity = severity
        self.message = message
        self.evidence = evidence
        self.fix = fix
    }
}
