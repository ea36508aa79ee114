/// The character classes of RFC 9110.
package enum ASCII {
    /// For each byte below 128 itself when it may stand in a token, and an exclamation mark when not.
    private static let tokens: StaticString = """
        !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!\
        !!!#$%&'!!*+!-.!0123456789!!!!!!\
        !ABCDEFGHIJKLMNOPQRSTUVWXYZ!!!^_\
        `abcdefghijklmnopqrstuvwxyz!|!~!
        """

    /// Names of fields and methods: letters, digits and a few marks; at least one.
    package static func isToken(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let tokens = tokens.utf8Start
        // To the end, without leaving early: names are short, and nearly all are sound.
        var difference: UInt8 = 0
        for byte in bytes { difference |= tokens[Int(byte & 0x7f)] ^ byte }
        return difference == 0 && !bytes.isEmpty
    }

    /// Where the token ends that begins with the first byte.
    static func tokenEnd(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        let tokens = tokens.utf8Start
        let end = start + bytes.count
        var cursor = start
        while cursor < end {
            let byte = cursor.pointee
            if tokens[Int(byte & 0x7f)] != byte { break }
            cursor += 1
        }
        return cursor - start
    }

    /// Field values: no control character but the tab. Bytes over 127 are passed on as they are.
    package static func isFieldValue(_ bytes: UnsafeRawBufferPointer) -> Bool { controlCount(bytes) == 0 }

    /// Control characters other than the tab: eight bytes at a time, because every head is looked through.
    static func controlCount(_ bytes: UnsafeRawBufferPointer) -> Int {
        var count = 0
        var index = 0
        while index &+ 8 <= bytes.count {
            let eight = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let controls = (below0x20(eight) & ~zeros(eight ^ every(0x09))) | zeros(eight ^ every(0x7f))
            if controls != 0 { count &+= controls.nonzeroBitCount }
            index &+= 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if (byte < 0x20 && byte != 0x09) || byte == 0x7f { count &+= 1 }
            index &+= 1
        }
        return count
    }

    @inline(__always)
    private static func every(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

    /// The highest bit of each byte that is zero.
    @inline(__always)
    private static func zeros(_ eight: UInt64) -> UInt64 {
        ~(((eight & every(0x7f)) &+ every(0x7f)) | eight) & every(0x80)
    }

    /// The highest bit of each byte that is below 0x20.
    @inline(__always)
    private static func below0x20(_ eight: UInt64) -> UInt64 {
        ~(((eight & every(0x7f)) &+ every(0x60)) | eight) & every(0x80)
    }

    /// Whether a token is this name. `lowered` consists of small letters, digits and hyphens: no other byte of a token
    /// becomes one of these by the bit that makes letters small.
    static func isName(_ token: UnsafeRawBufferPointer, _ lowered: StaticString) -> Bool {
        guard token.count == lowered.utf8CodeUnitCount else { return false }
        let name = lowered.utf8Start
        var difference: UInt8 = 0
        for index in 0..<token.count { difference |= (token[index] | 0x20) ^ name[index] }
        return difference == 0
    }

    /// Request targets: visible ASCII only.
    package static func isTarget(_ bytes: UnsafeRawBufferPointer) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }

    @inline(__always)
    package static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte }

    package static func equalsIgnoringCase(_ bytes: UnsafeRawBufferPointer, _ text: String) -> Bool {
        bytes.count == text.utf8.count && hasPrefixIgnoringCase(bytes, text)
    }

    package static func hasPrefixIgnoringCase(_ bytes: UnsafeRawBufferPointer, _ prefix: String) -> Bool {
        var prefix = prefix
        return prefix.withUTF8 { prefix in
            if bytes.count < prefix.count { return false }
            for index in 0..<prefix.count where lowercased(bytes[index]) != lowercased(prefix[index]) { return false }
            return true
        }
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

extension String {
    package func hasPrefixIgnoringCase(_ prefix: String) -> Bool {
        utf8.count >= prefix.utf8.count
            && zip(utf8, prefix.utf8).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }
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
        UnsafeRawBufferPointer(rebasing: self[trimmingSpaces(in: 0..<count)])
    }

    func trimmingSpaces(in range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, ASCII.isSpace(self[start]) { start += 1 }
        while end > start, ASCII.isSpace(self[end - 1]) { end -= 1 }
        return start..<end
    }
}
