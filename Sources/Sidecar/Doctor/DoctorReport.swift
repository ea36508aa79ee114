package import Sandbox

/// Everything the doctor found, as people read it.
package struct DoctorReport: Sendable {
    package let checks: [Finding]

    package init(checks: [Finding]) { self.checks = checks }

    /// Warnings do not count: a weaker host is no broken one.
    package var isOK: Bool { !checks.contains { $0.status == .fail } }

    /// Groups in the order of their first finding, titles aligned, what to do below each.
    package func text(coloured: Bool) -> String {
        let width = checks.map { $0.title.count }.max() ?? 0
        var lines: [String] = []
        for group in groups {
            if !lines.isEmpty { lines.append("") }
            lines.append(coloured ? "\u{1B}[1m\(group)\u{1B}[0m" : group)
            for check in checks where check.group == group {
                let padding = String(repeating: " ", count: width - check.title.count)
                let mark = check.status.mark(coloured: coloured)
                lines.append("  \(mark) \(check.title)\(padding)  \(Self.plain(check.detail))")
                if let mend = check.mend {
                    lines.append(String(repeating: " ", count: width + Self.indent) + "→ \(Self.plain(mend))")
                }
            }
        }
        lines.append("")
        lines.append(summary)
        return lines.joined(separator: "\n") + "\n"
    }

    /// Two spaces, the mark, one space; two more between the columns.
    private static let indent = 6

    /// Paths and names of programs are chosen by others: nothing in them may steer the terminal.
    private static func plain(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    private var groups: [String] {
        var seen: Set<String> = []
        return checks.map { $0.group }.filter { seen.insert($0).inserted }
    }

    private var summary: String {
        func count(_ status: Finding.Status) -> Int { checks.count { $0.status == status } }
        let failed = count(.fail)
        let warned = count(.warn)
        if failed == 0 && warned == 0 { return "Everything is in order." }
        if failed == 0 { return "Nothing is broken; \(warned) could be better." }
        return "\(failed) must be mended" + (warned == 0 ? "." : "; \(warned) could be better.")
    }
}

extension Finding.Status {
    func mark(coloured: Bool) -> String {
        let (sign, colour) =
            switch self {
            case .ok: ("✓", "32")
            case .warn: ("!", "33")
            case .fail: ("✗", "31")
            case .info: ("·", "2")
            }
        return coloured ? "\u{1B}[\(colour)m\(sign)\u{1B}[0m" : sign
    }
}
