/// Why a file is not the YAML that we read, and where.
package struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
    package var file: String
    package var position: YAMLPosition
    package var message: String

    package init(file: String, position: YAMLPosition, message: String) {
        self.file = file
        self.position = position
        self.message = message
    }

    package var line: Int { position.line }
    package var column: Int { position.column }

    /// `file:line:column: message`, which editors and terminals turn into a link.
    package var description: String { "\(file):\(position): \(message)" }
}
