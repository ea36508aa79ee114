/// What ends a list of commands.
struct ShellClosers {
    var words: Set<String> = []
    var parenthesis = false
    /// `;;`, `;&`, `;;&`
    var arm = false
    var atEnd = false
    let expected: String

    static let end = ShellClosers(atEnd: true, expected: "a command")
    static let parenthesis = ShellClosers(parenthesis: true, expected: "`)`")
    static let brace = ShellClosers(words: ["}"], expected: "`}`")
    static let then = ShellClosers(words: ["then"], expected: "`then`")
    static let branch = ShellClosers(words: ["elif", "else", "fi"], expected: "`fi`, `elif` or `else`")
    static let fi = ShellClosers(words: ["fi"], expected: "`fi`")
    static let open = ShellClosers(words: ["do"], expected: "`do`")
    static let done = ShellClosers(words: ["done"], expected: "`done`")
    static let arm = ShellClosers(words: ["esac"], arm: true, expected: "`;;` or `esac`")
}

extension ShellParser {
    mutating func list(until closers: ShellClosers) throws(ShellSyntaxError) -> ShellList {
        try enter()
        defer { leave() }
        var items: [ShellItem] = []
        while true {
            try skipBlanksAndNewlines()
            if try isAtCloser(closers) { return ShellList(items: items) }
            var item = try item()
            skipBlanks()
            switch current() {
            case ShellByte.semicolon where next() != ShellByte.semicolon && next() != ShellByte.ampersand: advance()
            case ShellByte.ampersand:
                item.isBackground = true
                advance()
            case ShellByte.newline: break
            default:
                guard try isAtCloser(closers) else { throw unexpectedHere(expected: "`;` or a newline") }
            }
            items.append(item)
        }
    }

    private mutating func isAtCloser(_ closers: ShellClosers) throws(ShellSyntaxError) -> Bool {
        guard let byte = current() else {
            if closers.atEnd { return true }
            throw failure(.unfinished, "the script ends in the middle of a command", expected: closers.expected)
        }
        if byte == ShellByte.closeParenthesis { return closers.parenthesis }
        if byte == ShellByte.semicolon, next() == ShellByte.semicolon || next() == ShellByte.ampersand {
            return closers.arm
        }
        return reservedWord().map(closers.words.contains) ?? false
    }

    private mutating func item() throws(ShellSyntaxError) -> ShellItem {
        try countNode()
        var item = ShellItem(pipelines: [try pipeline()], isBackground: false)
        while true {
            skipBlanks()
            let isAlternative = take("||")
            guard isAlternative || take("&&") else { return item }
            if isAlternative { item.alternatives.insert(item.pipelines.count) }
            try skipBlanksAndNewlines()
            item.pipelines.append(try pipeline())
        }
    }

    private mutating func pipeline() throws(ShellSyntaxError) -> ShellPipeline {
        try countNode()
        var result = ShellPipeline(isNegated: false, isTimed: false, commands: [])
        while let word = reservedWord(), word == "!" || word == "time" {
            _ = current()
            if word == "time" {
                try mustBeBash("`time`", at: place)
                result.isTimed = true
            } else if next() == ShellByte.openParenthesis {
                throw failure(
                    .ambiguous, "`!(` is a pattern where extglob is on, and a subshell elsewhere", expected: "`! (`")
            } else {
                result.isNegated = true
            }
            _ = take(word)
            skipBlanks()
            if word == "time" {
                if plainWord() == "-p" { _ = take("-p") }
                skipBlanks()
                if plainWord() == "--" { _ = take("--") }
                skipBlanks()
            }
        }
        let mayBeEmpty = result.isNegated || result.isTimed
        if mayBeEmpty, endsPipeline() { return result }
        while true {
            result.commands.append(try command(afterBar: !result.commands.isEmpty))
            skipBlanks()
            guard current() == ShellByte.bar, next() != ShellByte.bar else { return result }
            if next() == ShellByte.ampersand { try mustBeBash("`|&`", at: place) }
            if !take("|&") { advance() }
            try skipBlanksAndNewlines()
        }
    }

    private mutating func endsPipeline() -> Bool {
        switch current() {
        case nil, ShellByte.newline, ShellByte.semicolon, ShellByte.closeParenthesis: true
        default: false
        }
    }

    // MARK: Words that may be reserved

    /// The word that is next if it is one without quotes and expansions, and short; nothing is taken.
    func plainWord(of bytesMax: Int = 64) -> String? {
        var probe = behindContinuations(place)
        var bytes: [UInt8] = []
        while probe < end, !text[probe].isShellBreak {
            switch text[probe] {
            case ShellByte.backslash, ShellByte.dollar, ShellByte.backquote, ShellByte.quote, ShellByte.doubleQuote:
                return nil
            default: bytes.append(text[probe])
            }
            if bytes.count > bytesMax { return nil }
            probe = behindContinuations(probe + 1)
        }
        // A process substitution goes on with the word.
        if probe < end, text[probe] == ShellByte.less || text[probe] == ShellByte.greater {
            let after = behindContinuations(probe + 1)
            if after < end, text[after] == ShellByte.openParenthesis { return nil }
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// The reserved word that is next.
    func reservedWord() -> String? {
        guard let word = plainWord(of: 8), Self.reserved.contains(word) else { return nil }
        return word
    }

    static let reserved: Set<String> = [
        "!", "[[", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "select",
        "then",
        "time", "until", "while", "{", "}",
    ]

    mutating func expectWord(_ word: String) throws(ShellSyntaxError) {
        guard plainWord() == word, take(word) else { throw unexpectedHere(expected: "`\(word)`") }
    }

    mutating func expectByte(_ byte: UInt8) throws(ShellSyntaxError) {
        guard current() == byte else {
            throw unexpectedHere(expected: "`\(String(decoding: [byte], as: UTF8.self))`")
        }
        advance()
    }

    mutating func unexpectedHere(expected: String) -> ShellSyntaxError {
        guard let byte = current() else {
            return failure(.unfinished, "the script ends in the middle of a command", expected: expected)
        }
        if byte == ShellByte.newline { return failure(.unexpected, "the line ends here", expected: expected) }
        let shown = plainWord() ?? String(decoding: [byte < 0x80 ? byte : ShellByte.hash], as: UTF8.self)
        return failure(.unexpected, "unexpected `\(shown)`", expected: expected)
    }
}
