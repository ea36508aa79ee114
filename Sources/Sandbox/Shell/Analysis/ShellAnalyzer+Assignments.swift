extension ShellAnalyzer {
    mutating func assignment(
        _ assignment: ShellAssignment, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) -> ShellRunAssignment {
        if let text = assignment.subscripting { try arithmetic(text, reach, into: &children) }
        var value = ShellValue.unknown(ShellUnknown(.variable, assignment.name))
        var isNumber = false
        switch assignment.value {
        case .word(let word):
            value = try assignedValue(word, reach, into: &children)
            isNumber = !assignment.appends && (Int(value.known ?? "") != nil || Self.isNumber(word))
        case .array(let words):
            for word in words { _ = try values(word, reach, into: &children) }
        }
        assigned(assignment.name, isNumber: isNumber)
        if assignment.appends { value = .unknown(ShellUnknown(.variable, assignment.name)) }
        try influence(assignment.name, value, assignment.span, reach, into: &children)
        return ShellRunAssignment(name: assignment.name, value: value)
    }

    /// `$(( … ))`, `$#`, `${#x}` and nothing else.
    private static func isNumber(_ word: ShellWord) -> Bool {
        guard word.parts.count == 1 else { return false }
        switch word.parts[0] {
        case .arithmetic: return true
        case .parameter(let parameter): return parameter.isNumber
        case .doubleQuoted(let parts): return isNumber(ShellWord(span: word.span, parts: parts))
        default: return false
        }
    }

    /// `name=value` among the arguments of a builtin or of `env`. False if it is none.
    mutating func assignmentWord(
        _ word: ShellValue, _ span: ShellSpan, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) -> Bool {
        if let name = word.assignedName, word.known == nil {
            try influence(name, word, span, reach, into: &children)
            return true
        }
        guard let text = word.known, let equals = text.firstIndex(of: "=") else { return false }
        try influence(
            String(text[..<equals]), .known(String(text[text.index(after: equals)...])), span, reach, into: &children)
        return true
    }

    /// Notes an assignment that others obey, and what its value runs by itself.
    mutating func influence(
        _ name: String, _ value: ShellValue, _ span: ShellSpan, _ reach: [ShellReach],
        into children: inout [ShellRun]
    ) throws(ShellSyntaxError) {
        if name == "BASH_ALIASES" { scope.definesAlias = scope.definesAlias ?? span }
        if name == "POSIXLY_CORRECT" {
            scope.expandsAliases = true
            children.append(unknown(.shellMode, name, span, reach))
        }
        if ["SHELLOPTS", "BASHOPTS", "BASH_COMPAT"].contains(name) {
            children.append(unknown(.shellMode, name, span, reach))
        }
        guard let effect = ShellInfluences.effect(of: name) else { return }
        influences.append(
            ShellInfluence(name: name, value: value, effect: effect, position: position(span.start)))
        if name.hasPrefix("BASH_FUNC_") { children.append(unknown(.text, name, span, reach)) }
        if ShellInfluences.runFiles.contains(name), value.known != "" {
            children.append(unknown(.file, value.known ?? name, span, reach))
        }
        if ShellInfluences.expanded.contains(name) {
            try expandedText(value, name, span, reach, into: &children)
        }
    }

    /// The value is expanded like a text in double quotes, again and again: PS4 with `set -x`.
    private mutating func expandedText(
        _ value: ShellValue, _ name: String, _ span: ShellSpan, _ reach: [ShellReach],
        into children: inout [ShellRun]
    ) throws(ShellSyntaxError) {
        guard let text = value.known else {
            children.append(unknown(.text, name, span, reach))
            return
        }
        // A prompt's own escapes are taken away before it is expanded: `\044(…)` is a substitution.
        if text.contains("\\") {
            children.append(unknown(.prompt, name, span, reach))
            return
        }
        do throws(ShellSyntaxError) {
            let parts = try inner(Array(text.utf8), span) { parser throws(ShellSyntaxError) in
                try parser.quotedParts(.document)
            }
            try collect(parts, span, reach + [.text], into: &children)
        } catch {
            if error.kind == .limit { throw error }
            children.append(unknown(.unreadable, error.message, span, reach))
        }
    }
}
