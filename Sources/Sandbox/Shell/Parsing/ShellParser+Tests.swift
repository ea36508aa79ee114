extension ShellParser {
    /// `[[ … ]]`: its words and signs. Whether they make a condition is left to the shell.
    mutating func test() throws(ShellSyntaxError) -> ShellForm {
        try mustBeBash("`[[`", at: place)
        let start = place
        try expectWord("[[")
        var items: [ShellTestItem] = []
        while true {
            try skipBlanksAndNewlines()
            guard let byte = current() else {
                throw failure(.unfinished, "`[[` without its end", at: start, expected: "`]]`")
            }
            if plainWord() == "]]" {
                _ = take("]]")
                return .test(items)
            }
            try countNode()
            if let sign = try testSign(byte) {
                items.append(.sign(sign))
                continue
            }
            guard let word = try word(testWordStyle(items.last)) else { throw unexpectedHere(expected: "`]]`") }
            items.append(.word(word))
        }
    }

    private mutating func testSign(_ byte: UInt8) throws(ShellSyntaxError) -> String? {
        if byte == ShellByte.bang, next() == ShellByte.openParenthesis {
            throw failure(.ambiguous, "`!(` is a pattern where extglob is on only", expected: "`! (`")
        }
        if byte == ShellByte.openParenthesis, next() == ShellByte.openParenthesis {
            throw failure(.ambiguous, "`((` in a condition", expected: "`( (`")
        }
        for sign in ["&&", "||"] where take(sign) { return sign }
        switch byte {
        case ShellByte.openParenthesis, ShellByte.closeParenthesis: break
        case ShellByte.less, ShellByte.greater:
            if next() == ShellByte.openParenthesis { return nil }
        default: return nil
        }
        advance()
        return String(decoding: [byte], as: UTF8.self)
    }

    private func testWordStyle(_ last: ShellTestItem?) -> ShellWordStyle {
        guard case .word(let word) = last, word.parts.count == 1, case .text(let bytes) = word.parts[0] else {
            return .ordinary
        }
        switch String(decoding: bytes, as: UTF8.self) {
        case "=~": return .regularExpression
        case "=", "==", "!=": return .pattern
        default: return .ordinary
        }
    }
}
