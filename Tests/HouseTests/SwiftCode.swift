/// Swift source with its comments and the contents of its string literals blanked out, line by line, so that a rule
/// about code does not stumble over prose. Not a parser: nested block comments and raw strings with quotes are beyond
/// it, and the house has none of either.
enum SwiftCode {
    static func lines(of text: String) -> [String] {
        var inText = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasSuffix("\"\"\"") || line.contains("\"\"\"") {
                inText.toggle()
                return line.hasPrefix("\"\"\"") ? "" : strip(line)
            }
            return inText ? "" : strip(line)
        }
    }

    private static func strip(_ line: Substring) -> String {
        var kept = ""
        var inString = false
        var escaped = false
        var previous: Character = " "
        for character in line {
            if inString {
                if escaped {
                    escaped = false
                } else if character == "\\" {
                    escaped = true
                } else if character == "\"" {
                    inString = false
                    kept.append(character)
                }
                continue
            }
            if character == "/", previous == "/" {
                kept.removeLast()
                return kept
            }
            if character == "\"" { inString = true }
            kept.append(character)
            previous = character
        }
        return kept
    }
}
