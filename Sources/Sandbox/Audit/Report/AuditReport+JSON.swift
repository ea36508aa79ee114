package import JSON

extension AuditReport {
    /// The result of `policy audit --format json`. `findings` are those that count; `waived` ones have no effect on grade,
    /// score and summary.
    package static func json(_ reports: [AuditReport]) -> JSONValue {
        var summary = JSONObject()
        for severity in AuditSeverity.allCases.reversed() {
            summary[severity.rawValue] = .int(reports.map { $0.count(severity) }.reduce(0, +))
        }
        summary["waived"] = .int(reports.map(\.waived.count).reduce(0, +))
        return ["files": .array(reports.map(\.json)), "summary": .object(summary)]
    }

    private var json: JSONValue {
        [
            "file": .string(file), "grade": .string(score.grade), "score": .double(score.value),
            "findings": .array(findings.map(\.json)), "waived": .array(waived.map(\.json)),
            "not_evaluated": .array(
                omissions.map { ["check": .string($0.check), "reason": .string($0.reason)] as JSONValue }),
        ]
    }
}

extension AuditFinding {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["check"] = .string(check)
        object["severity"] = .string(severity.rawValue)
        object["file"] = .string(place.file)
        object["line"] = .int(place.line)
        object["column"] = .int(place.column)
        object["rule"] = rule.map { .string($0) } ?? .null
        object["message"] = .string(message)
        object["evidence"] = .array(evidence.map { .string($0) })
        object["why"] = .string(why)
        object["fix"] = .string(fix)
        if let waiver {
            object["waiver"] = [
                "reason": .string(waiver.reason), "owner": .string(waiver.owner), "expires": .string(waiver.expires),
            ]
        }
        return .object(object)
    }
}
