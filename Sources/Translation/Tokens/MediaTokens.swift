internal import JSON

/// What a picture or a paper costs: by its size on the page, which the front of a file tells.
enum MediaTokens {
    /// Of a picture whose size cannot be told: the most that one is scaled to.
    private static let unknownImage = 1600
    private static let imageMax = 1600
    /// A picture's pixels for one token.
    private static let pixelsPerToken = 750
    /// Text and picture of a page together.
    private static let page = 2000
    /// A page of a paper without many pictures.
    private static let bytesPerPage = 50_000

    static func image(_ source: JSONElement?) -> Int {
        guard let data = source?["data"], data.isString, let (width, height) = size(data), width > 0, height > 0 else {
            return unknownImage
        }
        return min(max(width * height / pixelsPerToken, 1), imageMax)
    }

    static func paper(_ source: JSONElement) -> Int {
        guard let data = source["data"], data.isString else { return page }
        return max(1, data.sourceBytes.count * 3 / 4 / bytesPerPage) * page
    }

    // MARK: Sizes

    /// Enough for a JPEG with a thumbnail before its own size.
    private static let frontLetters = 64 << 10

    private static func size(_ data: JSONElement) -> (Int, Int)? {
        guard let letters = data.plainUTF8 else { return nil }
        let front = letters.prefix(min(frontLetters, letters.count) & ~3)
        guard let bytes = Base64.decode(String(decoding: front, as: UTF8.self)) else { return nil }
        return png(bytes) ?? gif(bytes) ?? webp(bytes) ?? jpeg(bytes)
    }

    private static func big(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        bytes[place..<(place + count)].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func little(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        bytes[place..<(place + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func png(_ bytes: [UInt8]) -> (Int, Int)? {
        guard bytes.count >= 24, bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) else { return nil }
        return (big(bytes, 16, 4), big(bytes, 20, 4))
    }

    private static func gif(_ bytes: [UInt8]) -> (Int, Int)? {
        guard bytes.count >= 10, bytes.starts(with: "GIF8".utf8) else { return nil }
        return (little(bytes, 6, 2), little(bytes, 8, 2))
    }

    private static func webp(_ bytes: [UInt8]) -> (Int, Int)? {
        guard bytes.count >= 30, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) else {
            return nil
        }
        switch String(decoding: bytes[12..<16], as: UTF8.self) {
        case "VP8 ": return (little(bytes, 26, 2) & 0x3fff, little(bytes, 28, 2) & 0x3fff)
        case "VP8L":
            let bits = little(bytes, 21, 4)
            return (bits & 0x3fff + 1, bits >> 14 & 0x3fff + 1)
        default: return (little(bytes, 24, 3) + 1, little(bytes, 27, 3) + 1)
        }
    }

    /// The marker that begins a frame has the size; the others are passed over by their length.
    private static func jpeg(_ bytes: [UInt8]) -> (Int, Int)? {
        guard bytes.starts(with: [0xff, 0xd8]) else { return nil }
        var place = 2
        while place + 9 <= bytes.count, bytes[place] == 0xff {
            let marker = bytes[place + 1]
            if (0xc0...0xcf).contains(marker) && ![0xc4, 0xc8, 0xcc].contains(marker) {
                return (big(bytes, place + 7, 2), big(bytes, place + 5, 2))
            }
            place += 2 + max(big(bytes, place + 2, 2), 2)
        }
        return nil
    }
}
