package import JSON

/// Something in a call that is not as the tool's schema wants it: where, what came, what was wanted.
package struct InputProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case missing = "missing_field"
        case unknown = "unknown_field"
        case wrongType = "wrong_type"
        case notAChoice = "not_a_choice"
        case outOfRange = "out_of_range"
        case tooShort = "too_short"
        case relativePath = "relative_path"
        case badText = "bad_text"
        case conflict = "conflicting_fields"
    }

    package let code: Code
    /// `edits[2].old_string`; empty for the input as a whole.
    package let field: String
    package let message: String

    package init(_ code: Code, _ field: String, _ message: String) {
        self.code = code
        self.field = field
        self.message = message
    }

    package var description: String { field.isEmpty ? "the input \(message)" : "`\(field)` \(message)" }

    package var json: JSONValue {
        ["code": .string(code.rawValue), "field": .string(field), "message": .string(description)]
    }
}

/// Everything that is wrong with one call, so that the next one can be right.
package struct InputProblems: Error, Sendable, Equatable {
    package let tool: String
    package let problems: [InputProblem]

    package var text: String {
        let lines = problems.map { "- \($0)" }.joined(separator: "\n")
        return "The call of \(tool) is wrong:\n\(lines)\nNothing was done. Correct the input and call \(tool) again."
    }
}
