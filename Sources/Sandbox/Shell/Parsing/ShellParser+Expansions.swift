extension ShellParser {
    /// What a `$` begins; alone it is itself.
    mutating func dollar(_ context: ShellContext, into parts: inout ShellParts) throws(ShellSyntaxError) {
        let start = place
        try countNode()
        advance()
        switch current() {
        case ShellByte.openParenthesis:
            if next() == ShellByte.openParenthesis {
                advance()
                _ = current()
                advance()
                parts.append(.arithmetic(try arithmetic(until: .twoParentheses, from: start)))
            } else {
                parts.append(.command(try commandSubstitution()))
            }
        case ShellByte.openBrace: parts.append(.parameter(try bracedParameter(context, from: start)))
        case ShellByte.openBracket:
            try mustBeBash("`$[`", at: start)
            advance()
            parts.append(.arithmetic(try arithmetic(until: .bracket, from: start)))
        case ShellByte.quote where !context.isQuoted:
            try mustBeBash("`$'`", at: start)
            parts.append(try escapedQuoted())
        case ShellByte.doubleQuote where !context.isQuoted:
            try mustBeBash("`$\"`", at: start)
            parts.append(.opaque("a text that may be translated"))
            parts.append(try doubleQuoted())
        case let byte? where byte.startsShellName:
            var name: [UInt8] = []
            while let byte = current(), byte.continuesShellName {
                name.append(byte)
                advance()
            }
            parts.append(.parameter(Self.value(of: name)))
        case let byte? where byte.isShellDigit || "@*#?-$!".utf8.contains(byte):
            advance()
            parts.append(.parameter(Self.value(of: [byte])))
        default: parts.append(ShellByte.dollar, quoted: context.isQuoted)
        }
    }

    private static func value(of name: [UInt8]) -> ShellParameter {
        ShellParameter(
            name: String(decoding: name, as: UTF8.self), action: .value, subscripting: nil, operand: [])
    }

    // MARK: Commands in words

    /// `(…)` behind a `$`.
    private mutating func commandSubstitution() throws(ShellSyntaxError) -> ShellList {
        advance()
        return try substitutedList()
    }

    /// `<(…)` and `>(…)`
    mutating func processSubstitution() throws(ShellSyntaxError) -> ShellPart {
        try mustBeBash("a process substitution", at: place)
        advance()
        _ = current()
        advance()
        return .process(try substitutedList())
    }

    private mutating func substitutedList() throws(ShellSyntaxError) -> ShellList {
        let outer = awaited
        let outerOthers = othersAwait
        awaited = []
        othersAwait = othersAwait || !outer.isEmpty
        substitutions += 1
        let list = try list(until: .parenthesis)
        if let open = awaited.first {
            throw failure(.ambiguous, "a here-document whose body is outside of its substitution", at: open.span.start)
        }
        try expectByte(ShellByte.closeParenthesis)
        substitutions -= 1
        awaited = outer
        othersAwait = outerOthers
        return list
    }

    /// `` `…` ``: the text between is unescaped first, and then read like a script.
    mutating func backquoted(_ context: ShellContext) throws(ShellSyntaxError) -> ShellPart {
        let start = place
        advance()
        var bytes: [UInt8] = []
        var places: [Int32] = []
        while place < end {
            var byte = text[place]
            if byte == ShellByte.backquote {
                places.append(Int32(source(place)))
                advance()
                try countCopied(bytes.count)
                return .command(
                    try inner(bytes, .map(places)) { parser throws(ShellSyntaxError) in try parser.wholeList() })
            }
            let origin = place
            if byte == ShellByte.backslash, place + 1 < end {
                let escaped = text[place + 1]
                switch escaped {
                case ShellByte.newline:
                    place += 2
                    continue
                case ShellByte.dollar, ShellByte.backquote, ShellByte.backslash:
                    byte = escaped
                    place += 1
                case ShellByte.doubleQuote where context == .doubleQuotes:
                    byte = escaped
                    place += 1
                case ShellByte.doubleQuote where context != .bare:
                    throw failure(.ambiguous, "an escaped quote in backquotes in quoted text", expected: "`$(…)`")
                default: break
                }
                // What was escaped is taken with its backslash, even a backslash.
                if byte == escaped {
                    bytes.append(byte)
                    places.append(Int32(source(origin)))
                    place += 1
                    continue
                }
            }
            bytes.append(byte)
            places.append(Int32(source(origin)))
            place += 1
        }
        throw failure(.unfinished, "a backquote without its end", at: start, expected: "a backquote")
    }
}
