/// A string that somebody gave, as lines without their endings.
struct PartedText {
    let parts: [ArraySlice<UInt8>]
    let endsInLineFeed: Bool

    init(_ text: [UInt8]) {
        if text.isEmpty {
            parts = []
            endsInLineFeed = false
            return
        }
        let feed = UInt8(ascii: "\n")
        let endsInLineFeed = text.last == feed
        let lines = text.split(separator: feed, omittingEmptySubsequences: false).dropLast(endsInLineFeed ? 1 : 0)
        self.endsInLineFeed = endsInLineFeed
        parts = lines.enumerated().map { index, part in
            // Only what stands before a line feed is part of an ending.
            let isEnded = index + 1 < lines.count || endsInLineFeed
            return isEnded && part.last == UInt8(ascii: "\r") ? part.dropLast() : part
        }
    }
}
