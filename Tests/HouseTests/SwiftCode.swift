/// Swift source with its comments and the contents of its string literals blanked out, line by line, so that a rule
/// about code does not stumble over prose. Not a parser: nested block comments and raw strings with quotes are beyond
/// it, and the house has none of either.
enum SwiftCode {
    static func lines(of text: String) -> [String] {
        var inText = false
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.contains("\"\"\"") {
                inText.toggle()
                return line.hasPrefix("\"\"\"") ? "" : strip(line)
            }
            return inText ? "" : strip(line)
        }
    }

    /// By bytes, because the tests run unoptimised and read every source.
    private static func strip(_ line: Substring) -> String {
        var kept: [UInt8] = []
        var inString = false
        var escaped = false
        var previous = UInt8(ascii: " ")
        for byte in line.utf8 {
            if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                    kept.append(byte)
                }
                continue
            }
            if byte == UInt8(ascii: "/"), previous == UInt8(ascii: "/") {
                kept.removeLast()
                break
            }
            if byte == UInt8(ascii: "\"") { inString = true }
            kept.append(byte)
            previous = byte
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
