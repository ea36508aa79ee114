/// Why a script was not understood, and where. Whoever decides about the script takes it for a refusal: what we cannot
/// read, we cannot speak for.
package struct ShellSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// The text ends inside of something.
        case unfinished
        /// The shell would refuse it, too.
        case unexpected
        /// The shell takes it, but in a way that depends on options, version or other things that the text does not show.
        case ambiguous
        /// Too long, too deep, too much.
        case limit
        /// Not text.
        case encoding
    }

    package let kind: Kind
    package let position: ShellPosition
    package let message: String
    /// What would have been right there.
    package let expected: String?

    package var offset: Int { position.offset }
    package var line: Int { position.line }
    package var column: Int { position.column }

    package var description: String {
        "\(position): \(message)" + (expected.map { "; expected \($0)" } ?? "")
    }
}
