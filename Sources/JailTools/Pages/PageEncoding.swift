internal import JSON

/// What came over the network as UTF-8. A mark at the beginning says most, then the header, then the page itself
/// (https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding), then the bytes.
struct PageEncoding: Equatable {
    var utf8: [UInt8]
    /// For people; nil for what is read without loss and as it was said to be.
    var note: String?

    init(_ bytes: [UInt8], charset: String?, isPage: Bool) {
        let marks: [([UInt8], String)] = [
            ([0xEF, 0xBB, 0xBF], "utf-8"), ([0xFE, 0xFF], "utf-16be"), ([0xFF, 0xFE], "utf-16le"),
        ]
        if let (mark, name) = marks.first(where: { bytes.starts(with: $0.0) }) {
            self.init(Array(bytes.dropFirst(mark.count)), named: name)
        } else {
            let said = charset ?? (isPage ? Self.said(in: bytes) : nil)
            self.init(bytes, named: said ?? "")
        }
    }

    private init(_ bytes: [UInt8], named name: String) {
        switch name {
        case "utf-16", "utf-16le", "utf-16be", "ucs-2", "unicode":
            var decoder = UTF16Bytes(isBigEndian: name == "utf-16be")
            utf8 = []
            utf8.reserveCapacity(bytes.count)
            bytes.withUnsafeBytes { decoder.decode($0, into: &utf8) }
            decoder.finish(into: &utf8)
            return
        case _ where bytes.withUnsafeBufferPointer({ JSON.isUTF8($0) }):
            // Whatever it says of itself: other texts are not UTF-8 by chance.
            utf8 = bytes
            return
        case "", "utf-8", "utf8", "unicode-1-1-utf-8":
            // Something else after all, or a broken character in a text that is fine but for that.
            let text = String(decoding: bytes, as: UTF8.self)
            let broken = text.unicodeScalars.count { $0 == "\u{FFFD}" }
            if name.isEmpty || broken * 100 > bytes.count {
                utf8 = Windows1252.decode(bytes)
                note = "it says no encoding that it keeps to, and is read as Windows-1252"
            } else {
                utf8 = Array(text.utf8)
            }
            return
        case _ where Self.latin.contains(name): utf8 = Windows1252.decode(bytes)
        default:
            utf8 = []
            utf8.reserveCapacity(bytes.count)
            for byte in bytes { if byte < 0x80 { utf8.append(byte) } else { utf8 += [0xEF, 0xBF, 0xBD] } }
            note = "its encoding, \(name.prefix(40)), is not understood here: only what is ASCII can be read"
        }
    }

    /// What the standard takes for Windows-1252.
    private static let latin: Set<String> = [
        "windows-1252", "cp1252", "x-cp1252", "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1",
        "ascii",
        "us-ascii", "ansi_x3.4-1968",
    ]

    /// `<meta charset=…>` or the older form, in the first kilobyte.
    private static func said(in page: [UInt8]) -> String? {
        let head = String(decoding: page.prefix(1024).map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self).lowercased()
        for start in head.ranges(of: "<meta") {
            let tag = head[start.upperBound...].prefix { $0 != ">" }
            guard let found = tag.ranges(of: "charset").first else { continue }
            let value = tag[found.upperBound...].drop { $0.isWhitespace || $0 == "=" || $0 == "\"" || $0 == "'" }
            let name = value.prefix { !$0.isWhitespace && $0 != "\"" && $0 != "'" && $0 != "/" && $0 != ";" }
            // A page whose bytes are ASCII enough to say so is not what it says then.
            if name.hasPrefix("utf-16") { return "utf-8" }
            if !name.isEmpty { return String(name) }
        }
        return nil
    }
}
