internal import JSON

/// Write: a whole file. One that is replaced keeps its encoding and, where the new text says nothing else, its line endings.
enum WriteTool {
    static func run(_ call: ToolCall) throws(ToolFailure) -> ToolReply {
        let view = FileView(workspace: call.workspace)
        let path = try view.absolute(try call.string("file_path"))
        let content = try call.string("content")
        let replacement = FileReplacement(call, view)
        guard let original = try Original.open(path, view, call) else {
            let bytes = Array(content.utf8)
            try replacement.create(path, with: bytes)
            var reply = ToolReply(
                [.text("File created successfully at: \(path)")],
                structured: [
                    "type": "create", "filePath": .string(path), "content": shown(bytes), "structuredPatch": [],
                    "originalFile": .null,
                ])
            Change(path: path, place: path, before: nil, after: bytes).note(in: &reply)
            return reply
        }
        let (text, bytes, note) = Self.content(content, like: original.text)
        try replacement.replace(original.file, holding: original.bytes, with: bytes)
        let patch = Patch(from: original.text.utf8, to: text)
        var words = "The file \(path) has been updated successfully."
        if patch.hunks.isEmpty { words += " It had this content already." }
        if let note { words += " \(note)" }
        if !patch.hunks.isEmpty { words += "\n\n\(patch.unified(path, bytesMax: call.limits.outputBytes))" }
        var reply = ToolReply(
            [.text(words)],
            structured: [
                "type": "update", "filePath": .string(path), "content": shown(text),
                "structuredPatch": patch.isShort ? patch.json : [], "originalFile": Change.original(original.text.utf8),
            ])
        Change(path: path, place: original.file.place, before: original.hash, after: bytes).note(in: &reply)
        return reply
    }

    /// What is written: as text, as bytes, and what there is to say about it.
    private static func content(
        _ content: String, like original: DecodedText
    ) -> (text: [UInt8], bytes: [UInt8], note: String?) {
        var text = Array(content.utf8)
        if LineEnding.every(in: original.utf8) == .carriageReturnLineFeed {
            text = LineEnding.carriageReturnLineFeed.applied(to: text)
        }
        // What was no text, or a text with faults, has nothing that could be kept.
        guard original.isExact else { return (text, text, nil) }
        let mark = TextEncoding.utf8(isMarked: true).mark
        if !original.encoding.mark.isEmpty, text.starts(with: mark) { text.removeFirst(mark.count) }
        let decoded = DecodedText(utf8: text, encoding: original.encoding)
        if let bytes = decoded.encoded() { return (text, bytes, nil) }
        let character = decoded.firstUnwritable.map { String($0) } ?? ""
        return (
            text, text, "It was \(original.encoding.name), which has no \"\(character)\"; it is UTF-8 now."
        )
    }

    private static func shown(_ text: [UInt8]) -> JSONValue {
        text.count <= contentBytesMax ? .string(String(decoding: text, as: UTF8.self)) : ""
    }

    /// Who wrote more than that knows what it was; a frame has to hold the rest too.
    private static let contentBytesMax = 256 << 10
}
