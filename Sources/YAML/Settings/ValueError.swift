/// Why a text is not a value of its kind. It continues a sentence that begins with the text: "`5 parsecs` has …".
package struct ValueError: Error, Equatable {
    package let message: String
    package init(_ message: String) { self.message = message }
}
