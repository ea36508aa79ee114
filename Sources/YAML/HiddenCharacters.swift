/// Characters that a reader does not see, or that change what the reader sees.
enum HiddenCharacters {
    /// Not even libyaml takes these raw; escaped in a quoted text they are as useless in a file of settings.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x85: false
        case 0x00...0x1F, 0x7F...0x9F: true
        default: false
        }
    }

    /// Direction marks (the "Trojan Source" set), zero-width characters, soft hyphen, tag characters.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x061C, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
            0xE0000...0xE007F:
            true
        default: false
        }
    }

    static func name(_ scalar: Unicode.Scalar) -> String {
        let hexadecimal = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - hexadecimal.count)) + hexadecimal
    }

    static func complaint(_ scalar: Unicode.Scalar) -> String? {
        if isControl(scalar) { return "the control character \(name(scalar)) has no place in this file" }
        if isHidden(scalar) {
            return
                "the invisible character \(name(scalar)) makes the text read differently from what it says; remove it"
        }
        return nil
    }
}
