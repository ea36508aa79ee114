internal import JSON
internal import LinuxSystem

/// Read: what is in a file, for a model to see.
enum ReadTool {
    static func run(_ call: ToolCall) throws(ToolFailure) -> ToolReply {
        let view = FileView(workspace: call.workspace)
        let path = try view.absolute(try call.string("file_path"))
        let file = try OpenedFile.existing(path, view)
        if path.utf8.suffix(6).elementsEqual(".ipynb".utf8) { return try NotebookReading.reply(file, cell: nil, call) }
        let head: [UInt8]
        do throws(SystemError) {
            head = try file.descriptor.read(0..<headBytes)
        } catch {
            throw PathTrouble.failure(error, path)
        }
        if ImageReading.isImage(head) { return try ImageReading.reply(file) }
        if head.starts(with: "%PDF-".utf8) { return try document(file) }
        return try TextReading.reply(file, try LineRange(call), call)
    }

    /// A document goes to the host as it is, which has it read in a jail with nothing but poppler and these bytes.
    private static func document(_ file: borrowing OpenedFile) throws(ToolFailure) -> ToolReply {
        guard let bytes = try file.whole(limit: documentBytesMax) else {
            throw ToolFailure(
                .tooLarge,
                "The document \(file.path) has \(file.facts.size) bytes; up to \(documentBytesMax) are read. Cut it into parts, as by pdfseparate."
            )
        }
        var reply = ToolReply([], structured: ["type": "pdf"])
        reply.blob = bytes
        reply.seen = file.seen(hash: ContentHash.of(bytes), isWhole: false, size: bytes.count)
        return reply
    }

    private static let documentBytesMax = 32 << 20
    private static let headBytes = 4 << 10
}

/// Which lines somebody asked for.
struct LineRange {
    /// From 1.
    let first: Int
    let count: Int
    /// Somebody asked for these lines, and not for the file.
    let isExplicit: Bool

    static let countDefault = 2000

    init(_ call: ToolCall) throws(ToolFailure) {
        let offset = try call.optionalCount("offset")
        let limit = try call.optionalCount("limit")
        if limit == 0 { throw call.wrong("limit", "at least 1") }
        // Counting from 0 is a common slip, and means the same first line.
        first = max(1, offset ?? 1)
        count = limit ?? Self.countDefault
        isExplicit = offset != nil || limit != nil
        if first.addingReportingOverflow(count).overflow { throw call.wrong("limit", "a number of lines") }
    }

    /// All of a file that is short enough.
    var isFromStart: Bool { first == 1 }
}
