/// Percent-encoding (RFC 3986, section 2.1).
package enum PercentText {
    /// A path or a query that may be sent: what cannot stand in one is encoded; what is encoded stays.
    package static func sendable(_ text: String) -> String {
        if text.utf8.allSatisfy(maySend) { return text }
        return encode(text, keeping: maySend)
    }

    /// A value in a query.
    package static func value(_ text: String) -> String {
        encode(text) { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                true
            default: false
            }
        }
    }

    private static func maySend(_ byte: UInt8) -> Bool {
        guard byte > 0x20, byte < 0x7F else { return false }
        return !unsendable.contains(byte)
    }

    private static let unsendable = Set("\"<>\\^`{|}".utf8)

    private static func encode(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            if isKept(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
