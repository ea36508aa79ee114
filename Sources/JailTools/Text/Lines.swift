internal import LinuxSystem

/// A line of a text: where its characters are, and where its ending is.
struct Line: Equatable {
    /// Without the ending.
    let content: Range<Int>
    /// With it.
    let whole: Range<Int>

    var ending: Range<Int> { content.upperBound..<whole.upperBound }
}

/// A text as lines that end in a line feed, or in a carriage return and one. The last may have no ending; a text that ends
/// in one has no empty line after it.
enum Lines {
    static func of(_ text: [UInt8]) -> [Line] {
        var lines: [Line] = []
        text.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let feed = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start)
                let end = feed.map { $0 + 1 } ?? bytes.count
                var contentEnd = feed ?? bytes.count
                if feed != nil, contentEnd > start, bytes[contentEnd - 1] == UInt8(ascii: "\r") { contentEnd -= 1 }
                lines.append(Line(content: start..<contentEnd, whole: start..<end))
                start = end
            }
        }
        return lines
    }

    /// From 1: the line that a byte is in.
    static func number(of offset: Int, in text: [UInt8]) -> Int {
        1 + text[..<min(offset, text.count)].count { $0 == UInt8(ascii: "\n") }
    }
}

/// How lines end.
package enum LineEnding: Equatable, Sendable {
    case lineFeed, carriageReturnLineFeed

    package var bytes: [UInt8] {
        switch self {
        case .lineFeed: [UInt8(ascii: "\n")]
        case .carriageReturnLineFeed: [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        }
    }

    /// How most lines of a text end; nil where none does.
    package static func most(in text: [UInt8]) -> LineEnding? {
        let counts = counts(in: text)
        if counts.lineFeeds == 0 { return nil }
        return counts.withReturn * 2 > counts.lineFeeds ? .carriageReturnLineFeed : .lineFeed
    }

    /// How every line ends; nil where they differ, or there is none.
    package static func every(in text: [UInt8]) -> LineEnding? {
        let counts = counts(in: text)
        if counts.lineFeeds == 0 { return nil }
        if counts.withReturn == 0 { return .lineFeed }
        return counts.withReturn == counts.lineFeeds ? .carriageReturnLineFeed : nil
    }

    private static func counts(in text: [UInt8]) -> (lineFeeds: Int, withReturn: Int) {
        var lineFeeds = 0
        var withReturn = 0
        text.withUnsafeBytes { bytes in
            var start = 0
            while let feed = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start) {
                lineFeeds += 1
                if feed > 0, bytes[feed - 1] == UInt8(ascii: "\r") { withReturn += 1 }
                start = feed + 1
            }
        }
        return (lineFeeds, withReturn)
    }

    /// The text with every bare line feed as this ending; endings that have a carriage return already stay.
    package func applied(to text: [UInt8]) -> [UInt8] {
        guard self == .carriageReturnLineFeed, text.contains(UInt8(ascii: "\n")) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 16)
        for byte in text {
            if byte == UInt8(ascii: "\n"), result.last != UInt8(ascii: "\r") { result.append(UInt8(ascii: "\r")) }
            result.append(byte)
        }
        return result
    }
}
