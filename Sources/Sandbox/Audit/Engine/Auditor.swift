/// All checks over a policy. Pure: the same policy, request and host always give the same report.
package enum Auditor {
    package static func audit(
        _ loaded: LoadedPolicy, named file: String, _ request: AuditRequest, host: any AuditHost
    ) -> AuditReport {
        let scene = AuditScene(loaded, request, host)
        var findings: [AuditFinding] = []
        var omissions: [AuditOmission] = []
        for check in AuditCatalog.checks {
            do throws(NotEvaluated) {
                findings += folded(try check.look(scene), check)
            } catch {
                findings += folded(error.found, check)
                omissions.append(AuditOmission(check: check.id, reason: error.reason))
            }
        }
        let waivers = AuditWaivers(scene.policy.waivers, today: request.today)
        let judged = findings.map { waivers.applied(to: $0) }
        let counting = judged.filter { $0.waiver == nil }.sorted(by: isBefore)
        return AuditReport(
            file: file, score: AuditScore(counting), findings: counting,
            waived: judged.filter { $0.waiver != nil }.sorted(by: isBefore), omissions: omissions, loaded: loaded)
    }

    /// More of the same than anybody reads one by one, the less the less it matters.
    private static func singlesMax(_ severity: AuditSeverity) -> Int {
        switch severity {
        case .low: 1
        case .medium: 3
        case .high, .critical: 5
        }
    }

    /// A finding each, but for long rows of one check and severity in one file: those are one, with the places in it.
    private static func folded(_ drafts: [AuditDraft], _ check: AuditCheck) -> [AuditFinding] {
        var rows: [Row: [AuditDraft]] = [:]
        var order: [Row] = []
        for draft in drafts {
            let row = Row(severity: draft.severity ?? check.severity, file: draft.place.file)
            if rows[row] == nil { order.append(row) }
            rows[row, default: []].append(draft)
        }
        return order.flatMap { row -> [AuditFinding] in
            let drafts = rows[row] ?? []
            guard drafts.count > singlesMax(row.severity), var first = drafts.first else {
                return drafts.map { finding($0, check) }
            }
            first.evidence = drafts.map { "line \($0.place.line): \($0.message)" }
            first.message += "; \(drafts.count - 1) more of this kind in this file"
            return [finding(first, check)]
        }
    }

    private struct Row: Hashable {
        let severity: AuditSeverity
        let file: String
    }

    private static func finding(_ draft: AuditDraft, _ check: AuditCheck) -> AuditFinding {
        AuditFinding(
            check: check.id, severity: draft.severity ?? check.severity, rule: draft.rule, place: draft.place,
            message: draft.message, evidence: draft.evidence, why: check.why, fix: draft.fix ?? check.fix)
    }

    private static func isBefore(_ left: AuditFinding, _ right: AuditFinding) -> Bool {
        if left.severity != right.severity { return left.severity > right.severity }
        if left.check != right.check { return left.check < right.check }
        if left.place.file != right.place.file { return left.place.file < right.place.file }
        return (left.place.line, left.place.column) < (right.place.line, right.place.column)
    }
}
