internal import JSON
internal import LinuxSystem

/// NotebookEdit: one cell replaced, inserted or deleted. Only its bytes change: everything else in the file, its
/// indentation and the order of its keys included, is what it was.
enum NotebookEditing {
    enum Mode: String { case replace, insert, delete }

    struct Order {
        let mode: Mode
        let cellID: String?
        let cellType: String?
        let source: String
    }

    static func run(_ call: ToolCall) throws(ToolFailure) -> ToolReply {
        let view = FileView(workspace: call.workspace)
        let path = try view.absolute(try call.string("notebook_path"))
        let order = try order(call)
        guard path.utf8.suffix(6).elementsEqual(".ipynb".utf8) else {
            throw ToolFailure(.invalidNotebook, "\(path) is not a notebook (.ipynb). Use Edit for other files.")
        }
        let file = try OpenedFile.existing(path, view)
        guard let known = call.known(file) else {
            throw ToolFailure(.notRead, "File has not been read yet. Read it first before writing to it.")
        }
        let notebook = try NotebookFile(file)
        guard known.hash == notebook.hash else {
            throw ToolFailure(
                .modifiedSinceRead,
                "File has been modified since read, either by the user or by a linter. Read it again before attempting to write it."
            )
        }
        let change = try notebook.withNotebook(path) { (notebook, text, mark) throws(ToolFailure) in
            var change = try NotebookSplice(notebook, text, path).apply(order)
            if mark > 0 { change.bytes.insert(contentsOf: TextEncoding.utf8(isMarked: true).mark, at: 0) }
            return change
        }
        try FileReplacement(call, view).replace(
            file, holding: notebook.bytes(max: call.keepBytes ?? 0), with: change.bytes)
        // Who wrote a long cell need not read all of it again.
        let source = order.source.unicodeScalars.prefix(sourceCharactersMax)
        let shown = String(String.UnicodeScalarView(source))
        let words =
            switch order.mode {
            case .replace: "Updated cell \(change.cellID) of \(path) with \(shown)"
            case .insert: "Inserted cell \(change.cellID) into \(path) with \(shown)"
            case .delete: "Deleted cell \(change.cellID) of \(path)"
            }
        var about: JSONValue = [
            "new_source": .string(order.source), "cell_id": .string(change.cellID),
            "cell_type": .string(change.cellType),
            "language": .string(change.language), "edit_mode": .string(order.mode.rawValue),
            "notebook_path": .string(path), "original_file": Change.original(change.original),
            "updated_file": Change.original(change.bytes),
        ]
        if let old = change.oldSource { about["old_source"] = .string(old) }
        var reply = ToolReply([.text(words)], structured: about)
        Change(path: path, place: file.place, before: notebook.hash, after: change.bytes).note(in: &reply)
        return reply
    }

    private static let sourceCharactersMax = 2000

    private static func order(_ call: ToolCall) throws(ToolFailure) -> Order {
        let name = try call.optionalString("edit_mode") ?? Mode.replace.rawValue
        guard let mode = Mode(rawValue: name) else { throw call.wrong("edit_mode", "replace, insert or delete") }
        let type = try call.optionalString("cell_type")
        if let type, !["code", "markdown"].contains(type) { throw call.wrong("cell_type", "code or markdown") }
        if mode == .insert, type == nil { throw call.wrong("cell_type", "code or markdown where a cell is inserted") }
        let cell = try call.optionalString("cell_id")
        if mode != .insert, cell == nil { throw call.wrong("cell_id", "the cell to \(name)") }
        return Order(
            mode: mode, cellID: cell, cellType: type,
            source: mode == .delete ? try call.optionalString("new_source") ?? "" : try call.string("new_source"))
    }
}
