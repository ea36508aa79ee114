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
        if head.starts(with: "%PDF-".utf8) {
            throw ToolFailure(
                .unsupported,
                "\(path) is a PDF document. Reading one needs poppler (the package poppler-utils), which is not at hand here."
            )
        }
        return try TextReading.reply(file, try LineRange(call), call)
    }

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
