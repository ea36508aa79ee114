internal import LinuxSystem

/// The first step: the same bytes; or the same but that the file's lines end in a carriage return too, which Read does not
/// show.
enum ExactMatch {
    static func apply(_ edit: TextEdit, to text: [UInt8]) throws(ToolFailure) -> EditOutcome? {
        var match = EditMatch.exact
        var old = edit.old
        var places = ByteSearch.places(of: old, in: text)
        let hasReturns = text.contains(UInt8(ascii: "\r"))
        if places.isEmpty, hasReturns {
            match = .lineEndings
            old = LineEnding.carriageReturnLineFeed.applied(to: old)
            if old != edit.old { places = ByteSearch.places(of: old, in: text) }
        }
        if places.isEmpty { return nil }
        if places.count > 1, !edit.replacesAll {
            throw EditEngine.several(edit, places.map { Lines.number(of: $0, in: text) }, .exact)
        }
        var result: [UInt8] = []
        result.reserveCapacity(text.count + places.count * max(0, edit.new.count - old.count))
        var end = 0
        for place in places {
            result += text[end..<start(of: place, old, text, from: end)]
            result += hasReturns ? (ending(near: place, in: text)?.applied(to: edit.new) ?? edit.new) : edit.new
            end = place + old.count
        }
        result += text[end...]
        return EditOutcome(text: result, match: match, count: places.count)
    }

    /// A match that begins with a line feed begins with all of that line ending.
    private static func start(of place: Int, _ old: [UInt8], _ text: [UInt8], from end: Int) -> Int {
        let isInEnding = old.first == UInt8(ascii: "\n") && place > end && text[place - 1] == UInt8(ascii: "\r")
        return isInEnding ? place - 1 : place
    }

    /// How the line ends that a match begins in, or else the one before it.
    private static func ending(near place: Int, in text: [UInt8]) -> LineEnding? {
        let next = text.withUnsafeBytes { $0.firstOffset(of: UInt8(ascii: "\n"), from: place) }
        guard let feed = next ?? text[..<place].lastIndex(of: UInt8(ascii: "\n")) else { return nil }
        return feed > 0 && text[feed - 1] == UInt8(ascii: "\r") ? .carriageReturnLineFeed : .lineFeed
    }
}
