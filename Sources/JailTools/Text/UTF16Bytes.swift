/// UTF-16 in bytes, to UTF-8 in pieces of any size and back.
struct UTF16Bytes {
    private let isBigEndian: Bool
    private var half: UInt8?
    private var lead: UInt16?
    /// Whether all so far was well-formed.
    private(set) var isExact = true

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    mutating func decode(_ bytes: UnsafeRawBufferPointer, into utf8: inout [UInt8]) {
        for byte in bytes {
            guard let first = half else {
                half = byte
                continue
            }
            half = nil
            unit(isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first), &utf8)
        }
    }

    mutating func finish(into utf8: inout [UInt8]) {
        if lead != nil || half != nil { replace(&utf8) }
        lead = nil
        half = nil
    }

    private mutating func unit(_ unit: UInt16, _ utf8: inout [UInt8]) {
        if let high = lead {
            lead = nil
            if (0xdc00...0xdfff).contains(unit) {
                return Self.append(0x1_0000 + (UInt32(high) - 0xd800) << 10 + UInt32(unit) - 0xdc00, &utf8)
            }
            replace(&utf8)
        }
        switch unit {
        case 0xd800...0xdbff: lead = unit
        case 0xdc00...0xdfff: replace(&utf8)
        default: Self.append(UInt32(unit), &utf8)
        }
    }

    private mutating func replace(_ utf8: inout [UInt8]) {
        isExact = false
        Self.append(0xfffd, &utf8)
    }

    static func append(_ scalar: UInt32, _ utf8: inout [UInt8]) {
        if scalar < 0x80 { return utf8.append(UInt8(scalar)) }
        let rest = { (shift: UInt32) in UInt8(0x80 | scalar >> shift & 0x3f) }
        if scalar < 0x800 {
            utf8 += [UInt8(0xc0 | scalar >> 6), rest(0)]
        } else if scalar < 0x1_0000 {
            utf8 += [UInt8(0xe0 | scalar >> 12), rest(6), rest(0)]
        } else {
            utf8 += [UInt8(0xf0 | scalar >> 18), rest(12), rest(6), rest(0)]
        }
    }

    static func encode(_ utf8: [UInt8], isBigEndian: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count * 2)
        for unit in String(decoding: utf8, as: UTF8.self).utf16 {
            let high = UInt8(unit >> 8)
            let low = UInt8(truncatingIfNeeded: unit)
            if isBigEndian {
                bytes.append(high)
                bytes.append(low)
            } else {
                bytes.append(low)
                bytes.append(high)
            }
        }
        return bytes
    }
}
