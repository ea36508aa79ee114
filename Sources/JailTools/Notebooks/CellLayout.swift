internal import JSON

/// How a notebook is laid out, so that what is written anew looks as if the same program had written it.
struct CellLayout {
    /// What stands before a cell: a line break and its indentation; nothing in a notebook on one line.
    let gap: [UInt8]
    /// What stands before the end of the list of cells.
    let closingGap: [UInt8]
    private let unit: [UInt8]
    private let text: UnsafeRawBufferPointer

    init(_ notebook: Notebook, _ text: UnsafeRawBufferPointer) {
        self.text = text
        // The first key of the root is indented by one unit.
        let first = notebook.root.members.first { _ in true }
        let before = first.map { Self.blanks(before: $0.key.sourceRange.lowerBound, in: text) } ?? []
        let lineBreak = before.prefix { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        unit = lineBreak.isEmpty ? [] : Array(before.dropFirst(lineBreak.count))
        if let cell = notebook.cells.first {
            gap = Self.blanks(before: cell.element.sourceRange.lowerBound, in: text)
        } else {
            gap = lineBreak.isEmpty ? [] : Array(lineBreak) + unit + unit
        }
        closingGap = lineBreak.isEmpty ? [] : Array(lineBreak) + unit
    }

    /// The blanks before a value, from the last line break on.
    private static func blanks(before place: Int, in text: UnsafeRawBufferPointer) -> [UInt8] {
        var start = place
        while start > 0, [0x20, 0x09, 0x0a, 0x0d].contains(text[start - 1]) { start -= 1 }
        let blanks = Array(text[start..<place])
        guard let feed = blanks.lastIndex(of: UInt8(ascii: "\n")) else { return blanks }
        let isReturned = feed > 0 && blanks[feed - 1] == UInt8(ascii: "\r")
        return Array(blanks[(isReturned ? feed - 1 : feed)...])
    }

    /// nbformat's lists of lines: each with its line feed.
    static func source(_ text: String, asList: Bool) -> JSONValue {
        if !asList { return .string(text) }
        var lines: [JSONValue] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
            lines.append(.string(String(decoding: rest[..<end], as: UTF8.self)))
            rest = rest[end...]
        }
        return .array(lines)
    }

    /// A new cell, its keys in the order in which Jupyter sorts them.
    func cell(id: String?, type: String, source: String) -> [UInt8] {
        var members: [(key: String, bytes: [UInt8])] = [("cell_type", value(.string(type)))]
        if type == "code" { members.append(("execution_count", value(.null))) }
        if let id { members.append(("id", value(.string(id)))) }
        members.append(("metadata", Array("{}".utf8)))
        if type == "code" { members.append(("outputs", Array("[]".utf8))) }
        members.append(("source", value(Self.source(source, asList: true))))
        return object(members)
    }

    /// The cell with some of its members set and some removed; the others are its own bytes.
    func rewritten(
        _ cell: JSONElement, setting: [(key: String, value: JSONValue)], removing: Set<String>
    ) -> [UInt8] {
        let range = cell.sourceRange
        let keys = cell.members.map { $0.key.string ?? "" }
        let isRenewed = !removing.isEmpty || setting.contains { !keys.contains($0.key) }
        if isRenewed { return renewed(cell, setting, removing) }
        // All of them are there: only their values change.
        var result: [UInt8] = []
        var end = range.lowerBound
        for member in cell.members {
            guard let new = setting.first(where: { $0.key == member.key.string }) else { continue }
            let place = member.value.sourceRange
            result += text[end..<place.lowerBound]
            result += isSame(member.value, new.value) ? Array(text[place]) : value(new.value)
            end = place.upperBound
        }
        return result + text[end..<range.upperBound]
    }

    private func isSame(_ element: JSONElement, _ value: JSONValue) -> Bool { JSONValue(element) == value }

    private func renewed(
        _ cell: JSONElement, _ setting: [(key: String, value: JSONValue)], _ removing: Set<String>
    ) -> [UInt8] {
        var left = setting
        var members: [(key: String, bytes: [UInt8])] = []
        for member in cell.members {
            let key = member.key.string ?? ""
            if removing.contains(key) { continue }
            if let index = left.firstIndex(where: { $0.key == key }) {
                members.append((key, value(left.remove(at: index).value)))
            } else {
                members.append((key, Array(text[member.value.sourceRange])))
            }
        }
        for new in left { members.append((new.key, value(new.value))) }
        // Jupyter sorts the keys of cells.
        return object(members.sorted { $0.key < $1.key })
    }

    private var inner: [UInt8] { gap.isEmpty ? [] : gap + unit }

    private func object(_ members: [(key: String, bytes: [UInt8])]) -> [UInt8] {
        var result = [UInt8(ascii: "{")]
        for (index, member) in members.enumerated() {
            if index > 0 { result += (gap.isEmpty ? ", " : ",").utf8 }
            result += inner + JSONValue.string(member.key).bytes() + ": ".utf8 + member.bytes
        }
        return result + gap + [UInt8(ascii: "}")]
    }

    /// The value of a cell's member.
    private func value(_ value: JSONValue) -> [UInt8] {
        guard let elements = value.array, !elements.isEmpty else { return value.bytes() }
        let step = gap.isEmpty ? [] : inner + unit
        var result = [UInt8(ascii: "[")]
        for (index, element) in elements.enumerated() {
            if index > 0 { result += (gap.isEmpty ? ", " : ",").utf8 }
            result += step + element.bytes()
        }
        return result + inner + [UInt8(ascii: "]")]
    }
}
