/// What a stranger wrote, as it may stand inside of a line of ours.
package enum ForeignWords {
    /// Nothing in it that a terminal obeys, no line of its own, no room to push the rest out of sight, and not too long. By
    /// scalars: one character may hold any number of them.
    package static func shown(_ text: String, max: Int) -> String {
        var result = String.UnicodeScalarView()
        var count = 0
        var isBlank = false
        for scalar in text.unicodeScalars {
            let wasBlank = isBlank
            isBlank = scalar.properties.isWhitespace
            if isBlank && wasBlank { continue }
            if count == max { return String(result) + "…" }
            count += 1
            result.append(isBlank ? " " : isFit(scalar) ? scalar : "\u{FFFD}")
        }
        return String(result)
    }

    /// What can be seen, and does nothing else.
    private static func isFit(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
        default: return !scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
