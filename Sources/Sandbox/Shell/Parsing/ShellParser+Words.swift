/// Where a word stands decides what ends it.
enum ShellWordStyle {
    case ordinary
    /// The first word of a command.
    case command
    /// The value of an assignment.
    case value
    /// An argument of `declare` and its like, which may be an array.
    case declaration
    /// In the parentheses of an array: a subscript in front may hold blanks.
    case element
    /// Of `case`, and behind `==` in `[[ ]]`.
    case pattern
    /// Behind `=~`: parentheses and bars belong to it.
    case regularExpression
}

/// Gathers the parts of a word; bytes of one kind become one part.
struct ShellParts {
    private(set) var parts: [ShellPart] = []
    private var bytes: [UInt8] = []
    private var quoted = false

    mutating func append(_ byte: UInt8, quoted isQuoted: Bool) {
        if isQuoted != quoted { flush() }
        quoted = isQuoted
        bytes.append(byte)
    }

    mutating func append(_ part: ShellPart) {
        flush()
        parts.append(part)
    }

    private mutating func flush() {
        if !bytes.isEmpty { parts.append(quoted ? .quoted(bytes) : .text(bytes)) }
        bytes = []
    }

    mutating func finish() -> [ShellPart] {
        flush()
        return parts
    }

    var isEmpty: Bool { parts.isEmpty && bytes.isEmpty }
    /// The word so far, if it is text without quotes.
    var plain: [UInt8]? { parts.isEmpty && !quoted ? bytes : nil }
}

extension ShellParser {
    /// The word that is next; nil if there is none.
    mutating func word(_ style: ShellWordStyle) throws(ShellSyntaxError) -> ShellWord? {
        let start = behindContinuations(place)
        var parts = ShellParts()
        var hasBrace = false
        var hasLoneDollar = false
        reading: while let byte = current() {
            switch byte {
            case ShellByte.openParenthesis, ShellByte.bar:
                guard style == .regularExpression else { break reading }
                if byte == ShellByte.bar {
                    parts.append(byte, quoted: false)
                    advance()
                } else {
                    parts.append(try patternGroup())
                }
            case ShellByte.less, ShellByte.greater:
                guard next() == ShellByte.openParenthesis else { break reading }
                parts.append(try processSubstitution())
            case _ where byte.isShellBreak: break reading
            case ShellByte.openBracket where style == .element && parts.isEmpty:
                try elementSubscript(&parts)
            case ShellByte.equals where style == .declaration && next() == ShellByte.openParenthesis:
                guard let plain = parts.plain, Self.namesVariable(plain) else { break reading }
                parts.append(byte, quoted: false)
                advance()
                for element in try arrayElements() { parts.append(.patternGroup(element.parts)) }
            case _ where byte.isPatternSign && next() == ShellByte.openParenthesis:
                if byte == ShellByte.bang, parts.isEmpty, style != .pattern {
                    throw failure(.ambiguous, "`!(` is a pattern where extglob is on only", expected: "`! (`")
                }
                try mustBeBash("a pattern with parentheses", at: place)
                parts.append(byte, quoted: false)
                advance()
                _ = current()
                parts.append(try patternGroup())
            default:
                if byte == ShellByte.openBrace { hasBrace = true }
                let isDollar = byte == ShellByte.dollar
                try expansionOrByte(byte, into: &parts)
                if isDollar, case .text? = parts.finish().last { hasLoneDollar = true }
            }
        }
        if parts.isEmpty, place == start || behindContinuations(start) == place { return nil }
        if hasBrace, hasLoneDollar {
            throw failure(.ambiguous, "a lone `$` beside braces, which may bring them together", at: start)
        }
        if parts.plain?.first == ShellByte.openBrace, parts.plain?.last == ShellByte.closeBrace,
            let byte = current(), byte == ShellByte.less || byte == ShellByte.greater
        {
            throw failure(.ambiguous, "a word in braces before a redirection", at: start, expected: "a blank")
        }
        try countNode()
        return ShellWord(span: span(from: start), parts: parts.finish())
    }

    /// One step of a word outside of double quotes.
    private mutating func expansionOrByte(_ byte: UInt8, into parts: inout ShellParts) throws(ShellSyntaxError) {
        switch byte {
        case ShellByte.backslash:
            advance()
            // At the very end of the text a backslash is itself.
            if place < end {
                parts.append(text[place], quoted: true)
                advance()
            } else {
                parts.append(byte, quoted: true)
            }
        case ShellByte.quote: parts.append(.quoted(try singleQuoted()))
        case ShellByte.doubleQuote: parts.append(try doubleQuoted())
        case ShellByte.dollar: try dollar(.bare, into: &parts)
        case ShellByte.backquote: parts.append(try backquoted(.bare))
        default:
            parts.append(byte, quoted: false)
            advance()
        }
    }

    /// `[…]` at the head of an array's element.
    private mutating func elementSubscript(_ parts: inout ShellParts) throws(ShellSyntaxError) {
        let arithmetic = try bracketed()
        // Only for what it runs; the element's value does not matter to anyone.
        parts.append(.arithmetic(arithmetic))
    }

    private static func namesVariable(_ bytes: [UInt8]) -> Bool {
        var name = bytes[...]
        if name.last == UInt8(ascii: "+") { name.removeLast() }
        guard let first = name.first, first.startsShellName else { return false }
        return name.allSatisfy(\.continuesShellName)
    }

    /// `( … )` of a pattern, blanks and all.
    mutating func patternGroup() throws(ShellSyntaxError) -> ShellPart {
        try enter()
        defer { leave() }
        let start = place
        advance()
        var parts = ShellParts()
        var open = 1
        while let byte = current() {
            switch byte {
            case ShellByte.closeParenthesis:
                open -= 1
                if open == 0 {
                    if parts.isEmpty {
                        throw failure(.ambiguous, "a pattern without alternatives, or a function", at: start)
                    }
                    advance()
                    return .patternGroup(parts.finish())
                }
            case ShellByte.openParenthesis: open += 1
            case ShellByte.less, ShellByte.greater:
                if next() == ShellByte.openParenthesis {
                    throw failure(.ambiguous, "a process substitution in a pattern")
                }
            default: break
            }
            try expansionOrByte(byte, into: &parts)
        }
        throw failure(.unfinished, "a pattern without its end", at: start, expected: "`)`")
    }
}
