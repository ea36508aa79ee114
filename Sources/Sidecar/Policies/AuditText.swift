internal import LinuxSystem
internal import Sandbox

/// What `policy audit` says to people.
struct AuditText {
    let reports: [AuditReport]
    let console: any Console

    func text() -> String {
        let texts = reports.map { file($0).joined(separator: "\n") + "\n" }
        return texts.joined(separator: "\n") + "\n" + summary() + "\n"
    }

    private func styled(_ text: String, _ style: TextStyle) -> String { console.styled(text, style, on: .output) }

    private static func style(_ severity: AuditSeverity) -> TextStyle {
        switch severity {
        case .critical, .high: .red
        case .medium: .yellow
        case .low: .dim
        }
    }

    private func file(_ report: AuditReport) -> [String] {
        let grade = report.score.grade
        let style: TextStyle = grade <= "B" ? .green : grade <= "D" ? .yellow : .red
        var lines = ["\(styled(report.file, .bold))  \(styled("\(grade)  \(report.score.text)", style))"]
        for severity in AuditSeverity.allCases.reversed() {
            let all = report.findings.filter { $0.severity == severity }
            guard !all.isEmpty else { continue }
            lines += ["", styled(severity.rawValue, Self.style(severity))]
            let findings = all.filter { !isOfBuiltIn($0, report) }
            let below = Dictionary(grouping: all.filter { isOfBuiltIn($0, report) }, by: \.place.file)
            for (file, findings) in below.sorted(by: { $0.key < $1.key }) { lines += counted(findings, file) }
            for (index, each) in findings.enumerated() {
                lines += finding(each, report)
                // What is said of a check is said once.
                let isLast = index + 1 == findings.count || findings[index + 1].check != each.check
                if isLast { lines += reason(each) }
            }
        }
        if !report.waived.isEmpty {
            lines += ["", styled("waived", .dim)]
            lines += report.waived.flatMap(waived)
        }
        if !report.omissions.isEmpty {
            lines += ["", styled("not evaluated", .dim)]
            lines += report.omissions.map { "  \($0.check): \($0.reason)" }
        }
        return lines
    }

    /// Of a built-in policy that this one extends, and of little weight: whoever extends it has read them there, or can.
    private func isOfBuiltIn(_ finding: AuditFinding, _ report: AuditReport) -> Bool {
        finding.severity == .low && finding.place.file.hasPrefix(PolicySource.builtInPrefix)
            && finding.place.file != report.loaded.policy.chain.first
    }

    private func counted(_ findings: [AuditFinding], _ file: String) -> [String] {
        let name = file.dropFirst(PolicySource.builtInPrefix.count).prefix { $0 != "." }
        let checks = Set(findings.map(\.check)).sorted().joined(separator: ", ")
        return ["  \(styled("of \(file)", .bold))"] + indented("\(checks). See `sidecar policy audit \(name)`.", 4) + [
            ""
        ]
    }

    private func finding(_ finding: AuditFinding, _ report: AuditReport) -> [String] {
        let place = styled(finding.place.description, .dim)
        var lines = ["  \(styled(finding.check, .bold))  \(place)"]
        lines += indented(finding.message + ".", 4)
        // The start of a file stands for the file as a whole.
        if finding.place.line > 1, let line = report.loaded.line(of: finding.place) {
            lines += RulePointer.lines(line, at: finding.place) { styled($0, Self.style(finding.severity)) }
                .map { "      \($0)" }
        }
        lines += finding.evidence.prefix(Self.evidenceMax).map { "    · \($0)" }
        let more = finding.evidence.count - Self.evidenceMax
        return more > 0 ? lines + ["    · and \(more) more, which --format json has"] : lines
    }

    /// Lines that are read, and not passed over.
    private static let evidenceMax = 12

    private func reason(_ finding: AuditFinding) -> [String] {
        indented(finding.why, 4) + indented("→ \(finding.fix)", 4) + [""]
    }

    private func waived(_ finding: AuditFinding) -> [String] {
        guard let waiver = finding.waiver else { return [] }
        return ["  \(finding.check)  \(styled(finding.place.description, .dim))"]
            + indented("\(finding.message): \(waiver.reason) (\(waiver.owner), until \(waiver.expires))", 4)
    }

    private func indented(_ text: String, _ columns: Int) -> [String] {
        let margin = String(repeating: " ", count: columns)
        return TextLayout.wrap(text, width: TextLayout.width - columns).map { margin + $0 }
    }

    private func summary() -> String {
        let counts = AuditSeverity.allCases.reversed().map { severity in
            "\(reports.map { $0.count(severity) }.reduce(0, +)) \(severity.rawValue)"
        }
        let waived = reports.map(\.waived.count).reduce(0, +)
        let files = reports.count == 1 ? "1 policy" : "\(reports.count) policies"
        return "\(files): \(counts.joined(separator: ", "))\(waived == 0 ? "" : ", \(waived) waived")"
    }
}
