/// One string for another in a text of UTF-8.
package struct TextEdit: Equatable, Sendable {
    package let old: [UInt8]
    package let new: [UInt8]
    package let replacesAll: Bool

    package init(old: String, new: String, replacesAll: Bool = false) {
        self.old = Array(old.utf8)
        self.new = Array(new.utf8)
        self.replacesAll = replacesAll
    }
}

/// How much had to be forgiven to find a string in a text. There is nothing looser than the last.
package enum EditMatch: String, Equatable, Sendable {
    case exact
    /// But that the file ends its lines in a carriage return and a line feed.
    case lineEndings = "line_endings"
    /// But for line endings, and blanks at the ends of lines.
    case trailingSpace = "trailing_space"
    /// But for how far the lines are indented, which the new text follows.
    case indentation

    /// For a model: how the text that it gave differs from that of the file.
    package var note: String? {
        switch self {
        case .exact, .lineEndings: nil
        case .trailingSpace: "old_string was found by ignoring line endings and blanks at the ends of lines."
        case .indentation: "old_string was found by ignoring indentation; new_string was indented like the file."
        }
    }
}

package struct EditOutcome: Equatable, Sendable {
    package var text: [UInt8]
    package let match: EditMatch
    package let count: Int
}
