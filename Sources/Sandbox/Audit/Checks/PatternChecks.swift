/// How rules about commands are written.
enum PatternChecks {
    static let all = [wildcardFirst, noBoundary, denySpelling]

    private static let wildcardFirst = AuditCheck(
        "C26", "commands.wildcard_first", .medium, "A wildcard stands where the program or its subcommand does",
        why: "What comes first decides what a command is; a rule that leaves it open allows more than it shows.",
        fix: "Name the programs, and put wildcards behind the subcommand: `git status *`."
    ) { scene in
        scene.scopes.flatMap { scope in
            scope.own.commands.allow.compactMap { rule -> AuditDraft? in
                if case .name(let name) = rule.value.program, name.text == "*" {
                    return AuditDraft(
                        rule, "`\(rule.value.text)` allows every program",
                        scope.containment.network == .none ? nil : .high)
                }
                if case .name(let name) = rule.value.program, name.text.hasPrefix("*") {
                    return AuditDraft(rule, "`\(rule.value.text)` allows every program whose name ends like that")
                }
                guard case .words(let words, _) = rule.value.arguments, words.count > 1, words[0].text == "*" else {
                    return nil
                }
                return AuditDraft(rule, "`\(rule.value.text)` leaves the subcommand open")
            }
        }
    }

    private static let noBoundary = AuditCheck(
        "C27", "commands.no_boundary", .low, "A pattern ends inside of a word",
        why: "`build*` is also `build-and-publish`: whatever somebody names like that is allowed with it.",
        fix: "End the pattern at a word or at a mark: `build`, `build-*`, `npm run build *`."
    ) { scene in
        scene.scopes.flatMap { scope in
            scope.own.commands.allow.compactMap { rule -> AuditDraft? in
                var words: [Wildcard] = []
                if case .name(let name) = rule.value.program { words.append(name) }
                switch rule.value.arguments {
                case .any: break
                case .words(let more, _): words += more
                case .each(let allowed, _): words += allowed ?? []
                }
                guard let word = words.first(where: endsInside) else { return nil }
                return AuditDraft(rule, "`\(word.text)` in `\(rule.value.text)` has no boundary before its `*`")
            }
        }
    }

    private static func endsInside(_ word: Wildcard) -> Bool {
        guard word.text.hasSuffix("*"), let last = word.text.dropLast().last else { return false }
        return last.isLetter || last.isNumber
    }

    private static let denySpelling = AuditCheck(
        "C28", "commands.deny_spelling", .medium, "A denial holds for one spelling only",
        why:
            "Options have more than one spelling: short and long, joined and apart, with `=`. Who means to get around a "
            + "rule takes another.",
        fix: "Deny the other spellings too, or grant only the subcommands that are meant."
    ) { scene in
        scene.scopes.flatMap { scope in denials(scope) + limits(scope) }
    }

    private static func denials(_ scope: AuditScope) -> [AuditDraft] {
        scope.own.commands.deny.compactMap { rule in
            guard case .words(let words, _) = rule.value.arguments, words.allSatisfy(\.isLiteral) else { return nil }
            let texts = words.map(\.text)
            let evading = OptionSpellings.others(texts).first { other in
                !scope.effective.commands.deny.contains { known in
                    known.value.programText == rule.value.programText
                        && known.value.denies(other.map { .known($0) }) != .no
                }
            }
            guard let evading else { return nil }
            let call = ([rule.value.programText] + evading).joined(separator: " ")
            return AuditDraft(rule, "`\(rule.value.text)` does not deny `\(call)`, which does the same")
        }
    }

    private static func limits(_ scope: AuditScope) -> [AuditDraft] {
        scope.own.commands.allow.compactMap { rule in
            guard case .each(nil, let denied) = rule.value.arguments else { return nil }
            for option in denied where option.value.isLiteral {
                let others = OptionSpellings.others([option.value.text]).filter { $0.count == 1 }.flatMap { $0 }
                guard let other = others.first(where: { other in !denied.contains { $0.value.matches(other) } }) else {
                    continue
                }
                return AuditDraft(
                    option,
                    "`\(option.value.text)` is denied for `\(rule.value.programText)`, and `\(other)` does the same",
                    .low)
            }
            return nil
        }
    }
}
