internal import Confinement
internal import LinuxSystem

extension ProofReport {
    package func text(_ console: any Console) -> String {
        let styled = { (text: String, style: TextStyle) in console.styled(text, style, on: .output) }
        let layers = self.layers.names.map { $0 == "landlock" ? "landlock (ABI \(landlockVersion))" : $0 }
        var lines = [
            "\(styled("policy", .bold))  \(policy)",
            "\(styled("host", .bold))    Linux \(host.kernel) \(host.machine), rung \(host.rung); runs are user \(host.outsideUser) outside",
            "\(styled("layers", .bold))  \(layers.joined(separator: ", "))", "",
        ]
        for group in EscapeGroup.allCases { lines += self.lines(of: group, styled) }
        lines += marked(.broken, "✗", .red, "Broken", styled)
        lines += marked(.inconclusive, "?", .yellow, "Inconclusive: these show nothing", styled)
        lines += marked(.granted, "·", .dim, "Granted: the policy itself allows these", styled)
        let worked = self.lines.count { $0.control.result == .worked }
        lines.append(
            "\(self.lines.count) attempts in \(String(tenths: seconds)) s, \(worked) of them shown to work without the jail: "
                + "\(count(.held)) held, \(count(.broken)) broken, \(count(.granted)) granted, "
                + "\(count(.inconclusive)) inconclusive")
        if broken.isEmpty, !isProof { lines.append("This proves nothing: \(whyNoProof).") }
        return lines.joined(separator: "\n") + "\n"
    }

    private var whyNoProof: String {
        emptyGroups.isEmpty
            ? "no attempt was held"
            : "no attempt showed anything in \(emptyGroups.map(\.rawValue).joined(separator: ", "))"
    }

    private static let titleWidth = EscapeGroup.allCases.map(\.title.count).max() ?? 0

    private func lines(of group: EscapeGroup, _ styled: (String, TextStyle) -> String) -> [String] {
        let own = lines.filter { $0.attempt.group == group }
        if own.isEmpty { return [] }
        let counts = AttemptVerdict.Result.allCases.compactMap { result -> String? in
            let count = own.count { $0.verdict.result == result }
            if count == 0 { return nil }
            let text = "\(count) \(result.rawValue)"
            return result == .broken ? styled(text, .red) : text
        }
        let isBroken = own.contains { $0.verdict.result == .broken }
        let sign = isBroken ? styled("✗", .red) : styled("✓", .green)
        let name = group.title + String(repeating: " ", count: max(0, Self.titleWidth - group.title.count))
        return ["\(sign) \(name) \(counts.joined(separator: ", "))"]
    }

    private func marked(
        _ result: AttemptVerdict.Result, _ sign: String, _ style: TextStyle, _ title: String,
        _ styled: (String, TextStyle) -> String
    ) -> [String] {
        let own = lines.filter { $0.verdict.result == result }
        if own.isEmpty { return [""].filter { _ in result == .broken } }
        return ["", styled(title, .bold)]
            + own.flatMap { line in
                [
                    "  \(styled(sign, style)) \(line.attempt.id): \(line.attempt.title)",
                    "      \(line.verdict.evidence)",
                ]
            } + (result == .granted ? [""] : [])
    }
}

extension String {
    /// `12.3`.
    fileprivate init(tenths seconds: Double) {
        let tenths = Int((seconds * 10).rounded())
        self = "\(tenths / 10).\(tenths % 10)"
    }
}
