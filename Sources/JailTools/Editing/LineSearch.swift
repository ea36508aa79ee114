/// Where some lines stand in a text, when blanks do not count.
struct LineSearch {
    let text: [UInt8]
    let lines: [Line]
    let sought: PartedText

    struct Place {
        let firstLine: Int
        /// What each sought line was found as, without its ending.
        let segments: [Range<Int>]
        /// The sought text ends in a line feed, and the file does so there.
        let takesLastEnding: Bool
        /// How much farther, or otherwise, the file indents.
        let indentation: Reindentation?
    }

    /// More than one is too many; some more are worth naming.
    private static let placesMax = 20
    /// Comparisons of lines; only texts made to be slow need more.
    private static let workMax = 20_000_000

    func places(by match: EditMatch) -> [Place] {
        guard sought.parts.contains(where: { !$0.isBlank }), sought.parts.count <= lines.count else { return [] }
        var places: [Place] = []
        var work = 0
        for first in 0...(lines.count - sought.parts.count) {
            let place = match == .indentation ? indented(at: first, &work) : trailing(at: first, &work)
            if let place { places.append(place) }
            if places.count == Self.placesMax || work > Self.workMax { break }
        }
        return work > Self.workMax ? [] : places
    }

    private func content(_ line: Int) -> ArraySlice<UInt8> { text[lines[line].content] }

    // MARK: Blanks at the ends of lines

    private func trailing(at first: Int, _ work: inout Int) -> Place? {
        let last = sought.parts.count - 1
        var segments: [Range<Int>] = []
        for (index, part) in sought.parts.enumerated() {
            work += 1
            let line = first + index
            let isWhole = index > 0 || (last == 0 && !sought.endsInLineFeed)
            let start = isWhole ? wholeStart(part, line) : suffixStart(part, line)
            if let start {
                segments.append(start..<lines[line].content.upperBound)
            } else if index == last, last > 0, !sought.endsInLineFeed, content(line).starts(with: part) {
                // The end of the sought text need not be the end of a line.
                let start = lines[line].content.lowerBound
                segments.append(start..<start + part.count)
            } else {
                return nil
            }
        }
        // A last part that is the beginning of a line ends where it ends, not where the line does.
        if last > 0, !sought.endsInLineFeed, content(first + last).starts(with: sought.parts[last]) {
            let start = segments[last].lowerBound
            segments[last] = start..<start + sought.parts[last].count
        }
        return place(first, segments, nil)
    }

    private func wholeStart(_ part: ArraySlice<UInt8>, _ line: Int) -> Int? {
        let content = content(line)
        return content.withoutTrailingBlanks.elementsEqual(part.withoutTrailingBlanks) ? content.startIndex : nil
    }

    /// The beginning of the sought text need not be the beginning of a line.
    private func suffixStart(_ part: ArraySlice<UInt8>, _ line: Int) -> Int? {
        let content = content(line)
        let part = part.withoutTrailingBlanks
        // Only an ending was sought: blanks before it are not ours.
        if part.isEmpty { return sought.parts.count > 1 ? content.endIndex : nil }
        let visible = content.withoutTrailingBlanks
        guard visible.count >= part.count, visible.suffix(part.count).elementsEqual(part) else { return nil }
        return visible.endIndex - part.count
    }

    // MARK: Indentation

    private func indented(at first: Int, _ work: inout Int) -> Place? {
        var pairs: [Reindentation.Pair] = []
        for (index, part) in sought.parts.enumerated() {
            work += 1
            let content = content(first + index)
            guard content.withoutBlanksAround.elementsEqual(part.withoutBlanksAround) else { return nil }
            if !part.isBlank { pairs.append(Reindentation.Pair(given: part.indentation, found: content.indentation)) }
        }
        let segments = sought.parts.indices.map { lines[first + $0].content }
        return place(first, segments, Reindentation(pairs))
    }

    private func place(_ first: Int, _ segments: [Range<Int>], _ indentation: Reindentation?) -> Place? {
        let takesEnding = sought.endsInLineFeed
        if takesEnding, lines[first + segments.count - 1].ending.isEmpty { return nil }
        return Place(
            firstLine: first, segments: segments, takesLastEnding: takesEnding, indentation: indentation)
    }
}
