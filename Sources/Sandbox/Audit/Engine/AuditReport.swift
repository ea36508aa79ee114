/// What an audit says of one policy file.
package struct AuditReport: Sendable {
    /// As it was named.
    package let file: String
    package let score: AuditScore
    /// Those that count, the worst first.
    package let findings: [AuditFinding]
    /// Those that somebody accepted.
    package let waived: [AuditFinding]
    package let omissions: [AuditOmission]
    /// Of the files that places point into.
    package let loaded: LoadedPolicy

    package var worst: AuditSeverity? { findings.map(\.severity).max() }

    package func count(_ severity: AuditSeverity) -> Int { findings.count { $0.severity == severity } }
}
