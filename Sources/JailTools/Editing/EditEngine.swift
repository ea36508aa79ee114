/// Finds and replaces, byte for byte where it can, and by a ladder of three steps where it cannot. A looser step is only
/// tried when the one before found nothing, and only taken when it finds one place and no more: an edit in the wrong
/// place is worse than none.
package enum EditEngine {
    package static func apply(_ edit: TextEdit, to text: [UInt8]) throws(ToolFailure) -> EditOutcome {
        if edit.old == edit.new {
            throw ToolFailure(.unchanged, "No changes to make: old_string and new_string are exactly the same.")
        }
        if edit.old.isEmpty { throw ToolFailure(.exists, "Cannot create new file - file already exists.") }
        if let outcome = try ExactMatch.apply(edit, to: text) { return outcome }
        let lines = Lines.of(text)
        let search = LineSearch(text: text, lines: lines, sought: PartedText(edit.old))
        for match in [EditMatch.trailingSpace, .indentation] {
            let found = search.places(by: match)
            if found.count > 1 { throw several(edit, found.map { $0.firstLine + 1 }, match) }
            if let place = found.first, let text = LineReplacement(text, lines, place, match).text(edit) {
                return EditOutcome(text: text, match: match, count: 1)
            }
        }
        throw ToolFailure(.noMatch, notFound(edit, text, lines))
    }

    /// One after the other, all or none.
    package static func apply(
        _ edits: [TextEdit], to text: [UInt8]
    ) throws(ToolFailure) -> (
        text: [UInt8], outcomes: [EditOutcome]
    ) {
        var text = text
        var outcomes: [EditOutcome] = []
        for (index, edit) in edits.enumerated() {
            do throws(ToolFailure) {
                var outcome = try apply(edit, to: text)
                text = outcome.text
                outcome.text = []
                outcomes.append(outcome)
            } catch {
                if edits.count == 1 { throw error }
                throw ToolFailure(
                    error.code, "Edit \(index + 1) of \(edits.count): \(error.text)\nNone of the edits was made.")
            }
        }
        return (text, outcomes)
    }

    static func several(_ edit: TextEdit, _ lineNumbers: [Int], _ match: EditMatch) -> ToolFailure {
        let count = lineNumbers.count
        let text =
            "Found \(count) matches of the string to replace, but replace_all is false. To replace all occurrences, set replace_all to true. To replace only one occurrence, please provide more context to uniquely identify the instance."
        let loose =
            "No text of the file is exactly old_string, and \(count) places differ from it only in blanks. Give old_string exactly as the file has it."
        let shown = lineNumbers.prefix(placesShownMax).map { String($0) }.joined(separator: ", ")
        let more = count > placesShownMax ? ", …" : ""
        return ToolFailure(
            .severalMatches,
            "\(match == .exact ? text : loose)\nString: \(quoted(edit.old))\nThe matches begin in lines \(shown)\(more)."
        )
    }

    private static func notFound(_ edit: TextEdit, _ text: [UInt8], _ lines: [Line]) -> String {
        var message = "String to replace not found in file.\nString: \(quoted(edit.old))"
        if let near = NearestLines.of(edit.old, in: text, lines) {
            message += "\n\nThe nearest lines of the file are:\n\(near)"
        }
        return message
    }

    private static func quoted(_ bytes: [UInt8]) -> String {
        if bytes.count <= quotedBytesMax { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: bytes.prefix(quotedBytesMax), as: UTF8.self) + "… (\(bytes.count) bytes)"
    }

    private static let quotedBytesMax = 2000
    private static let placesShownMax = 20
}
