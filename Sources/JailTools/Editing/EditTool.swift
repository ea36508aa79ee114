internal import JSON
internal import LinuxSystem

/// Edit and MultiEdit: strings of a file for others.
enum EditTool {
    static func run(_ call: ToolCall) throws(ToolFailure) -> ToolReply {
        let edit = try edit(call.input, call, "")
        let result = try apply([edit], call)
        var reply = result.reply
        var about = result.about
        about["oldString"] = call.input["old_string"]
        about["newString"] = call.input["new_string"]
        about["replaceAll"] = .bool(edit.replacesAll)
        about["matchedBy"] = .string((result.matches.first ?? .exact).rawValue)
        reply.structured = about
        return reply
    }

    static func runSeveral(_ call: ToolCall) throws(ToolFailure) -> ToolReply {
        guard let given = call.input["edits"]?.array, !given.isEmpty else {
            throw call.wrong("edits", "a list of at least one edit")
        }
        var edits: [TextEdit] = []
        for (index, value) in given.enumerated() {
            guard let object = value.object else { throw call.wrong("edits", "a list of objects") }
            edits.append(try edit(object, call, "edits[\(index)]."))
        }
        let result = try apply(edits, call)
        var reply = result.reply
        var about = result.about
        about["edits"] = .array(given)
        about["matchedBy"] = .array(result.matches.map { .string($0.rawValue) })
        reply.structured = about
        return reply
    }

    private static func edit(_ input: JSONObject, _ call: ToolCall, _ prefix: String) throws(ToolFailure) -> TextEdit {
        guard let old = input["old_string"]?.string else { throw call.wrong("\(prefix)old_string", "a string") }
        guard let new = input["new_string"]?.string else { throw call.wrong("\(prefix)new_string", "a string") }
        let all = input["replace_all"].map { $0.bool } ?? false
        guard let all else { throw call.wrong("\(prefix)replace_all", "true or false") }
        return TextEdit(old: old, new: new, replacesAll: all)
    }

    private struct Result {
        var reply: ToolReply
        var about: JSONValue
        let matches: [EditMatch]
    }

    private static func apply(_ edits: [TextEdit], _ call: ToolCall) throws(ToolFailure) -> Result {
        let view = FileView(workspace: call.workspace)
        let path = try view.absolute(try call.string("file_path"))
        let replacement = FileReplacement(call, view)
        guard edits[0].old.isEmpty else {
            guard let original = try Original.open(path, view, call) else { throw PathTrouble.missing(path, view) }
            return try change(original, edits, replacement, call)
        }
        if edits[0].new.isEmpty, edits.count == 1 {
            throw ToolFailure(.unchanged, "No changes to make: old_string and new_string are exactly the same.")
        }
        // Nothing is replaced by something: a new file, or one that is empty.
        let (text, outcomes) = try EditEngine.apply(Array(edits.dropFirst()), to: edits[0].new)
        var change = Change(path: path, place: path, before: nil, after: text)
        if let file = try OpenedFile.open(path, view) {
            guard file.facts.size == 0 else {
                throw ToolFailure(.exists, "Cannot create new file - file already exists.")
            }
            try replacement.replace(file, holding: [], with: text)
            change = Change(path: path, place: file.place, before: ContentHash.of([]), after: text)
        } else {
            try replacement.create(path, with: text)
        }
        var reply = ToolReply([.text("File created successfully at: \(path)")])
        change.note(in: &reply)
        let about = about(path, nil, Patch(from: [], to: text))
        return Result(reply: reply, about: about, matches: [.exact] + outcomes.map(\.match))
    }

    private static func change(
        _ original: borrowing Original, _ edits: [TextEdit], _ replacement: FileReplacement, _ call: ToolCall
    ) throws(ToolFailure) -> Result {
        try original.requireText()
        let (text, outcomes) = try EditEngine.apply(edits, to: original.text.utf8)
        let new = DecodedText(utf8: text, encoding: original.text.encoding)
        guard let bytes = new.encoded() else {
            let character = new.firstUnwritable.map { String($0) } ?? ""
            throw ToolFailure(
                .badEncoding,
                "\(original.file.path) is \(new.encoding.name), which has no \"\(character)\". Use other characters, or convert the file to UTF-8 first."
            )
        }
        try replacement.replace(original.file, holding: original.bytes, with: bytes)
        let path = original.file.path
        let patch = Patch(from: original.text.utf8, to: text)
        let isAll = edits.count == 1 && edits[0].replacesAll
        var words =
            isAll
            ? "The file \(path) has been updated. All occurrences were successfully replaced."
            : "The file \(path) has been updated successfully."
        for (index, outcome) in outcomes.enumerated() {
            guard let note = outcome.match.note else { continue }
            words += edits.count == 1 ? "\nNote: \(note)" : "\nNote on edit \(index + 1): \(note)"
        }
        words += "\n\n\(patch.unified(path, bytesMax: call.limits.outputBytes))"
        var reply = ToolReply([.text(words)])
        Change(path: path, place: original.file.place, before: original.hash, after: bytes).note(in: &reply)
        return Result(
            reply: reply, about: about(path, original.text.utf8, patch), matches: outcomes.map(\.match))
    }

    private static func about(_ path: String, _ original: [UInt8]?, _ patch: Patch) -> JSONValue {
        [
            "filePath": .string(path), "originalFile": Change.original(original),
            "structuredPatch": patch.isShort ? patch.json : [], "userModified": false,
        ]
    }
}
