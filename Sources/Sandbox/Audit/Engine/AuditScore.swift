/// One number for a policy, next to its findings and never instead of them. A pure function of those that count:
///
/// Checks that have one cause count together: that code of the agent's choice runs, or that programs start others, is one
/// thing, however many programs do it. Each cause takes what its worst finding weighs (critical 4, high 2, medium 0.5, low
/// 0.05), and a tenth of that for every further finding, up to half as much again. What is left of ten is the score, but
/// at most 8.9 where something is medium, 7.4 where something is high and 3.9 where something is critical. A is 9 and more, so
/// nothing but low findings, B 7.5, C 6, D 4, E 2.
package struct AuditScore: Sendable, Equatable {
    /// Tenths, so that equal policies have equal scores.
    private let tenths: Int

    package var value: Double { Double(tenths) / 10 }

    package var text: String { "\(tenths / 10).\(tenths % 10)" }

    package var grade: String {
        switch tenths {
        case 90...: "A"
        case 75...: "B"
        case 60...: "C"
        case 40...: "D"
        case 20...: "E"
        default: "F"
        }
    }

    package init(_ findings: [AuditFinding]) {
        var hundredths = 1000
        for group in Dictionary(grouping: findings, by: { Self.cause(of: $0.check) }).values {
            let worst = group.map(\.severity).max() ?? .low
            hundredths -= Self.weight(worst) + Self.weight(worst) * min(group.count - 1, 5) / 10
        }
        if findings.contains(where: { $0.severity == .medium }) { hundredths = min(hundredths, 890) }
        if findings.contains(where: { $0.severity == .high }) { hundredths = min(hundredths, 740) }
        if findings.contains(where: { $0.severity == .critical }) { hundredths = min(hundredths, 390) }
        tenths = max(0, hundredths) / 10
    }

    /// Checks that find the same in different programs.
    private static func cause(of check: String) -> String {
        if AuditCatalog.codeChecks.contains(check) { return "code" }
        return AuditCatalog.spawnChecks.contains(check) ? "spawn" : check
    }

    /// In hundredths.
    private static func weight(_ severity: AuditSeverity) -> Int {
        switch severity {
        case .low: 5
        case .medium: 50
        case .high: 200
        case .critical: 400
        }
    }
}
