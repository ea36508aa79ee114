/// The character classes of RFC 9110, as one table look-up a byte.
package enum ASCII {
    private static let tokenBit: UInt8 = 1
    private static let valueBit: UInt8 = 2
    private static let targetBit: UInt8 = 4

    private static let classes: [UInt8] = (0...255).map { code in
        let byte = UInt8(code)
        var bits: UInt8 = 0
        let isAlphanumeric =
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        if isAlphanumeric || Array("!#$%&'*+-.^_`|~".utf8).contains(byte) { bits |= tokenBit }
        if byte == 0x09 || (byte >= 0x20 && byte != 0x7f) { bits |= valueBit }
        if byte > 0x20 && byte < 0x7f { bits |= targetBit }
        return bits
    }

    /// Names of fields and methods: letters, digits and a few marks; at least one.
    package static func isToken(_ bytes: UnsafeRawBufferPointer) -> Bool { !bytes.isEmpty && all(bytes, tokenBit) }
    /// Field values: no control character but the tab. Bytes over 127 are passed on as they are.
    package static func isFieldValue(_ bytes: UnsafeRawBufferPointer) -> Bool { all(bytes, valueBit) }
    /// Request targets: visible ASCII only.
    package static func isTarget(_ bytes: UnsafeRawBufferPointer) -> Bool { !bytes.isEmpty && all(bytes, targetBit) }

    @inline(__always)
    private static func all(_ bytes: UnsafeRawBufferPointer, _ bit: UInt8) -> Bool {
        classes.withUnsafeBufferPointer { table in bytes.allSatisfy { table[Int($0)] & bit != 0 } }
    }

    @inline(__always)
    package static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte }

    package static func equalsIgnoringCase(_ bytes: UnsafeRawBufferPointer, _ text: String) -> Bool {
        if bytes.count != text.utf8.count { return false }
        var index = 0
        for byte in text.utf8 {
            if lowercased(bytes[index]) != lowercased(byte) { return false }
            index += 1
        }
        return true
    }

    package static func hasPrefixIgnoringCase(_ bytes: UnsafeRawBufferPointer, _ prefix: String) -> Bool {
        let count = prefix.utf8.count
        return bytes.count >= count
            && equalsIgnoringCase(UnsafeRawBufferPointer(rebasing: bytes[..<count]), prefix)
    }

    package static func hexDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30)
        case 0x41...0x46: Int(byte - 0x41 + 10)
        case 0x61...0x66: Int(byte - 0x61 + 10)
        default: nil
        }
    }

    package static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension StringProtocol {
    package func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }

    package func trimmingSpaces() -> SubSequence {
        var result = self[...]
        while let first = result.utf8.first, ASCII.isSpace(first) { result = result.dropFirst() }
        while let last = result.last?.utf8.first, result.last?.utf8.count == 1, ASCII.isSpace(last) {
            result = result.dropLast()
        }
        return result
    }
}

extension UnsafeRawBufferPointer {
    /// Without spaces and tabs at both ends.
    var trimmingSpaces: UnsafeRawBufferPointer {
        var start = 0
        var end = count
        while start < end, ASCII.isSpace(self[start]) { start += 1 }
        while end > start, ASCII.isSpace(self[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[start..<end])
    }
}
