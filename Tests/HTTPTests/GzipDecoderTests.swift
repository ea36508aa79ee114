import HTTP
import Testing

@Suite struct GzipDecoderTests {
    // "hello hello hello\n", by gzip, by zlib, and without a head.
    static let deflated: [UInt8] = [0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x90, 0x5c, 0x00]
    static let gzip: [UInt8] =
        [0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03] + deflated
        + [0x3b, 0x7c, 0x8a, 0xdf, 0x12, 0x00, 0x00, 0x00]
    static let zlib: [UInt8] = [0x78, 0x9c] + deflated + adler(Array("hello hello hello\n".utf8))

    private static func adler(_ bytes: [UInt8]) -> [UInt8] {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65521
            high = (high + low) % 65521
        }
        return [UInt8(high >> 8), UInt8(high & 0xff), UInt8(low >> 8), UInt8(low & 0xff)]
    }

    private func decode(
        _ coding: ContentCoding, _ bytes: [UInt8], pieceCount: Int, keeps: Bool = false
    ) throws -> (String, Bool) {
        let decoder = GzipDecoder(coding)
        var result: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            var piece = Array(rest.prefix(pieceCount))
            rest = rest.dropFirst(pieceCount)
            try piece.withUnsafeMutableBytes { piece in
                decoder.begin(UnsafeRawBufferPointer(piece))
                if keeps {
                    decoder.keep()
                    // Whoever owns the memory uses it for something else.
                    for index in piece.indices { piece[index] = 0xff }
                }
                while let part = try decoder.next() {
                    #expect(part.count <= GzipDecoder.outputBytes)
                    result += part
                    if keeps { decoder.keep() }
                }
            }
        }
        return (String(decoding: result, as: UTF8.self), decoder.isWhole)
    }

    @Test(arguments: [(ContentCoding.gzip, gzip), (.deflate, zlib), (.deflate, deflated)], 1...31)
    func everySizeOfPieces(_ packed: (coding: ContentCoding, bytes: [UInt8]), pieceCount: Int) throws {
        for keeps in [true, false] {
            let (text, isWhole) = try decode(packed.coding, packed.bytes, pieceCount: pieceCount, keeps: keeps)
            #expect(text == "hello hello hello\n" && isWhole)
        }
    }

    @Test func twoMembersAreOneText() throws {
        let (text, isWhole) = try decode(.gzip, Self.gzip + Self.gzip, pieceCount: 7)
        #expect(text == "hello hello hello\nhello hello hello\n" && isWhole)
    }

    @Test func theEndMustBeThere() throws {
        for count in 1..<Self.gzip.count {
            #expect(try !decode(.gzip, Array(Self.gzip[..<count]), pieceCount: 100).1)
        }
        #expect(try decode(.gzip, [], pieceCount: 1) == ("", true))
    }

    @Test(arguments: [Array("not gzip".utf8), gzip + [0x41, 0x42, 0x43], Array(gzip.dropLast(5)) + [9, 9, 9, 9, 9]])
    func whatIsBrokenSaysSo(bytes: [UInt8]) {
        #expect(throws: GzipDecoder.Broken.self) { try decode(.gzip, bytes, pieceCount: 100) }
    }
}
