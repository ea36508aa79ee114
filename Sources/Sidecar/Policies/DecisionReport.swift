internal import JSON
internal import LinuxSystem
internal import Sandbox

/// What `policy explain` says of a decision, for people and for programs.
struct DecisionReport {
    let tool: String
    let decision: Decision
    let policy: LoadedPolicy
    /// nil for a call that is allowed.
    let remedy: Remedy?

    func json() -> JSONValue {
        var pairs: [(String, JSONValue)] = [
            ("decision", .string(decision.outcome.rawValue)), ("rule", .string(decision.rule)),
        ]
        pairs += RulePlace.json(decision.place)
        pairs += [
            ("reason", .string(decision.reason)), ("tool", .string(tool)),
            ("policy", .string(policy.policy.shownName)),
            ("suggestion", remedy?.suggestion.map { .string($0) } ?? .null),
            ("warnings", .array((remedy?.warnings ?? []).map { .string($0) })),
            ("obstacle", remedy?.obstacle.map(Self.json) ?? .null),
            ("left_to_kernel", .array(decision.notes.map { .string($0) })),
            ("programs", .array(decision.programs.map(Self.json))),
        ]
        return .members(pairs)
    }

    private static func json(_ obstacle: Decision) -> JSONValue {
        .members(
            [("rule", .string(obstacle.rule))] + RulePlace.json(obstacle.place)
                + [("reason", .string(obstacle.reason))])
    }

    private static func json(_ program: ProgramDecision) -> JSONValue {
        .members([
            ("command", .string(program.title)), ("verdict", .string(program.verdict.rawValue)),
            ("at", ["line": .int(program.line), "column": .int(program.column)]),
            ("rule", program.decision.map { .string($0.rule) } ?? .null),
            ("place", program.decision?.place.map { .members(RulePlace.json($0)) } ?? .null),
            ("reason", program.decision.map { .string($0.reason) } ?? .null),
            ("notes", .array(program.notes.map { .string($0) })), ("children", .array(program.children.map(json))),
        ])
    }

    func text(_ console: any Console) -> String {
        let isAllowed = decision.outcome == .allow
        let style: TextStyle = isAllowed ? .green : .red
        let styled = { (text: String, style: TextStyle) in console.styled(text, style, on: .output) }
        var lines = ["\(styled(isAllowed ? "allow" : "deny", style))  \(styled(tool, .bold))", ""]
        lines += TextLayout.wrap(Self.sentence(decision.reason), width: TextLayout.width - 2).map { "  \($0)" }
        lines.append("")
        lines += rule(styled, style)
        if !decision.programs.isEmpty {
            lines += ["", styled("What would run", .bold)]
            lines += decision.programs.enumerated().flatMap { index, program in
                tree(program, "  ", isLast: index == decision.programs.count - 1, styled)
            }
        }
        if !decision.notes.isEmpty {
            lines += ["", styled("Left to the kernel, which holds the same rules", .bold)]
            lines += decision.notes.flatMap { note in
                TextLayout.wrap(note, width: TextLayout.width - 4).enumerated().map {
                    $0 == 0 ? "  · \($1)" : "    \($1)"
                }
            }
        }
        lines += remedy.map { mend($0, styled) } ?? []
        return lines.joined(separator: "\n") + "\n"
    }

    private func mend(_ remedy: Remedy, _ styled: (String, TextStyle) -> String) -> [String] {
        if let obstacle = remedy.obstacle, obstacle.rule != decision.rule || obstacle.place != decision.place {
            let place = obstacle.place.map { "  " + styled($0.description, .dim) } ?? ""
            return ["", styled("No rule that is added allows it", .bold)]
                + indented(Self.sentence(obstacle.reason), 2) + ["  \(styled(obstacle.rule, .bold))\(place)"]
        }
        guard let suggestion = remedy.suggestion else { return [] }
        var lines = ["", styled("To allow it, a policy that extends this one says", .bold)]
        lines += suggestion.split(separator: "\n").map { "  \($0)" }
        for warning in remedy.warnings { lines += indented("Think twice: \(warning).", 2) }
        return lines
    }

    private func indented(_ text: String, _ columns: Int) -> [String] {
        let margin = String(repeating: " ", count: columns)
        return TextLayout.wrap(text, width: TextLayout.width - columns).map { margin + $0 }
    }

    private static func sentence(_ text: String) -> String {
        guard let first = text.first, let last = text.last else { return text }
        return "\(first.uppercased())\(text.dropFirst())\(".!?".contains(last) ? "" : ".")"
    }

    private func rule(_ styled: (String, TextStyle) -> String, _ style: TextStyle) -> [String] {
        guard let place = decision.place else {
            let isList = decision.outcome == .deny && !decision.rule.hasPrefix("input.")
            return ["  \(styled(decision.rule, .bold))\(isList ? " has no rule for it" : "")"]
        }
        var lines = ["  \(styled(decision.rule, .bold))  \(styled(place.description, .dim))"]
        if let line = policy.line(of: place) {
            lines += RulePointer.lines(line, at: place) { styled($0, style) }.map { "    \($0)" }
        }
        return lines
    }

    private func tree(
        _ program: ProgramDecision, _ indent: String, isLast: Bool, _ styled: (String, TextStyle) -> String
    ) -> [String] {
        let sign: String =
            switch program.verdict {
            case .allow: styled("✓", .green)
            case .deny: styled("✗", .red)
            case .shell: styled("·", .dim)
            case .kernel: styled("?", .yellow)
            }
        let rule = program.decision.map { decision in
            "  " + styled(decision.rule + (decision.place.map { "  \($0)" } ?? ""), .dim)
        }
        var lines = ["\(indent)\(isLast ? "└" : "├") \(sign) \(Self.short(program.title))\(rule ?? "")"]
        let below = indent + (isLast ? "  " : "│ ")
        for (index, child) in program.children.enumerated() {
            lines += tree(child, below, isLast: index == program.children.count - 1, styled)
        }
        return lines
    }

    private static let titleMax = 72

    private static func short(_ text: String) -> String {
        text.count > titleMax ? "\(text.prefix(titleMax - 1))…" : text
    }
}
