/// How many tokens a text has for a model whose vocabulary nobody has: told from the kind and the length of its words.
/// The numbers are thousandths of a token, fitted to GPT-5's own vocabulary on code, prose, markup and thirty languages;
/// docs/decisions/029-tokens.md says how far off they are.
enum TokenEstimate {
    static func of(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        guard !text.isEmpty else { return 0 }
        var total = 0
        CharacterClasses.basicPlane.withUnsafeBufferPointer { classes in
            let reader = PieceReader(text, classes, .o200k)
            var place = 0
            while place < text.count {
                let end = reader.end(from: place)
                total += Piece(UnsafeBufferPointer(rebasing: text[place..<end])).thousandths
                place = end
            }
        }
        return max(1, (total + 500) / 1000)
    }

    /// What the estimate looks at in one piece.
    private struct Piece {
        private var hasBlank = false
        private var beginsWithLetter = false
        private var isWord = false
        private var endsWithCapital = false
        private var endsWithVowel = false
        private var isNumber = false
        private var isSpace = true
        private var characters = 0
        private var letters = 0
        private var foreign = 0
        private var marked = 0
        private var marks = 0
        private var script = Script.latin

        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            var core = bytes[...]
            if core.count > 1, core.first == 0x20 {
                hasBlank = true
                core = core.drop { $0 == 0x20 }
                if core.isEmpty { core = bytes[...] }
            }
            var place = core.startIndex
            while place < core.endIndex {
                let byte = core[place]
                if byte < 0x80 {
                    add(ascii: byte)
                    place += 1
                } else {
                    let count = min(byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2, core.endIndex - place)
                    var value = UInt32(byte) & (0x7f >> UInt32(count))
                    for index in 1..<max(count, 1) { value = value << 6 | UInt32(core[place + index] & 0x3f) }
                    add(foreign: value)
                    place += count
                }
            }
        }

        private mutating func add(ascii byte: UInt8) {
            let isLetter = (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
            if characters == 0 {
                beginsWithLetter = isLetter
                isNumber = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            }
            if byte != 0x0a && byte != 0x0d || isLetter { characters += 1 }
            if byte != 0x20 && (byte < 0x09 || byte > 0x0d) { isSpace = false }
            guard isLetter else { return }
            if characters <= 2 { isWord = true }
            letters += 1
            endsWithCapital = byte & 0x20 == 0
            endsWithVowel = [UInt8(ascii: "a"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u")].contains(byte)
        }

        private mutating func add(foreign value: UInt32) {
            let kind = Script(value)
            if kind != .sign {
                if characters <= 1 { isWord = true }
                letters += 1
                if kind == .latin {
                    marked += 1
                    marks += Self.mark(value)
                } else {
                    foreign += 1
                    script = kind
                    if "іїєґў".unicodeScalars.contains(where: { $0.value == value }) { marks += 1732 }
                }
            } else {
                marks += 2226
            }
            if characters == 0 { beginsWithLetter = true }
            characters += 1
            isSpace = false
            endsWithCapital = false
            endsWithVowel = false
        }

        var thousandths: Int {
            if isWord {
                if foreign > 0 { return script.first + script.each * letters + marks }
                if marked > 0 { return 97 + 183 * letters + marks }
                return ascii + (endsWithVowel && letters > 3 ? 51 + 209 * (letters - 3) : 0)
            }
            if isNumber { return 1142 }
            if isSpace { return 948 }
            let first = [898, 898, 1154, 699, 1884][min(characters, 4)]
            return first + max(0, characters - 4) * 82 + marks
        }

        private var ascii: Int {
            let (five, nine) = (max(0, letters - 5), max(0, letters - 9))
            if endsWithCapital && letters > 1 { return 1242 + 531 * five + 194 * nine }
            if hasBlank { return 1040 + 81 * nine }
            return (beginsWithLetter ? 1117 : 1185) + 92 * five + 501 * nine
        }

        /// Letters with marks tell the language, and with it how well tokenizers know its words.
        private static func mark(_ value: UInt32) -> Int {
            switch Unicode.Scalar(value).map({ Character($0).lowercased() }) ?? "" {
            case "á", "é", "í", "ó", "ú", "ñ": 359
            case "ä", "ö", "å", "ü": 1524
            case "ß": 572
            case "â", "ê", "î", "ô", "û", "ë", "ï", "œ": 328
            case "ő", "ű": 6971
            case "ą", "ę", "ł", "ś", "ż", "ź", "ć", "ń": 1656
            case "ě", "š", "č", "ř", "ž", "ý", "ů", "ď", "ť", "ň": 1850
            case "ı", "ğ", "ş": 910
            case "ã", "õ", "ç", "à", "è", "ì", "ò", "ù": 0
            case _ where (0x1e00..<0x1f00).contains(value): 524
            case "ă", "đ", "ơ", "ư": 524
            default: 948
            }
        }
    }

    /// Whose words it is: what each costs, and each of its letters.
    private enum Script {
        case latin, greek, cyrillic, armenian, hebrew, arabic, indic, thai, georgian, kana, han, hangul, other
        /// No letter at all.
        case sign

        init(_ value: UInt32) {
            switch value {
            case 0xaa, 0xb5, 0xba, 0xc0..<0xd7, 0xd8..<0xf7, 0xf8..<0x250, 0x1e00..<0x1f00: self = .latin
            case 0x300..<0x370: self = .other
            case 0x370..<0x400, 0x1f00..<0x2000: self = .greek
            case 0x400..<0x530: self = .cyrillic
            case 0x530..<0x590: self = .armenian
            case 0x590..<0x600: self = .hebrew
            case 0x600..<0x780: self = .arabic
            case 0x900..<0x964, 0x970..<0xe00: self = .indic
            case 0xe00..<0xe80: self = .thai
            case 0x10a0..<0x1100: self = .georgian
            case 0x3040..<0x3100: self = .kana
            case 0x3400..<0x4dc0, 0x4e00..<0xa000: self = .han
            case 0xac00..<0xd7b0: self = .hangul
            default: self = CharacterClass.letter.isDisjoint(with: Self.kind(value)) ? .sign : .other
            }
        }

        private static func kind(_ value: UInt32) -> CharacterClass {
            Unicode.Scalar(value).map(CharacterClass.init) ?? CharacterClass(rawValue: 0)
        }

        var first: Int {
            switch self {
            case .latin: 97
            case .greek: 893
            case .cyrillic: 873
            case .armenian, .indic, .georgian, .hangul, .sign: 0
            case .hebrew: 409
            case .arabic: 401
            case .thai: 948
            case .kana: 230
            case .han: 2159
            case .other: 541
            }
        }

        var each: Int {
            switch self {
            case .latin: 183
            case .greek: 268
            case .cyrillic: 118
            case .armenian: 388
            case .hebrew: 367
            case .arabic: 272
            case .indic: 421
            case .thai: 324
            case .georgian: 395
            case .kana: 538
            case .han: 256
            case .hangul: 725
            case .other: 1062
            case .sign: 0
            }
        }
    }
}
