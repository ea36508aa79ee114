// modules: JSON JailTools
//
// Changes of notebooks on any JSON: what is taken for a notebook is one afterwards, with as many cells as there should be, and
// all cells but one are what they were.

internal import JSON
internal import JailTools

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = bytes.first else { return 0 }
    let text = Array(bytes.dropFirst())
    guard let cells = try? NotebookText.cells(text) else { return 0 }
    _ = try? NotebookText.shown(text, bytesMax: Int(choice))
    let mode = ["replace", "insert", "delete"][Int(choice) % 3]
    let index = cells.isEmpty ? 0 : Int(choice / 3) % cells.count
    let type = choice & 0x80 == 0 ? "code" : "markdown"
    guard
        let changed = try? NotebookText.changed(
            text, mode: mode, cell: cells.isEmpty ? nil : "cell-\(index)", type: type, source: "a\n\"b")
    else { return 0 }
    guard let before = try? JSONValue(parsing: withoutMark(text))["cells"]?.array,
        let after = try? JSONValue(parsing: withoutMark(changed))["cells"]?.array,
        (try? NotebookText.cells(changed)) != nil
    else { preconditionFailure("it is no notebook any more") }
    let growth = mode == "insert" ? 1 : mode == "delete" ? -1 : 0
    precondition(after.count == before.count + growth, "cells were lost or made")
    // `cell-N` may be the id of another cell.
    let untouched = before.count { cell in after.contains(cell) }
    precondition(untouched >= before.count - 1, "another cell was touched")
    return 0
}

/// A byte order mark is taken for what it is, and kept.
private func withoutMark(_ text: [UInt8]) -> [UInt8] {
    text.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(text.dropFirst(3)) : text
}
