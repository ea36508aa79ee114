internal import JSON

/// Changes of notebooks without files: text in, text out.
package enum NotebookText {
    package static func changed(
        _ text: [UInt8], mode: String, cell: String?, type: String, source: String
    ) throws(ToolFailure) -> [UInt8] {
        guard let mode = NotebookEditing.Mode(rawValue: mode) else { throw ToolFailure(.invalidInput, "edit_mode") }
        let order = NotebookEditing.Order(mode: mode, cellID: cell, cellType: type, source: source)
        return try NotebookFile(bytes: text).withNotebook("notebook") { (notebook, text, _) throws(ToolFailure) in
            try NotebookSplice(notebook, text, "notebook").apply(order).bytes
        }
    }

    /// Ids of its cells.
    package static func cells(_ text: [UInt8]) throws(ToolFailure) -> [String] {
        try NotebookFile(bytes: text).withNotebook("notebook") { (notebook, _, _) throws(ToolFailure) in
            notebook.cells.map(\.id)
        }
    }

    /// What a model sees of it.
    package static func shown(_ text: [UInt8], bytesMax: Int) throws(ToolFailure) -> [ToolReply.Content] {
        try NotebookFile(bytes: text).withNotebook("notebook") { (notebook, _, _) throws(ToolFailure) in
            var text = CellText(bytesMax: bytesMax)
            for cell in notebook.cells { text.add(cell, language: notebook.language) }
            text.flush()
            return text.parts
        }
    }
}
