/// The content of a file as UTF-8, and how to write it again.
package struct DecodedText: Equatable, Sendable {
    package var utf8: [UInt8]
    package let encoding: TextEncoding
    /// False where the file breaks the rules of its encoding: encoding again would not give the same bytes.
    package let isExact: Bool

    package init(utf8: [UInt8], encoding: TextEncoding, isExact: Bool = true) {
        self.utf8 = utf8
        self.encoding = encoding
        self.isExact = isExact
    }

    package init(_ bytes: [UInt8], as encoding: TextEncoding) {
        switch encoding {
        case .utf8(let isMarked): self.init(utf8: isMarked ? Array(bytes.dropFirst(3)) : bytes, encoding: encoding)
        case .utf16(let isBigEndian):
            var decoder = UTF16Bytes(isBigEndian: isBigEndian)
            var utf8: [UInt8] = []
            utf8.reserveCapacity(bytes.count)
            bytes.withUnsafeBytes { decoder.decode(UnsafeRawBufferPointer(rebasing: $0.dropFirst(2)), into: &utf8) }
            decoder.finish(into: &utf8)
            self.init(utf8: utf8, encoding: encoding, isExact: decoder.isExact)
        case .windows1252: self.init(utf8: Windows1252.decode(bytes), encoding: encoding)
        }
    }

    /// Nil where the encoding has no way to write one of the characters, which `firstUnwritable` names.
    package func encoded() -> [UInt8]? {
        switch encoding {
        case .utf8: encoding.mark + utf8
        case .utf16(let isBigEndian): encoding.mark + UTF16Bytes.encode(utf8, isBigEndian: isBigEndian)
        case .windows1252: Windows1252.encode(utf8)
        }
    }

    package var firstUnwritable: Character? {
        guard encoding == .windows1252 else { return nil }
        return String(decoding: utf8, as: UTF8.self).first { Windows1252.encode(Array($0.utf8)) == nil }
    }
}
