/// Findings that somebody has accepted, as long as they did.
struct AuditWaivers {
    /// Checks about waivers themselves: who could waive those, could waive anything for ever.
    static let unwaivable: Set<String> = ["waivers.expired", "waivers.unknown"]

    private let inForce: [Waiver]

    init(_ waivers: [PolicyRule<Waiver>], today: String) {
        inForce = waivers.map(\.value).filter { !Self.hasExpired($0, today: today) }
    }

    /// Dates in this form are in the order of their texts.
    static func hasExpired(_ waiver: Waiver, today: String) -> Bool { waiver.expires < today }

    func applied(to finding: AuditFinding) -> AuditFinding {
        guard !Self.unwaivable.contains(finding.check) else { return finding }
        var result = finding
        result.waiver = inForce.first { $0.check == finding.check }
        return result
    }
}
