internal import JSON
internal import LinuxSystem

/// NotebookRead, and Read of a notebook: its cells with what they put out.
enum NotebookReading {
    static func run(_ call: ToolCall) throws(ToolFailure) -> ToolReply {
        let view = FileView(workspace: call.workspace)
        let path = try view.absolute(try call.string("notebook_path"))
        return try reply(try OpenedFile.existing(path, view), cell: try call.optionalString("cell_id"), call)
    }

    static func reply(_ file: borrowing OpenedFile, cell id: String?, _ call: ToolCall) throws(ToolFailure) -> ToolReply
    {
        let path = file.path
        let notebook = try NotebookFile(file)
        var reply = try notebook.withNotebook(path) { (notebook, _, _) throws(ToolFailure) in
            var cells = notebook.cells
            if let id { cells = [cells[try notebook.require(id, path)]] }
            var text = CellText(bytesMax: call.limits.tokens * TextReading.bytesPerToken)
            for cell in cells { text.add(cell, language: notebook.language) }
            text.flush()
            var parts = text.parts
            if cells.isEmpty { parts.append(.text("The notebook \(path) has no cells.")) }
            if text.leftOut > 0 {
                let next = cells[cells.count - text.leftOut].id
                parts.append(
                    .text(
                        "[PARTIAL view: \(cells.count - text.leftOut) of \(cells.count) cells. Read on with NotebookRead and cell_id, beginning with \"\(next)\".]"
                    ))
            }
            let shown = cells.prefix(cells.count - text.leftOut)
            let about: JSONValue = [
                "filePath": .string(path), "cells": .array(shown.map { Self.about($0, notebook.language) }),
            ]
            return ToolReply(parts, structured: ["type": "notebook", "file": about])
        }
        reply.seen = file.seen(hash: notebook.hash, isWhole: false, size: notebook.size)
        return reply
    }

    private static func about(_ cell: Notebook.Cell, _ language: String) -> JSONValue {
        var about: JSONValue = [
            "cell_id": .string(cell.id), "cellType": .string(cell.type), "source": .string(cell.source),
        ]
        if cell.type == "code" {
            about["language"] = .string(language)
            if let count = cell.element["execution_count"]?.int { about["execution_count"] = .int(count) }
        }
        return about
    }
}
