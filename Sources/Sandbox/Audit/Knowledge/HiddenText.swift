/// Characters that make a text read as another one.
enum HiddenText {
    /// Why a name is not what it looks like; nil for one that is.
    static func problem(_ text: String) -> String? {
        var hasLatin = false
        var foreign: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x00...0x1F, 0x7F...0x9F: return "has the control character \(shown(scalar))"
            case 0xFFFD: return "has bytes that are no UTF-8"
            case 0xAD, 0x061C, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xE0000...0xE007F:
                return "has the invisible character \(shown(scalar))"
            case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return "has the blank \(shown(scalar))"
            case 0x41...0x5A, 0x61...0x7A: hasLatin = true
            // Greek, Cyrillic, Armenian, Cherokee, letters of full width: they have twins in ASCII.
            case 0x0370...0x058F, 0x13A0...0x13FF, 0xFF01...0xFF5E: foreign = scalar
            default: continue
            }
        }
        guard hasLatin, let foreign else { return nil }
        return "mixes Latin letters with \(shown(foreign)) `\(foreign)`, which can look like one"
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
