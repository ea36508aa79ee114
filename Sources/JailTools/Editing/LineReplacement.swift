/// Puts new lines where old ones were found. Lines that are in the old and in the new text stay as the file has them, with
/// their blanks and endings.
struct LineReplacement {
    private let text: [UInt8]
    private let lines: [Line]
    private let place: LineSearch.Place
    private let match: EditMatch

    init(_ text: [UInt8], _ lines: [Line], _ place: LineSearch.Place, _ match: EditMatch) {
        self.text = text
        self.lines = lines
        self.place = place
        self.match = match
    }

    /// All of the text; nil where the new lines cannot be indented like the file.
    func text(_ edit: TextEdit) -> [UInt8]? {
        guard let new = replacement(PartedText(edit.old), PartedText(edit.new)) else { return nil }
        let start = place.segments[0].lowerBound
        let last = place.segments.count - 1
        let end =
            place.takesLastEnding ? lines[place.firstLine + last].whole.upperBound : place.segments[last].upperBound
        return text[..<start] + new + text[end...]
    }

    private func replacement(_ old: PartedText, _ new: PartedText) -> [UInt8]? {
        var result: [UInt8] = []
        for step in LineDiff.steps(of: old.parts, new.parts) {
            let isEnded = { (index: Int) in index + 1 < new.parts.count || new.endsInLineFeed }
            switch step {
            case .remove: continue
            case .keep(let oldIndex, let newIndex):
                result += text[place.segments[oldIndex]]
                if isEnded(newIndex) { result += ending(oldIndex) }
            case .add(let index):
                guard let line = indented(new.parts[index]) else { return nil }
                result += line
                if isEnded(index) { result += usualEnding }
            }
        }
        return result
    }

    private func indented(_ line: ArraySlice<UInt8>) -> [UInt8]? {
        match == .indentation ? place.indentation?.applied(to: line) : Array(line)
    }

    private func ending(_ index: Int) -> [UInt8] {
        let ending = text[lines[place.firstLine + index].ending]
        return ending.isEmpty ? usualEnding : Array(ending)
    }

    /// As the lines around end.
    private var usualEnding: [UInt8] {
        for line in lines[place.firstLine..<place.firstLine + place.segments.count] where !line.ending.isEmpty {
            return Array(text[line.ending])
        }
        return (LineEnding.most(in: text) ?? .lineFeed).bytes
    }
}

extension LineDiff {
    static func steps(of old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [Step] {
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        let number = { (line: ArraySlice<UInt8>) in
            let next = numbers.count
            return numbers[line]
                ?? {
                    numbers[line] = next
                    return next
                }()
        }
        let oldNumbers = old.map(number)
        return steps(oldNumbers, new.map(number))
    }
}
