/// A program and its words, as far as they are known. The jail has all of them; a script's text may not.
package struct CommandCall: Sendable, Equatable {
    package enum Word: Sendable, Equatable {
        case known(String)
        /// One word, or any number of them.
        case unknown(mayBeSeveral: Bool)
    }

    package let program: String
    package let arguments: [Word]

    package init(program: String, arguments: [Word]) {
        self.program = program
        self.arguments = arguments
    }

    package init(_ argv: [String]) {
        self.init(program: argv.first ?? "", arguments: argv.dropFirst().map { .known($0) })
    }
}

/// Whether a pattern matches, where not everything need be known.
package enum PatternMatch: Sendable, Equatable {
    case yes, no
    /// Depends on words that are not known.
    case maybe

    static func && (left: PatternMatch, right: PatternMatch) -> PatternMatch {
        if left == .no || right == .no { return .no }
        return left == .yes && right == .yes ? .yes : .maybe
    }
}
