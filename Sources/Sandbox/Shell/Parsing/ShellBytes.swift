/// The bytes that mean something to a shell.
enum ShellByte {
    static let newline = UInt8(ascii: "\n")
    static let backslash = UInt8(ascii: "\\")
    static let dollar = UInt8(ascii: "$")
    static let backquote = UInt8(ascii: "`")
    static let quote = UInt8(ascii: "'")
    static let doubleQuote = UInt8(ascii: "\"")
    static let openParenthesis = UInt8(ascii: "(")
    static let closeParenthesis = UInt8(ascii: ")")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let less = UInt8(ascii: "<")
    static let greater = UInt8(ascii: ">")
    static let bar = UInt8(ascii: "|")
    static let ampersand = UInt8(ascii: "&")
    static let semicolon = UInt8(ascii: ";")
    static let equals = UInt8(ascii: "=")
    static let hash = UInt8(ascii: "#")
    static let bang = UInt8(ascii: "!")
    static let tab = UInt8(ascii: "\t")
}

extension UInt8 {
    var isShellBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
    /// Ends a word unless it is quoted.
    var isShellBreak: Bool {
        switch self {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: ";"), UInt8(ascii: "&"),
            UInt8(ascii: "|"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"):
            true
        default: false
        }
    }
    var isShellDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    var startsShellName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }
    var continuesShellName: Bool { startsShellName || isShellDigit }
    /// May stand before a parenthesis that makes a pattern of it.
    var isPatternSign: Bool { "?*+@!".utf8.contains(self) }
    /// The digit's value in base 16.
    var shellHexValue: UInt32? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
