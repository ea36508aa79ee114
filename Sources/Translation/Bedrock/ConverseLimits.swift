/// How many of a kind one request may have: the last ones count.
struct MediaLimit {
    let most: Int
    var total = 0
    private var seen = 0

    init(most: Int) { self.most = most }

    mutating func takesNext() -> Bool {
        seen += 1
        return seen > total - most
    }
}

/// Names of documents as `Converse` takes them: letters, digits, single blanks, dashes and brackets, no two the same.
struct DocumentNames {
    private static let bytesMax = 180
    private var known: Set<String> = []

    mutating func next(_ name: String) -> String {
        let letters = name.utf8.prefix(Self.bytesMax).map { Self.isFit($0) ? $0 : UInt8(ascii: "-") }
        let words = String(decoding: letters, as: UTF8.self).split(separator: " ").joined(separator: " ")
        let own = words.isEmpty ? "document" : words
        var result = own
        var number = 1
        while !known.insert(result).inserted {
            number += 1
            result = "\(own) (\(number))"
        }
        return result
    }

    private static func isFit(_ byte: UInt8) -> Bool {
        byte != UInt8(ascii: "_") && ToolNames.isFit(CollectionOfOne(byte)) || " ()[]".utf8.contains(byte)
    }
}
