/// How much a finding matters, on this host and with the rest of the policy as it is.
package enum AuditSeverity: String, Sendable, CaseIterable, Comparable {
    case low, medium, high, critical

    package static func < (left: AuditSeverity, right: AuditSeverity) -> Bool { left.rank < right.rank }

    package var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// One step more.
    var raised: AuditSeverity { Self.allCases[min(rank + 1, Self.allCases.count - 1)] }
}
