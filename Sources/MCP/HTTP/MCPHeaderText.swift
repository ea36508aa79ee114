internal import JSON

/// Text in a field of HTTP, which takes ASCII only: other text comes as `=?base64?…?=`.
package enum MCPHeaderText {
    /// nil for what begins like that and is no UTF-8 in Base64 after all.
    package static func decode(_ value: String) -> String? {
        guard value.hasPrefix(start), value.hasSuffix(end), value.utf8.count >= start.utf8.count + end.utf8.count
        else { return value }
        guard let bytes = base64(Array(value.utf8.dropFirst(start.utf8.count).dropLast(end.utf8.count))) else {
            return nil
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// As it is, where a field can have it.
    package static func encode(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let isPlain = bytes.allSatisfy { (0x20...0x7E).contains($0) } && bytes.first != 0x20 && bytes.last != 0x20
        return isPlain && !text.hasPrefix(start) && !bytes.isEmpty ? text : start + Base64.encode(bytes) + end
    }

    private static let start = "=?base64?"
    private static let end = "?="

    /// Only what an encoder writes: whole groups of four, and no bits beyond the last byte.
    private static func base64(_ text: [UInt8]) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        if padding > 2 { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for letter in text.dropLast(padding) {
            guard let six = value(letter) else { return nil }
            bits = (bits << 6 | six) & 0xFFFFFF
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bits & (1 << UInt32(count) - 1) == 0 ? bytes : nil
    }

    private static func value(_ letter: UInt8) -> UInt32? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
