internal import CSimdJSON

/// JSON by RFC 8259. `JSONParser` reads it in place, `JSONValue` is for what we build or keep, `JSONWriter` writes it.
package enum JSON {
    /// Bytes after a text that must be readable while it is parsed and walked, whatever their values: the vector
    /// instructions read whole blocks.
    package static let paddingBytes = Int(CSIMDJSON_PADDING)

    /// The longest text that any limit can allow; it comes from the width of the fields of the tape.
    package static let textBytesMax = Int(CSIMDJSON_LENGTH_MAX)

    /// Whether bytes are UTF-8, asked of the same code that asks it of every text: for files that may be anything.
    package static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        csimdjson_is_utf8(bytes.baseAddress, bytes.count)
    }

    /// For `doctor`: the library's version and the instruction set it has chosen.
    package static var implementation: String {
        "simdjson \(String(cString: csimdjson_version())), \(String(cString: csimdjson_implementation()))"
    }
}
