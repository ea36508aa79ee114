/// The checksum of Ethernet and zlib, eight bytes at a step.
enum CRC32 {
    /// For a byte, and for that byte with one to seven of zero behind it.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var rest = UInt32(byte)
            for _ in 0..<8 { rest = rest & 1 == 1 ? rest >> 1 ^ 0xedb8_8320 : rest >> 1 }
            tables[byte] = rest
        }
        for place in 256..<(8 * 256) {
            let shorter = tables[place - 256]
            tables[place] = shorter >> 8 ^ tables[Int(shorter & 0xff)]
        }
        return tables
    }()

    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        tables.withUnsafeBufferPointer { tables in
            var sum = ~UInt32(0)
            var place = 0
            while bytes.count - place >= 8 {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                var rest = word ^ UInt64(sum)
                sum = 0
                for table in stride(from: 7 * 256, through: 0, by: -256) {
                    sum ^= tables[table + Int(rest & 0xff)]
                    rest >>= 8
                }
                place += 8
            }
            for byte in bytes[place...] { sum = sum >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
            return ~sum
        }
    }
}
