internal import JSON

/// A notebook's text with one cell changed.
struct NotebookSplice {
    struct Outcome {
        var bytes: [UInt8]
        let original: [UInt8]?
        let cellID: String
        let cellType: String
        let language: String
        let oldSource: String?
    }

    private let notebook: Notebook
    private let text: UnsafeRawBufferPointer
    private let path: String
    private let layout: CellLayout

    init(_ notebook: Notebook, _ text: UnsafeRawBufferPointer, _ path: String) {
        self.notebook = notebook
        self.text = text
        self.path = path
        layout = CellLayout(notebook, text)
    }

    func apply(_ order: NotebookEditing.Order) throws(ToolFailure) -> Outcome {
        switch order.mode {
        case .insert: return try insert(order)
        case .delete:
            let index = try notebook.require(order.cellID ?? "", path)
            return outcome(delete(index), notebook.cells[index], notebook.cells[index].type)
        case .replace:
            let index = try notebook.require(order.cellID ?? "", path)
            let cell = notebook.cells[index]
            let type = order.cellType ?? cell.type
            return outcome(replace(index, order.source, type), cell, type)
        }
    }

    private func outcome(_ bytes: [UInt8], _ cell: Notebook.Cell, _ type: String) -> Outcome {
        Outcome(
            bytes: bytes, original: original, cellID: cell.id, cellType: type, language: language(type),
            oldSource: cell.source)
    }

    private var original: [UInt8]? { text.count <= Change.originalBytesMax ? Array(text) : nil }

    private func language(_ type: String) -> String { type == "code" ? notebook.language : type }

    /// All of the text with one part of it replaced.
    private func spliced(_ range: Range<Int>, _ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count - range.count + bytes.count)
        result += text[..<range.lowerBound]
        result += bytes
        result += text[range.upperBound...]
        return result
    }

    // MARK: One cell

    private func replace(_ index: Int, _ source: String, _ type: String) -> [UInt8] {
        let cell = notebook.cells[index]
        let isList = cell.element["source"]?.isArray != false
        // What it was run with no longer is what it says.
        var written: [(key: String, value: JSONValue)] = [("source", CellLayout.source(source, asList: isList))]
        if type == "code" { written += [("execution_count", .null), ("outputs", [])] }
        if type != cell.type { written.append(("cell_type", .string(type))) }
        if notebook.needsIDs, !cell.hasID { written.append(("id", .string(newID()))) }
        let dropped: Set<String> = type == "code" ? ["attachments"] : ["outputs", "execution_count"]
        let removed = type == cell.type ? [] : dropped
        return spliced(cell.element.sourceRange, layout.rewritten(cell.element, setting: written, removing: removed))
    }

    private func delete(_ index: Int) -> [UInt8] {
        let ranges = notebook.cells.map(\.element.sourceRange)
        if index + 1 < ranges.count {
            return spliced(ranges[index].lowerBound..<ranges[index + 1].lowerBound, [])
        }
        if index > 0 { return spliced(ranges[index - 1].upperBound..<ranges[index].upperBound, []) }
        return spliced(notebook.root["cells"]?.sourceRange ?? ranges[index], Array("[]".utf8))
    }

    private func insert(_ order: NotebookEditing.Order) throws(ToolFailure) -> Outcome {
        let type = order.cellType ?? "code"
        let after = try order.cellID.map { id throws(ToolFailure) in try notebook.require(id, path) }
        let place = after.map { $0 + 1 } ?? 0
        let id = notebook.needsIDs ? newID() : nil
        let cell = layout.cell(id: id, type: type, source: order.source)
        return Outcome(
            bytes: inserted(cell, at: place), original: original, cellID: id ?? "cell-\(place)", cellType: type,
            language: language(type), oldSource: nil)
    }

    private func inserted(_ cell: [UInt8], at place: Int) -> [UInt8] {
        let comma = [UInt8(ascii: ",")]
        if place < notebook.cells.count {
            let start = notebook.cells[place].element.sourceRange.lowerBound
            return spliced(start..<start, cell + comma + layout.gap)
        }
        if let last = notebook.cells.last {
            let end = last.element.sourceRange.upperBound
            return spliced(end..<end, comma + layout.gap + cell)
        }
        let list = notebook.root["cells"]?.sourceRange ?? 0..<0
        return spliced(list, [UInt8(ascii: "[")] + layout.gap + cell + layout.closingGap + [UInt8(ascii: "]")])
    }

    /// As Jupyter makes them: eight digits that no other cell has.
    private func newID() -> String {
        let taken = Set(notebook.cells.map(\.id))
        while true {
            let digits = String(UInt32.random(in: 0...UInt32.max), radix: 16)
            let id = String(repeating: "0", count: 8 - digits.utf8.count) + digits
            if !taken.contains(id) { return id }
        }
    }
}
