internal import CSimdJSON

/// JSON by RFC 8259. `JSONParser` reads it in place, `JSONValue` is for what we build or keep, `JSONWriter` writes it.
package enum JSON {
    /// Bytes after a text that must be readable while it is parsed and walked, whatever their values: the vector
    /// instructions read whole blocks.
    package static let paddingBytes = Int(CSIMDJSON_PADDING)

    /// The longest text that any limit can allow; it comes from the width of the fields of the tape.
    package static let textBytesMax = Int(CSIMDJSON_LENGTH_MAX)

    /// For `doctor`: the library's version and the instruction set it has chosen.
    package static var implementation: String {
        "simdjson \(String(cString: csimdjson_version())), \(String(cString: csimdjson_implementation()))"
    }
}
