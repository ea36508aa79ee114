/// What ends a piece of arithmetic.
enum ShellArithmeticEnd {
    case twoParentheses
    case bracket
    case brace
    case text
}

extension ShellParser {
    /// `(( … ))`
    mutating func arithmeticCommand() throws(ShellSyntaxError) -> ShellArithmetic {
        let start = place
        try mustBeBash("`((`", at: start)
        _ = take("((")
        return try arithmetic(until: .twoParentheses, from: start)
    }

    /// `[…]` of an element.
    mutating func bracketed() throws(ShellSyntaxError) -> ShellArithmetic {
        let start = place
        advance()
        return try arithmetic(until: .bracket, from: start)
    }

    /// Behind the opening. The shell expands this text like one in double quotes, whatever quotes stand in it, and
    /// evaluates the result, where subscripts are expanded once more.
    mutating func arithmetic(
        until ending: ShellArithmeticEnd, from start: Int
    ) throws(ShellSyntaxError) -> ShellArithmetic {
        try enter()
        defer { leave() }
        try countNode()
        let first = place
        var parts = ShellParts()
        var nested: [UInt8] = []
        while let byte = current() {
            if nested.isEmpty, closes(byte, ending) {
                if ending == .brace { return ShellArithmetic(span: span(from: start), parts: parts.finish()) }
                if ending == .twoParentheses {
                    guard next() == ShellByte.closeParenthesis, balances(first..<place) else {
                        throw failure(
                            .ambiguous, "`((` that is not closed by `))`, or with parentheses that do not match",
                            at: start, expected: "a blank between the parentheses of subshells")
                    }
                    advance()
                    _ = current()
                }
                advance()
                return ShellArithmetic(span: span(from: start), parts: parts.finish())
            }
            try step(byte, &nested, &parts)
        }
        guard ending == .text, nested.isEmpty else {
            throw failure(.unfinished, "arithmetic without its end", at: start, expected: "its closing bracket")
        }
        return ShellArithmetic(span: span(from: start), parts: parts.finish())
    }

    private func closes(_ byte: UInt8, _ ending: ShellArithmeticEnd) -> Bool {
        switch ending {
        case .twoParentheses: byte == ShellByte.closeParenthesis
        case .bracket: byte == ShellByte.closeBracket
        case .brace: byte == ShellByte.closeBrace
        case .text: false
        }
    }

    /// Quotes have to hold what is balanced, so that it does not matter whether they quote.
    private mutating func step(
        _ byte: UInt8, _ nested: inout [UInt8], _ parts: inout ShellParts
    ) throws(ShellSyntaxError) {
        switch byte {
        case ShellByte.dollar: return try dollar(.other, into: &parts)
        case ShellByte.backquote: return parts.append(try backquoted(.other))
        case ShellByte.backslash:
            throw failure(.ambiguous, "a backslash in arithmetic, which is expanded more than once")
        case ShellByte.openParenthesis: nested.append(ShellByte.closeParenthesis)
        case ShellByte.openBracket: nested.append(ShellByte.closeBracket)
        case ShellByte.openBrace: nested.append(ShellByte.closeBrace)
        case ShellByte.quote, ShellByte.doubleQuote:
            if nested.last == byte { nested.removeLast() } else { nested.append(byte) }
        case ShellByte.closeParenthesis, ShellByte.closeBracket, ShellByte.closeBrace:
            guard nested.popLast() == byte else {
                throw failure(.ambiguous, "brackets in arithmetic that do not match")
            }
        default: break
        }
        parts.append(byte, quoted: false)
        advance()
    }

    /// The shell counts the parentheses of `$((…))` without looking at what is in them; if they do not match, it is a
    /// command in a subshell.
    private func balances(_ range: Range<Int>) -> Bool {
        var open = 0
        for byte in text[range] {
            if byte == ShellByte.openParenthesis { open += 1 }
            if byte == ShellByte.closeParenthesis { open -= 1 }
            if open < 0 { return false }
        }
        return open == 0
    }
}
