/// Why a text is not a value of its kind. It continues a sentence that begins with the text: "`5 parsecs` has …".
struct ValueError: Error, Equatable {
    let message: String
    init(_ message: String) { self.message = message }
}
