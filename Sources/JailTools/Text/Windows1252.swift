/// A character for every byte, as https://encoding.spec.whatwg.org/#windows-1252 has them.
enum Windows1252 {
    /// The characters of 0x80 to 0x9f; those that the standard leaves free stand for themselves.
    private static let upper: [UInt32] = [
        0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d,
        0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d,
        0x17e, 0x178,
    ]

    static func decode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            if byte < 0x80 {
                utf8.append(byte)
            } else {
                UTF16Bytes.append(byte < 0xa0 ? upper[Int(byte) - 0x80] : UInt32(byte), &utf8)
            }
        }
        return utf8
    }

    /// Nil where there is no byte for one of the characters.
    static func encode(_ utf8: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for scalar in String(decoding: utf8, as: UTF8.self).unicodeScalars {
            let value = scalar.value
            if value < 0x80 || (0xa0...0xff).contains(value) {
                bytes.append(UInt8(value))
            } else if let place = upper.firstIndex(of: value) {
                bytes.append(UInt8(0x80 + place))
            } else {
                return nil
            }
        }
        return bytes
    }
}
