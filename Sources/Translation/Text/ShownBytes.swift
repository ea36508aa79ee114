/// The front of what an upstream sent, for a message to people.
package enum ShownBytes {
    package static let bytesMax = 200

    package static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix(bytesMax), as: UTF8.self)
    }
}
