internal import YAML

/// What every text of a rule keeps to.
enum RuleText {
    /// PATH_MAX; nothing that the kernel compares with is longer.
    private static let bytesMax = 4_096

    /// A line end or a tab in a rule is a mistake that nobody sees.
    static func check(_ text: String) throws(ValueError) {
        guard text.utf8.count <= bytesMax else { throw ValueError("is longer than \(bytesMax) bytes") }
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && !(0x2028...0x2029).contains(scalar.value)
        }
        guard isPlain else { throw ValueError("has a tab, a line end or another control character in it") }
    }
}
