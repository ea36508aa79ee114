/// Why a tool did not do what it was asked to: a code that programs can rely on, and a text that a model can act on.
package struct ToolFailure: Error, Equatable, Sendable {
    package let code: Code
    package let text: String

    package init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }

    package enum Code: String, Sendable, CaseIterable {
        /// The request itself.
        case badRequest = "bad_request"
        case unknownTool = "unknown_tool"
        case invalidInput = "invalid_input"
        /// What the path leads to.
        case notFound = "not_found"
        case isDirectory = "is_directory"
        case notADirectory = "not_a_directory"
        case notAFile = "not_a_file"
        case deniedPath = "denied_path"
        case exists = "exists"
        case ioError = "io_error"
        /// What is in the file.
        case tooLarge = "too_large"
        case binary = "binary"
        case badEncoding = "bad_encoding"
        case invalidNotebook = "invalid_notebook"
        case unsupported = "unsupported"
        /// Changes.
        case notRead = "not_read"
        case modifiedSinceRead = "modified_since_read"
        case noMatch = "no_match"
        case severalMatches = "several_matches"
        case unchanged = "unchanged"
        case noSuchCell = "no_such_cell"
        case notKept = "not_kept"
    }
}
