extension ShellAnalyzer {
    /// `[[ … ]]`
    mutating func test(
        _ items: [ShellTestItem], _ span: ShellSpan, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) {
        var values: [ShellValue] = []
        for item in items {
            switch item {
            case .sign(let sign): values.append(.known(sign))
            case .word(let word):
                // Neither split nor matched with files.
                values.append(try assignedValue(word, reach, into: &children))
            }
        }
        for (index, value) in values.enumerated() {
            guard let sign = value.known else { continue }
            if Self.comparesNumbers.contains(sign) {
                for neighbour in [index - 1, index + 1] where values.indices.contains(neighbour) {
                    if case .word(let word) = items[neighbour] {
                        try operand(word, values[neighbour], reach, into: &children)
                    }
                }
            }
            if sign == "-v" || sign == "-R", index + 1 < values.count {
                try variableName(values[index + 1], span, reach, into: &children)
            }
        }
    }

    private static let comparesNumbers: Set<String> = ["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]

    /// `$x`, when x only ever was a number, is harmless; everything else that is not known is not.
    private mutating func operand(
        _ word: ShellWord, _ value: ShellValue, _ reach: [ShellReach], into children: inout [ShellRun]
    ) throws(ShellSyntaxError) {
        if value.known != nil { return try arithmeticWord(value, word.span, reach, into: &children) }
        var parts = word.parts
        if parts.count == 1, case .doubleQuoted(let inner) = parts[0] { parts = inner }
        try arithmetic(ShellArithmetic(span: word.span, parts: parts), reach, into: &children)
    }

    /// `test` and `[`: `-v` evaluates a subscript, and words that come from a variable may hold a `-v`.
    mutating func wordsOfTest(_ call: Invocation, _ result: inout ShellRun) throws(ShellSyntaxError) {
        let words = call.words.dropFirst()
        if words.contains(where: { $0.mayBeSeveral && !Self.isNumber($0) }) {
            doubt(.variableName, "test", call, &result)
        }
        for index in words.indices where index + 1 < words.endIndex {
            switch words[index].known {
            case "-v", "-R":
                try variableName(words[index + 1], call.span, call.reach, into: &result.children)
            // In the place of an operator: `[ "$a" "$b" ]`.
            case nil where words[index + 1].known.map({ !Self.isTestSign($0) }) ?? true:
                doubt(.variableName, "test", call, &result)
            default: break
            }
        }
    }

    /// However it is split, digits make no `-v`.
    private static func isNumber(_ value: ShellValue) -> Bool {
        guard case .unknown(let unknown) = value else { return false }
        return unknown.reason == .arithmeticResult || value.isCount
    }

    private static func isTestSign(_ text: String) -> Bool {
        ["=", "==", "!=", "<", ">", "]", ")", "-a", "-o"].contains(text) || comparesNumbers.contains(text)
            || ["-nt", "-ot", "-ef"].contains(text)
    }
}
