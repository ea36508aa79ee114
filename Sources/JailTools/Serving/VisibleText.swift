/// Text in which nothing acts on a terminal: control characters are shown, not sent. Tabs and line feeds stay.
package enum VisibleText {
    package static func of(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            // Most texts have none, and are not copied.
            guard needsChange(bytes) else { return nil }
            return String(decoding: changed(bytes), as: UTF8.self)
        } ?? text
    }

    private static func needsChange(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var previous: UInt8 = 0
        for byte in bytes {
            if isControl(byte) || (previous == 0xc2 && byte < 0xa0) { return true }
            previous = byte
        }
        return false
    }

    private static func isControl(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\t")) || byte == 0x7f
    }

    private static func changed(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if isControl(byte) {
                // The pictures of control characters: U+2400 and on, U+2421 for DEL.
                result += [0xe2, 0x90, byte == 0x7f ? 0xa1 : 0x80 + byte]
            } else if byte == 0xc2, index + 1 < bytes.count, bytes[index + 1] < 0xa0 {
                // U+0080 to U+009F, which some terminals take for escape sequences; there are no pictures of them.
                result += "<U+00\(String(bytes[index + 1], radix: 16, uppercase: true))>".utf8
                index += 1
            } else {
                result.append(byte)
            }
            index += 1
        }
        return result
    }
}
