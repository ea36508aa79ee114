/// What surrounds an expansion.
enum ShellContext {
    case bare
    case doubleQuotes
    /// The body of a here-document.
    case document
    /// Arithmetic, and the words in `${…}` between double quotes.
    case other

    var isQuoted: Bool { self != .bare }
}

extension ShellParser {
    mutating func singleQuoted() throws(ShellSyntaxError) -> [UInt8] {
        let start = place
        advance()
        let first = place
        while place < end {
            if text[place] == ShellByte.quote {
                advance()
                return Array(text[first..<place - 1])
            }
            place += 1
        }
        throw failure(.unfinished, "a `'` without its end", at: start, expected: "`'`")
    }

    mutating func doubleQuoted() throws(ShellSyntaxError) -> ShellPart {
        let start = place
        advance()
        let parts = try quotedParts(.doubleQuotes)
        guard place < end else { throw failure(.unfinished, "a `\"` without its end", at: start, expected: "`\"`") }
        advance()
        return .doubleQuoted(parts)
    }

    /// Up to the closing quote, which is not taken, or the end of a here-document.
    mutating func quotedParts(_ context: ShellContext) throws(ShellSyntaxError) -> [ShellPart] {
        try enter()
        defer { leave() }
        var parts = ShellParts()
        while let byte = current() {
            switch byte {
            case ShellByte.doubleQuote where context == .doubleQuotes: return parts.finish()
            case ShellByte.backslash:
                advance()
                let escaped = place < end ? text[place] : byte
                switch escaped {
                case ShellByte.dollar, ShellByte.backquote, ShellByte.backslash:
                    parts.append(escaped, quoted: true)
                    if place < end { advance() }
                case ShellByte.doubleQuote where context == .doubleQuotes:
                    parts.append(escaped, quoted: true)
                    advance()
                default: parts.append(byte, quoted: true)
                }
            case ShellByte.dollar: try dollar(context, into: &parts)
            case ShellByte.backquote: parts.append(try backquoted(context))
            default:
                parts.append(byte, quoted: true)
                advance()
            }
        }
        return parts.finish()
    }

    /// `$'…'`. What depends on the locale or the version is opaque.
    mutating func escapedQuoted() throws(ShellSyntaxError) -> ShellPart {
        let start = place
        advance()
        var bytes: [UInt8] = []
        var isOpaque = false
        while place < end {
            let byte = text[place]
            place += 1
            if byte == ShellByte.quote {
                return isOpaque ? .opaque("an escape that depends on locale or version") : .quoted(bytes)
            }
            guard byte == ShellByte.backslash, place < end else {
                bytes.append(byte)
                continue
            }
            let letter = text[place]
            place += 1
            switch letter {
            case UInt8(ascii: "a"): bytes.append(7)
            case UInt8(ascii: "b"): bytes.append(8)
            case UInt8(ascii: "e"), UInt8(ascii: "E"): bytes.append(27)
            case UInt8(ascii: "f"): bytes.append(12)
            case UInt8(ascii: "n"): bytes.append(10)
            case UInt8(ascii: "r"): bytes.append(13)
            case UInt8(ascii: "t"): bytes.append(9)
            case UInt8(ascii: "v"): bytes.append(11)
            case ShellByte.backslash, ShellByte.quote, ShellByte.doubleQuote, UInt8(ascii: "?"): bytes.append(letter)
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                place -= 1
                appendCode(radix: 8, digitsMax: 3, to: &bytes, &isOpaque)
            case UInt8(ascii: "x"): appendCode(radix: 16, digitsMax: 2, to: &bytes, &isOpaque)
            case UInt8(ascii: "u"): appendCode(radix: 16, digitsMax: 4, to: &bytes, &isOpaque, isCharacter: true)
            case UInt8(ascii: "U"): appendCode(radix: 16, digitsMax: 8, to: &bytes, &isOpaque, isCharacter: true)
            case UInt8(ascii: "c"): isOpaque = true
            default: bytes += [byte, letter]
            }
        }
        throw failure(.unfinished, "a `$'` without its end", at: start, expected: "`'`")
    }

    private mutating func appendCode(
        radix: UInt32, digitsMax: Int, to bytes: inout [UInt8], _ isOpaque: inout Bool, isCharacter: Bool = false
    ) {
        var code: UInt32 = 0
        var digits = 0
        while digits < digitsMax, place < end, let value = text[place].shellHexValue, value < radix {
            code = code * radix + value
            digits += 1
            place += 1
        }
        // No digits, the end of a C string, more than a byte, and characters that another locale has not.
        if digits == 0 || code == 0 || code > 0xFF || (isCharacter && code > 0x7F) {
            isOpaque = true
        } else {
            bytes.append(UInt8(code))
        }
    }
}
