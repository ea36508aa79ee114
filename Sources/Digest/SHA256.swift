internal import CCrypto

/// SHA-256, by libcrypto: the library that libcurl brings along too, with the instructions that the processor has for it.
package struct SHA256: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 32

    /// Thirty-two of them.
    package let bytes: [UInt8]

    package init(of bytes: UnsafeRawBufferPointer) {
        var hash = Hasher()
        hash.update(bytes)
        self = hash.finish()
    }

    package init(of bytes: [UInt8]) { self = bytes.withUnsafeBytes { SHA256(of: $0) } }
    package init(of text: String) { self.init(of: Array(text.utf8)) }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Sixty-four digits, lower case: the one form in which it is written.
    package init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    package static let zero = SHA256(unchecked: [UInt8](repeating: 0, count: byteCount))

    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * Self.byteCount)
        for byte in bytes {
            text.append(Self.digit(byte >> 4))
            text.append(Self.digit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }

    /// Piece by piece, for what is not in memory as a whole.
    package struct Hasher: ~Copyable {
        private let context: OpaquePointer

        package init() {
            // A package of ours depends on the library, and without memory Swift's own allocations end the program too.
            if let problem = ccrypto_load() { preconditionFailure("no SHA-256: \(String(cString: problem))") }
            guard let context = ccrypto_sha256_begin() else { preconditionFailure("no memory for a digest") }
            self.context = context
        }

        deinit { ccrypto_free(context) }

        package mutating func update(_ bytes: UnsafeRawBufferPointer) {
            guard let start = bytes.baseAddress else { return }
            ccrypto_update(context, start, bytes.count)
        }

        package consuming func finish() -> SHA256 {
            var digest = [UInt8](repeating: 0, count: SHA256.byteCount)
            ccrypto_finish(context, &digest)
            return SHA256(unchecked: digest)
        }
    }
}
