extension ShellParser {
    mutating func simpleCommand() throws(ShellSyntaxError) -> ShellCommand {
        let start = place
        var assignments: [ShellAssignment] = []
        var words: [ShellWord] = []
        var redirections: [ShellRedirection] = []
        var declares = false
        while true {
            skipBlanks()
            if let redirection = try redirection() {
                redirections.append(redirection)
            } else if words.isEmpty, let assignment = try assignment(afterRedirection: !redirections.isEmpty) {
                assignments.append(assignment)
            } else {
                let name = words.isEmpty ? plainWord() : nil
                guard let word = try word(declares ? .declaration : words.isEmpty ? .command : .ordinary) else { break }
                words.append(word)
                if let name { declares = Self.declaring.contains(name) }
            }
            if words.count == 1, assignments.isEmpty, redirections.isEmpty, let form = try function(words[0]) {
                return ShellCommand(span: span(from: start), form: form, redirections: [])
            }
        }
        if words.isEmpty, assignments.isEmpty, redirections.isEmpty { throw unexpectedHere(expected: "a command") }
        return ShellCommand(
            span: span(from: start), form: .simple(assignments: assignments, words: words), redirections: redirections)
    }

    /// The builtins whose arguments may be arrays: `declare a=(1 2)`.
    private static let declaring: Set<String> = [
        "alias", "declare", "eval", "export", "let", "local", "readonly", "typeset",
    ]

    /// `name () …`, of which the name was read.
    private mutating func function(_ word: ShellWord) throws(ShellSyntaxError) -> ShellForm? {
        skipBlanks()
        guard current() == ShellByte.openParenthesis else { return nil }
        guard word.parts.count == 1, case .text(let bytes) = word.parts[0] else {
            throw unexpectedHere(expected: "a plain name before `()`")
        }
        advance()
        skipBlanks()
        try expectByte(ShellByte.closeParenthesis)
        return try functionBody(String(decoding: bytes, as: UTF8.self))
    }

    // MARK: Assignments

    /// `name=`, `name+=`, `name[…]=`; nil if the next word is none of them.
    private mutating func assignment(afterRedirection: Bool) throws(ShellSyntaxError) -> ShellAssignment? {
        guard let head = assignmentHead() else { return nil }
        let start = place
        var result = ShellAssignment(
            span: ShellSpan(0, 0), name: head.name, subscripting: nil, appends: false, value: .array([]))
        let opening = place
        place = head.end
        if current() == ShellByte.openBracket {
            if afterRedirection {
                throw failure(.ambiguous, "an element of an array behind a redirection", at: opening)
            }
            try mustBeBash("an array", at: opening)
            result.subscripting = try bracketed()
            guard current() == ShellByte.equals || (current() == UInt8(ascii: "+") && next() == ShellByte.equals) else {
                throw failure(
                    .ambiguous, "a name with a subscript that is no assignment", at: opening, expected: "`=`, or quotes"
                )
            }
        }
        if current() == UInt8(ascii: "+") {
            try mustBeBash("`+=`", at: place)
            result.appends = true
            advance()
            _ = current()
        }
        advance()
        if current() == ShellByte.openParenthesis {
            if afterRedirection { throw failure(.ambiguous, "an array behind a redirection", at: opening) }
            result.value = .array(try arrayElements())
            // Bash goes on with the same word, in which `#` begins no comment.
            if let byte = current(), !byte.isShellBreak {
                throw failure(.ambiguous, "text behind an array's parenthesis", expected: "a blank")
            }
        } else {
            let value = place
            result.value = .word(try word(.value) ?? ShellWord(span: span(from: value), parts: []))
        }
        result.span = span(from: start)
        return result
    }

    /// The name, if what stands next is the beginning of an assignment, and the place behind it.
    private mutating func assignmentHead() -> (name: String, end: Int)? {
        guard let first = current(), first.startsShellName else { return nil }
        var probe = place
        var name: [UInt8] = []
        while probe < end, text[probe].continuesShellName {
            name.append(text[probe])
            probe = behindContinuations(probe + 1)
        }
        guard probe < end else { return nil }
        let after = behindContinuations(probe + 1)
        let appends = text[probe] == UInt8(ascii: "+") && after < end && text[after] == ShellByte.equals
        guard text[probe] == ShellByte.equals || text[probe] == ShellByte.openBracket || appends else { return nil }
        return (String(decoding: name, as: UTF8.self), probe)
    }

    /// `(…)` of an array.
    mutating func arrayElements() throws(ShellSyntaxError) -> [ShellWord] {
        try mustBeBash("an array", at: place)
        try enter()
        defer { leave() }
        try expectByte(ShellByte.openParenthesis)
        var elements: [ShellWord] = []
        while true {
            try skipBlanksAndNewlines()
            if current() == ShellByte.closeParenthesis { break }
            guard let element = try word(.element) else { throw unexpectedHere(expected: "`)`") }
            elements.append(element)
        }
        advance()
        return elements
    }
}
