/// Reads shell text the way bash does: by descending, without ever going back over what it has read, so that the time it
/// takes grows with the text and not with its nesting. Where the shells, their versions or their options disagree about a
/// text, it refuses (docs/decisions/009-shell-text.md).
struct ShellParser {
    let text: [UInt8]
    let origin: ShellOrigin
    let lines: ShellLines
    let dialect: ShellDialect
    var place = 0
    var end: Int
    var budget: ShellBudget
    var documents: [ShellDocument] = []
    /// Here-documents whose bodies begin after the next newline.
    var awaited: [AwaitedDocument] = []
    /// Inside of `$(…)` or `<(…)`.
    var substitutions = 0
    /// Here-documents of an enclosing command wait for their bodies, too.
    var othersAwait = false

    init(
        text: [UInt8], origin: ShellOrigin = .same, lines: ShellLines, dialect: ShellDialect, budget: ShellBudget
    ) {
        self.text = text
        self.origin = origin
        self.lines = lines
        self.dialect = dialect
        self.budget = budget
        end = text.count
    }

    struct AwaitedDocument {
        let number: Int
        let delimiter: [UInt8]
        let isQuoted: Bool
        let stripsTabs: Bool
        let span: ShellSpan
    }
}

/// Where the bytes of a text come from in the script that was given.
enum ShellOrigin {
    case same
    /// By byte, and one more for the end.
    case map([Int32])
    /// A text that was put together: it all points to the words it came from.
    case whole(ShellSpan)
}

extension ShellScript {
    package init(
        parsing text: String, dialect: ShellDialect = .bash, limits: ShellLimits = ShellLimits()
    ) throws(ShellSyntaxError) {
        try self.init(parsing: Array(text.utf8), dialect: dialect, limits: limits)
    }

    package init(
        parsing text: [UInt8], dialect: ShellDialect = .bash, limits: ShellLimits = ShellLimits()
    ) throws(ShellSyntaxError) {
        let lines = ShellLines(text.count > limits.textBytesMax ? [] : text)
        var parser = ShellParser(text: text, lines: lines, dialect: dialect, budget: ShellBudget(limits))
        try parser.checkText()
        let list = try parser.wholeList()
        self.init(list: list, documents: parser.documents, lines: lines)
    }
}

extension ShellParser {
    func checkText() throws(ShellSyntaxError) {
        if text.count > budget.limits.textBytesMax {
            throw failure(.limit, "the script has more than \(budget.limits.textBytesMax) bytes", at: 0)
        }
        if let zero = text.firstIndex(of: 0) { throw failure(.encoding, "a NUL byte", at: zero) }
        if String(validating: text, as: UTF8.self) == nil {
            throw failure(.encoding, "the script is not UTF-8", at: 0)
        }
    }

    /// Everything up to the end of the text.
    mutating func wholeList() throws(ShellSyntaxError) -> ShellList {
        let list = try list(until: .end)
        if let open = awaited.first {
            throw failure(.unfinished, "a here-document without a body", at: open.span.start)
        }
        return list
    }

    // MARK: Errors and limits

    func source(_ offset: Int) -> Int {
        switch origin {
        case .same: offset
        case .map(let places): Int(places[min(offset, places.count - 1)])
        case .whole(let span): span.start
        }
    }

    func span(from start: Int) -> ShellSpan {
        if case .whole(let span) = origin { return span }
        return ShellSpan(source(start), source(place))
    }

    func failure(
        _ kind: ShellSyntaxError.Kind, _ message: String, at offset: Int? = nil, expected: String? = nil
    ) -> ShellSyntaxError {
        ShellSyntaxError(
            kind: kind, position: lines.position(source(offset ?? place)), message: message, expected: expected)
    }

    /// For what dash, busybox and bash do not agree on.
    func mustBeBash(_ what: String, at offset: Int) throws(ShellSyntaxError) {
        guard dialect == .portable else { return }
        throw failure(.ambiguous, "\(what): what `sh` makes of it depends on which shell it is", at: offset)
    }

    mutating func enter() throws(ShellSyntaxError) {
        if budget.depth >= budget.limits.depthMax {
            throw failure(.limit, "nested deeper than \(budget.limits.depthMax)")
        }
        budget.depth += 1
    }

    mutating func leave() { budget.depth -= 1 }

    mutating func countNode() throws(ShellSyntaxError) {
        budget.nodes += 1
        if budget.nodes > budget.limits.nodesMax {
            throw failure(.limit, "more than \(budget.limits.nodesMax) commands, words and parts of them")
        }
    }

    mutating func countCopied(_ bytes: Int) throws(ShellSyntaxError) {
        budget.copiedBytes += bytes
        if budget.copiedBytes > budget.limits.copiedBytesMax {
            throw failure(.limit, "too much text inside of text")
        }
    }

    // MARK: Bytes

    /// The byte to look at, behind any line continuations: a backslash before a newline is as if neither were there.
    mutating func current() -> UInt8? {
        place = behindContinuations(place)
        return place < end ? text[place] : nil
    }

    /// The byte after the current one.
    func next() -> UInt8? {
        let probe = behindContinuations(place + 1)
        return probe < end ? text[probe] : nil
    }

    func behindContinuations(_ start: Int) -> Int {
        var probe = start
        while probe + 1 < end, text[probe] == ShellByte.backslash, text[probe + 1] == ShellByte.newline { probe += 2 }
        return probe
    }

    mutating func advance() { place += 1 }

    /// Moves behind the bytes if they are next.
    mutating func take(_ sought: String) -> Bool {
        var probe = place
        for byte in sought.utf8 {
            probe = behindContinuations(probe)
            guard probe < end, text[probe] == byte else { return false }
            probe += 1
        }
        place = probe
        return true
    }

    // MARK: Between the words

    /// Blanks, and a comment up to its newline.
    mutating func skipBlanks() {
        while let byte = current(), byte.isShellBlank { advance() }
        guard place < end, text[place] == ShellByte.hash else { return }
        while place < end, text[place] != ShellByte.newline { advance() }
    }

    mutating func skipBlanksAndNewlines() throws(ShellSyntaxError) {
        while true {
            skipBlanks()
            guard current() == ShellByte.newline else { return }
            if othersAwait {
                throw failure(
                    .ambiguous, "a newline in a substitution, while a here-document outside waits for its body")
            }
            advance()
            try readDocuments()
        }
    }
}
