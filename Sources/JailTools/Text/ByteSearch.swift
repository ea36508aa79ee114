internal import LinuxSystem

enum ByteSearch {
    /// Where `sought` begins in `text`, from left to right, without overlaps; at most `limit` places.
    static func places(of sought: [UInt8], in text: [UInt8], limit: Int = .max) -> [Int] {
        guard let first = sought.first, sought.count <= text.count else { return [] }
        var places: [Int] = []
        text.withUnsafeBytes { text in
            sought.withUnsafeBytes { sought in
                var start = 0
                while places.count < limit, start + sought.count <= text.count,
                    let found = text.firstOffset(of: first, from: start), found + sought.count <= text.count
                {
                    let candidate = UnsafeRawBufferPointer(rebasing: text[found..<found + sought.count])
                    if candidate.hasSameBytes(as: sought) {
                        places.append(found)
                        start = found + sought.count
                    } else {
                        start = found + 1
                    }
                }
            }
        }
        return places
    }
}

extension ArraySlice<UInt8> {
    var isBlank: Bool { allSatisfy { $0.isBlank } }

    var withoutTrailingBlanks: ArraySlice<UInt8> {
        var end = endIndex
        while end > startIndex, self[end - 1].isBlank { end -= 1 }
        return self[startIndex..<end]
    }

    var indentation: ArraySlice<UInt8> { prefix { $0.isBlank } }

    var withoutBlanksAround: ArraySlice<UInt8> { withoutTrailingBlanks.drop { $0.isBlank } }
}

extension UInt8 {
    /// What can stand at the end of a line without being seen.
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0d || self == 0x0b || self == 0x0c }
}
