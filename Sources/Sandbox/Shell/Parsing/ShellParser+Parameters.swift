extension ShellParser {
    /// `{…}` behind a `$`.
    mutating func bracedParameter(_ context: ShellContext, from start: Int) throws(ShellSyntaxError) -> ShellParameter {
        try enter()
        defer { leave() }
        advance()
        var result = ShellParameter(name: "", action: .value, subscripting: nil, operand: [])
        if current() == ShellByte.hash, let after = next(), after != ShellByte.closeBrace {
            // `${#x}`; `${#-…}` and its like are about `$#`, or about the length of `$-`.
            guard after.continuesShellName || "@*?-$!#".utf8.contains(after) else {
                throw failure(.ambiguous, "an operation on `$#`", at: start)
            }
            result.action = .length
            advance()
        } else if current() == ShellByte.bang, let after = next(), after != ShellByte.closeBrace {
            result.action = .indirect
            advance()
        }
        result.name = try parameterName(from: start)
        if current() == ShellByte.openBracket { result.subscripting = try bracketed() }
        if result.action == .length, current() != ShellByte.closeBrace {
            throw failure(.ambiguous, "a length with an operation", at: start, expected: "`}`")
        }
        try operation(&result, context, from: start)
        guard current() == ShellByte.closeBrace else {
            throw failure(.unfinished, "a `${` without its end", at: start, expected: "`}`")
        }
        advance()
        return result
    }

    private mutating func parameterName(from start: Int) throws(ShellSyntaxError) -> String {
        var name: [UInt8] = []
        guard let first = current() else {
            throw failure(.unfinished, "a `${` without its end", at: start, expected: "`}`")
        }
        if first.continuesShellName {
            let isNumber = first.isShellDigit
            while let byte = current(), isNumber ? byte.isShellDigit : byte.continuesShellName {
                name.append(byte)
                advance()
            }
        } else if "@*#?-$!".utf8.contains(first) {
            name = [first]
            advance()
        } else {
            throw failure(
                .ambiguous, "no parameter, but perhaps a command in another version of the shell", at: start,
                expected: "a name")
        }
        return String(decoding: name, as: UTF8.self)
    }

    private mutating func operation(
        _ result: inout ShellParameter, _ context: ShellContext, from start: Int
    ) throws(ShellSyntaxError) {
        guard let sign = current(), sign != ShellByte.closeBrace else {
            if result.action == .indirect, result.subscripting?.isAll == true { result.action = .names }
            return
        }
        let isIndirect = result.action == .indirect
        switch sign {
        case UInt8(ascii: ":"):
            guard let after = next(), "-=?+".utf8.contains(after) else {
                advance()
                result.action = .slice
                result.operand = try arithmetic(until: .brace, from: start).parts
                if isIndirect { result.action = .indirect }
                return
            }
            advance()
            _ = current()
            if after == ShellByte.equals { result.action = .assign } else { result.action = .other }
            advance()
        case ShellByte.equals:
            result.action = .assign
            advance()
        case UInt8(ascii: "@"):
            if isIndirect, next() == ShellByte.closeBrace {
                result.action = .names
                advance()
                return
            }
            advance()
            result.action = current() == UInt8(ascii: "P") ? .prompt : .other
        case UInt8(ascii: "*") where isIndirect && next() == ShellByte.closeBrace:
            result.action = .names
            advance()
            return
        case _ where "-?+#%/^,~".utf8.contains(sign):
            result.action = .other
            advance()
        default: throw failure(.ambiguous, "no operation on a parameter that is known here", at: start, expected: "`}`")
        }
        result.operand = try operand(context)
        if isIndirect { result.action = .indirect }
    }

    /// The word of an operation, up to the first `}` that is not quoted.
    private mutating func operand(_ context: ShellContext) throws(ShellSyntaxError) -> [ShellPart] {
        let start = place
        var parts = ShellParts()
        let inner = context.isQuoted ? ShellContext.other : .bare
        while let byte = current() {
            switch byte {
            case ShellByte.closeBrace: return parts.finish()
            case ShellByte.backslash:
                advance()
                guard place < end else { break }
                parts.append(text[place], quoted: true)
                advance()
            case ShellByte.quote:
                parts.append(.quoted(context.isQuoted ? try harmlessQuoted() : try singleQuoted()))
            case ShellByte.doubleQuote:
                if context.isQuoted { try mustBeBash("quotes in a quoted `${`", at: place) }
                if context == .document { throw failure(.ambiguous, "quotes in `${` in a here-document") }
                parts.append(try doubleQuoted())
            case ShellByte.dollar:
                if context.isQuoted, next() == ShellByte.quote {
                    parts.append(.opaque("quotes in quotes"))
                    advance()
                    _ = current()
                    parts.append(.quoted(try harmlessQuoted(escapes: true)))
                } else {
                    try dollar(inner, into: &parts)
                }
            case ShellByte.backquote: parts.append(try backquoted(inner))
            case ShellByte.less, ShellByte.greater:
                guard !context.isQuoted, next() == ShellByte.openParenthesis else { fallthrough }
                let first = place
                parts.append(try processSubstitution())
                // Where `${` ends was settled before the substitution was seen.
                if text[first..<place].contains(where: { $0 == ShellByte.closeBrace || $0 == ShellByte.quote }) {
                    throw failure(.ambiguous, "a process substitution with a brace, in `${`", at: first)
                }
            default:
                parts.append(byte, quoted: false)
                advance()
            }
        }
        throw failure(.unfinished, "a `${` without its end", at: start, expected: "`}`")
    }

    /// Quotes inside of a quoted `${…}`: whether they quote depends on operation and version, so nothing may be in them
    /// for which that makes a difference.
    private mutating func harmlessQuoted(escapes: Bool = false) throws(ShellSyntaxError) -> [UInt8] {
        let start = place
        let bytes = try singleQuoted()
        let suspicious = bytes.contains { byte in
            switch byte {
            case ShellByte.dollar, ShellByte.backquote, ShellByte.doubleQuote, ShellByte.closeBrace: true
            case ShellByte.backslash: !escapes
            default: false
            }
        }
        if suspicious || bytes.last == ShellByte.backslash {
            throw failure(.ambiguous, "single quotes around an expansion, inside of a quoted `${`", at: start)
        }
        return bytes
    }
}
