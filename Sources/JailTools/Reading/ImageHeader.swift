/// What an image says about itself. Only as much of its form is looked at as tells a whole image from a broken one: one
/// that a model's API refuses would spoil the conversation that it is in.
package struct ImageHeader: Equatable, Sendable {
    package let mediaType: String
    package let width: Int
    package let height: Int

    /// Whether bytes begin as an image does.
    package static func mediaType(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: pngMark) { return "image/png" }
        if bytes.starts(with: [0xff, 0xd8, 0xff]) { return "image/jpeg" }
        if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) { return "image/gif" }
        if bytes.count >= 12, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) {
            return "image/webp"
        }
        return nil
    }

    /// Nil for what is broken or cut off.
    package init?(_ bytes: [UInt8]) {
        guard let mediaType = Self.mediaType(bytes) else { return nil }
        let size: (Int, Int)? =
            switch mediaType {
            case "image/png": Self.png(bytes)
            case "image/jpeg": Self.jpeg(bytes)
            case "image/gif": Self.gif(bytes)
            default: Self.webp(bytes)
            }
        guard let size, size.0 > 0, size.1 > 0 else { return nil }
        self.mediaType = mediaType
        (width, height) = size
    }

    private static let pngMark: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    private static func png(_ bytes: [UInt8]) -> (Int, Int)? {
        guard bytes.count >= 45, bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
        // The last chunk may have something behind it, but it has to be there.
        guard bytes.suffix(tailBytes).contains("IEND".utf8) else { return nil }
        return (big(bytes, 16, 4), big(bytes, 20, 4))
    }

    private static func gif(_ bytes: [UInt8]) -> (Int, Int)? {
        guard bytes.count >= 14, bytes.suffix(tailBytes).contains(0x3b) else { return nil }
        return (little(bytes, 6, 2), little(bytes, 8, 2))
    }

    /// From one marker to the next, up to the frame.
    private static func jpeg(_ bytes: [UInt8]) -> (Int, Int)? {
        guard bytes.suffix(tailBytes).contains([0xff, 0xd9] as [UInt8]) else { return nil }
        var place = 2
        while place + 9 < bytes.count, bytes[place] == 0xff {
            let marker = bytes[place + 1]
            // Fill bytes, and markers that stand alone.
            if marker == 0xff {
                place += 1
                continue
            }
            if marker == 0x01 || (0xd0...0xd8).contains(marker) {
                place += 2
                continue
            }
            let isFrame = (0xc0...0xcf).contains(marker) && ![0xc4, 0xc8, 0xcc].contains(marker)
            if isFrame { return (big(bytes, place + 7, 2), big(bytes, place + 5, 2)) }
            let length = big(bytes, place + 2, 2)
            if length < 2 { return nil }
            place += 2 + length
        }
        return nil
    }

    private static func webp(_ bytes: [UInt8]) -> (Int, Int)? {
        guard bytes.count >= 30, little(bytes, 4, 4) + 8 <= bytes.count else { return nil }
        switch String(decoding: bytes[12..<16], as: UTF8.self) {
        case "VP8X": return (little(bytes, 24, 3) + 1, little(bytes, 27, 3) + 1)
        case "VP8L":
            let bits = little(bytes, 21, 4)
            return (bits & 0x3fff + 1, bits >> 14 & 0x3fff + 1)
        case "VP8 ": return (little(bytes, 26, 2) & 0x3fff, little(bytes, 28, 2) & 0x3fff)
        default: return nil
        }
    }

    private static let tailBytes = 64 << 10

    private static func big(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
        bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func little(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
        bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func contains(_ sought: some Collection<UInt8>) -> Bool {
        guard count >= sought.count, let first = sought.first else { return false }
        return (startIndex...endIndex - sought.count).contains {
            self[$0] == first && self[$0..<$0 + sought.count].elementsEqual(sought)
        }
    }
}
