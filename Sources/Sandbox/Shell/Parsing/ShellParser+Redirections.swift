extension ShellParser {
    /// The redirection that is next, or nil; nothing is taken then.
    mutating func redirection() throws(ShellSyntaxError) -> ShellRedirection? {
        guard let byte = current() else { return nil }
        let start = place
        if byte == ShellByte.ampersand {
            guard next() == ShellByte.greater else { return nil }
            try mustBeBash("`&>`", at: start)
            let appends = take("&>>")
            if !appends { _ = take("&>") }
            let word = try target()
            return ShellRedirection(span: span(from: start), target: appends ? .append(word) : .write(word))
        }
        var probe = place
        var variable: String?
        if byte.isShellDigit {
            while probe < end, text[probe].isShellDigit { probe = behindContinuations(probe + 1) }
        } else if byte == ShellByte.openBrace {
            probe = behindContinuations(probe + 1)
            let name = probe
            while probe < end, text[probe].continuesShellName { probe += 1 }
            guard probe > name, probe < end, text[probe] == ShellByte.closeBrace else { return nil }
            variable = String(decoding: text[name..<probe], as: UTF8.self)
            probe += 1
        }
        guard probe < end, text[probe] == ShellByte.less || text[probe] == ShellByte.greater else { return nil }
        let after = behindContinuations(probe + 1)
        if after < end, text[after] == ShellByte.openParenthesis { return nil }
        if variable != nil { try mustBeBash("a variable for a descriptor", at: start) }
        place = probe
        try countNode()
        let target = try operation(from: start)
        return ShellRedirection(span: span(from: start), target: target, variable: variable)
    }

    /// The operator and what it is about.
    private mutating func operation(from start: Int) throws(ShellSyntaxError) -> ShellRedirection.Target {
        if take("<<<") {
            try mustBeBash("`<<<`", at: start)
            return .hereString(try target())
        }
        if take("<<-") { return .hereDocument(try hereDocument(from: start, stripsTabs: true)) }
        if take("<<") { return .hereDocument(try hereDocument(from: start, stripsTabs: false)) }
        if take("<&") { return .duplicate(try target(), isOutput: false) }
        if take("<>") { return .readWrite(try target()) }
        if take("<") { return .read(try target()) }
        if take(">>") { return .append(try target()) }
        if take(">|") { return .write(try target()) }
        if take(">&") { return .duplicate(try target(), isOutput: true) }
        advance()
        return .write(try target())
    }

    private mutating func target() throws(ShellSyntaxError) -> ShellWord {
        skipBlanks()
        guard let word = try word(.ordinary) else { throw unexpectedHere(expected: "a file or a descriptor") }
        return word
    }

    private mutating func hereDocument(from start: Int, stripsTabs: Bool) throws(ShellSyntaxError) -> Int {
        skipBlanks()
        guard let word = try word(.ordinary) else { throw unexpectedHere(expected: "the end mark of a here-document") }
        var delimiter: [UInt8] = []
        var isQuoted = false
        for part in word.parts {
            switch part {
            case .text(let bytes): delimiter += bytes
            case .quoted(let bytes):
                delimiter += bytes
                isQuoted = true
            case .doubleQuoted(let parts):
                isQuoted = true
                for case let inner in parts {
                    guard case .quoted(let bytes) = inner else { throw strangeDelimiter(start) }
                    delimiter += bytes
                }
            default: throw strangeDelimiter(start)
            }
        }
        if delimiter.isEmpty || delimiter.contains(ShellByte.newline) { throw strangeDelimiter(start) }
        let number = documents.count
        documents.append(ShellDocument(span: span(from: start), parts: []))
        awaited.append(
            AwaitedDocument(
                number: number, delimiter: delimiter, isQuoted: isQuoted, stripsTabs: stripsTabs,
                span: ShellSpan(start, place)))
        return number
    }

    private func strangeDelimiter(_ start: Int) -> ShellSyntaxError {
        failure(
            .ambiguous, "the end mark of a here-document is not one plain word", at: start, expected: "a mark like EOF")
    }
}
