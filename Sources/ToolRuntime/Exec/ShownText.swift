/// Text from a tool as it may be shown on a terminal: what a terminal would obey is made visible instead.
package enum ShownText {
    /// ESC becomes ␛ and so on; line feeds, tabs, and the carriage return of a line end stay. The marks that turn the
    /// direction of text around are written as their numbers.
    package static func neutral(_ text: String) -> String {
        // Nearly every text has nothing of it.
        if !text.utf8.contains(where: isSuspicious) { return text }
        var result = ""
        result.unicodeScalars.reserveCapacity(text.unicodeScalars.count)
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar.value {
            case 0x0D where index + 1 < scalars.count && scalars[index + 1] == "\n":
                result.unicodeScalars.append(scalar)
            case 0x09, 0x0A: result.unicodeScalars.append(scalar)
            case 0..<0x20: append(0x2400 + scalar.value, to: &result)
            case 0x7F: append(0x2421, to: &result)
            case 0x80..<0xA0, 0x202A...0x202E, 0x2066...0x2069:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// What stands in a line of its own, such as the name of a file, which may hold a line feed: no second line, which would look like
    /// one of ours.
    package static func line(_ text: String) -> String {
        text.utf8.contains(0x0A)
            ? neutral(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "␊"))
            : neutral(text)
    }

    /// Of the bytes that every such character has, none of ordinary ASCII text.
    private static func isSuspicious(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != 0x0A && byte != 0x09) || byte == 0x7F || byte == 0xC2 || byte == 0xE2
    }

    private static func append(_ value: UInt32, to text: inout String) {
        if let picture = Unicode.Scalar(value) { text.unicodeScalars.append(picture) }
    }
}
