package import JSON
package import YAML

/// SARIF 2.1.0 (OASIS standard of 2020), for code hosts and editors that show findings beside the lines.
extension AuditReport {
    package static func sarif(
        _ reports: [AuditReport], version: String, problems: [SettingsProblem] = []
    ) -> JSONValue {
        var driver = JSONObject()
        driver["name"] = "sidecar policy audit"
        driver["version"] = .string(version)
        driver["rules"] = .array(AuditCatalog.checks.map(rule))
        let results = reports.flatMap { report -> [JSONValue] in
            var seen: [String: Int] = [:]
            return (report.findings + report.waived).map { report.result($0, &seen) }
        }
        let notes = reports.flatMap { report in
            report.omissions.map { omission in
                [
                    "level": "note", "descriptor": ["id": .string(omission.check)],
                    "message": [
                        "text": .string("\(report.file): \(omission.check) was not evaluated: \(omission.reason)")
                    ],
                ] as JSONValue
            }
        }
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": .object(driver)],
                    "invocations": [
                        [
                            "executionSuccessful": .bool(problems.isEmpty),
                            "toolExecutionNotifications": .array(problems.map(error) + notes),
                        ]
                    ],
                    "originalUriBaseIds": [
                        ownBase: ["description": ["text": "The source of sidecar, which brings these policies along."]]
                    ],
                    "columnKind": "unicodeCodePoints", "results": .array(results),
                ]
            ],
        ]
    }

    /// A file that could not be audited.
    private static func error(_ problem: SettingsProblem) -> JSONValue {
        var object = JSONObject()
        object["level"] = "error"
        object["message"] = ["text": .string(problem.description)]
        if case .file(let name, let position) = problem.place {
            object["locations"] = [
                location(name, region: ["startLine": .int(position.line), "startColumn": .int(position.column)])
            ]
        }
        return .object(object)
    }

    private static func location(_ file: String, region: JSONValue) -> JSONValue {
        ["physicalLocation": ["artifactLocation": artifact(file), "region": region]]
    }

    /// Where the policies are that are part of the program: no place of this machine, and none of the repository that is
    /// looked at.
    private static let ownBase = "SIDECAR"

    private static func artifact(_ file: String) -> JSONValue {
        guard file.hasPrefix(PolicySource.builtInPrefix) else { return ["uri": .string(uri(file))] }
        let name = String(file.dropFirst(PolicySource.builtInPrefix.count))
        return ["uri": .string(uri("policies/\(name)")), "uriBaseId": .string(ownBase)]
    }

    private static func rule(_ check: AuditCheck) -> JSONValue {
        [
            "id": .string(check.id), "name": .string(name(check.id)),
            "shortDescription": ["text": .string(check.title)], "fullDescription": ["text": .string(check.why)],
            "help": [
                "text": .string("\(check.why)\n\n\(check.fix)"),
                "markdown": .string("\(check.why)\n\n**To mend it:** \(check.fix)"),
            ],
            "defaultConfiguration": ["level": .string(check.severity.sarifLevel)],
            "properties": [
                "tags": ["security"], "number": .string(check.number),
                "security-severity": .string(check.severity.sarifScore),
            ],
        ]
    }

    /// `exec.shell_for_tool` as `ExecShellForTool`: the standard wants a word that can be an identifier.
    private static func name(_ id: String) -> String {
        id.split { $0 == "." || $0 == "_" }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private func result(_ finding: AuditFinding, _ seen: inout [String: Int]) -> JSONValue {
        var object = JSONObject()
        object["ruleId"] = .string(finding.check)
        if let index = AuditCatalog.checks.firstIndex(where: { $0.id == finding.check }) {
            object["ruleIndex"] = .int(index)
        }
        object["level"] = .string(finding.severity.sarifLevel)
        let evidence = finding.evidence.isEmpty ? "" : " (\(finding.evidence.joined(separator: "; ")))"
        object["message"] = ["text": .string(finding.message + evidence)]
        var region = JSONObject()
        region["startLine"] = .int(finding.place.line)
        region["startColumn"] = .int(finding.place.column)
        if let line = loaded.line(of: finding.place) { region["snippet"] = ["text": .string(line)] }
        object["locations"] = [Self.location(finding.place.file, region: .object(region))]
        // Neither line nor number of the rule is part of it, so that it stays when lines are put in above.
        let print = Fingerprint.of([finding.check, finding.place.file, finding.message])
        let count = seen[print, default: 0] + 1
        seen[print] = count
        object["partialFingerprints"] = ["sidecarFinding/v1": .string("\(print):\(count)")]
        if let waiver = finding.waiver {
            object["suppressions"] = [
                [
                    "kind": "inSource", "status": "accepted",
                    "justification": .string("\(waiver.reason) (\(waiver.owner), until \(waiver.expires))"),
                ]
            ]
        }
        object["properties"] = [
            "severity": .string(finding.severity.rawValue), "rule": finding.rule.map { .string($0) } ?? .null,
            "fix": .string(finding.fix),
        ]
        return .object(object)
    }

    /// RFC 3986: what may stand in a path, the rest by its bytes.
    static func uri(_ file: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        let path = file.utf8.map { byte -> String in
            if plain.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
        return path.hasPrefix("/") ? "file://\(path)" : path
    }
}

/// The same text, the same number; good enough to tell findings apart, and no secret depends on it (FNV-1a).
private enum Fingerprint {
    static func of(_ parts: [String]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in parts {
            for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension AuditSeverity {
    var sarifLevel: String {
        switch self {
        case .low: "note"
        case .medium: "warning"
        case .high, .critical: "error"
        }
    }

    /// Of ten, as code hosts group them.
    var sarifScore: String {
        switch self {
        case .low: "2.0"
        case .medium: "5.0"
        case .high: "8.0"
        case .critical: "9.5"
        }
    }
}
