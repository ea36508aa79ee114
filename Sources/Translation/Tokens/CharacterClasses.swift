/// What the patterns of tokenizers tell characters apart by, as bits.
struct CharacterClass: OptionSet {
    let rawValue: UInt8

    static let letter = CharacterClass(rawValue: 1)
    /// What a word may begin with: Lu, Lt, Lm, Lo, M.
    static let upper = CharacterClass(rawValue: 2)
    /// What a word may go on with: Ll, Lm, Lo, M.
    static let lower = CharacterClass(rawValue: 4)
    static let number = CharacterClass(rawValue: 8)
    static let space = CharacterClass(rawValue: 16)
    static let newline = CharacterClass(rawValue: 32)

    static let letterOrNumber: CharacterClass = [.letter, .number]
    static let spaceLetterOrNumber: CharacterClass = [.space, .letter, .number]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ scalar: Unicode.Scalar) {
        if scalar.properties.isWhitespace {
            self = scalar == "\r" || scalar == "\n" ? [.space, .newline] : .space
            return
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter: self = [.letter, .upper]
        case .lowercaseLetter: self = [.letter, .lower]
        case .modifierLetter, .otherLetter: self = [.letter, .upper, .lower]
        case .nonspacingMark, .spacingMark, .enclosingMark: self = [.upper, .lower]
        case .decimalNumber, .letterNumber, .otherNumber: self = .number
        default: self = []
        }
    }
}

/// The classes of all characters of the basic plane, asked for once; nearly no text has others, and those are asked for
/// each time.
enum CharacterClasses {
    static let basicPlane: [UInt8] = (0..<0x10000).map { value in
        Unicode.Scalar(UInt32(value)).map { CharacterClass($0).rawValue } ?? 0
    }
}
