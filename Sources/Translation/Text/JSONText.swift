internal import JSON

/// Small pieces of JSON that are not written through a writer.
enum JSONText {
    static func quoted(_ bytes: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        bytes.withUnsafeBufferPointer { writer.string(utf8: $0) }
        return writer.take()
    }

    static func quoted(_ text: String) -> [UInt8] { quoted(Array(text.utf8)) }

    /// A control character, as it stands inside of a string.
    static func escaped(_ byte: UInt8) -> [UInt8] { Array(quoted([byte]).dropFirst().dropLast()) }

    static func isNumber(_ text: String) -> Bool { JSONNumber(text) != nil }
}
