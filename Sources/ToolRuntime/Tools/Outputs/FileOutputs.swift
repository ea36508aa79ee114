/// Results of the tools that work on files.
extension OutputShape {
    /// One kind of file; its fields are in `file`.
    private static func file(_ type: String, _ fields: [OutputField]) -> OutputFields {
        OutputFields([.always("type", .choice([type])), .always("file", .object(OutputFields(fields)))])
    }

    private static let notebook = file(
        "notebook",
        [
            .always("filePath", .text),
            .always(
                "cells",
                .list(
                    .object(
                        OutputFields([
                            .always("cell_id", .text), .always("cellType", .text), .always("source", .text),
                            .perhaps("language", .text), .perhaps("execution_count", .whole),
                        ])))),
        ])

    static let read = OutputShape(
        file(
            "text",
            [
                .always("filePath", .text), .always("content", .text), .always("numLines", .whole),
                .always("startLine", .whole),
                .always("totalLines", .orNull(.whole), "Null for a file so long that nobody counted."),
                .perhaps("truncatedByTokenCap", .flag),
            ]),
        file(
            "image",
            [
                .always("type", .text, "Its media type; its bytes are in the content."),
                .always("originalSize", .whole),
                .perhaps(
                    "dimensions",
                    .object(
                        OutputFields([
                            .always("originalWidth", .whole), .always("originalHeight", .whole),
                            .perhaps("displayWidth", .whole, "Of one that was made smaller."),
                            .perhaps("displayHeight", .whole),
                        ]))),
            ]),
        file(
            "pdf",
            [
                .always("filePath", .text), .always("originalSize", .whole), .always("totalPages", .whole),
                .always("pages", .text, "Those that are shown."),
            ]),
        notebook, file("file_unchanged", [.always("filePath", .text)]), tooLong)

    static let notebookRead = OutputShape(notebook, tooLong)

    /// Nothing at all, where it would have been too much: the content tells what was done.
    private static let tooLong = OutputFields([checkpoint], isClosed: true)

    private static let checkpoint = OutputField.perhaps(
        "checkpoint", .text, "What was there before is kept by this name.")

    private static let hunks = OutputKind.list(
        .object(
            OutputFields([
                .always("oldStart", .whole), .always("oldLines", .whole), .always("newStart", .whole),
                .always("newLines", .whole), .always("lines", .list(.text)),
            ])))

    private static let changed: [OutputField] = [
        .always("filePath", .text),
        .always("originalFile", .orNull(.text), "Null where there was none, or it is too long."),
        .always("structuredPatch", hunks), checkpoint,
    ]

    static let write = OutputShape(
        OutputFields(
            changed + [.always("type", .choice(["create", "update"])), .always("content", .text)]), tooLong)

    static let edit = OutputShape(
        OutputFields(
            changed + [
                .always("userModified", .flag), .always("oldString", .text), .always("newString", .text),
                .always("replaceAll", .flag), .always("matchedBy", .text, "How it was found; `exact` is byte by byte."),
            ]), tooLong)

    static let multiEdit = OutputShape(
        OutputFields(
            changed + [
                .always("userModified", .flag), .always("matchedBy", .list(.text)),
                .always(
                    "edits",
                    .list(
                        .object(
                            OutputFields([
                                .always("old_string", .text), .always("new_string", .text),
                                .perhaps("replace_all", .flag),
                            ])))),
            ]), tooLong)

    static let notebookEdit = OutputShape(
        OutputFields([
            .always("notebook_path", .text), .always("cell_id", .text), .always("cell_type", .text),
            .always("language", .text), .always("edit_mode", .text), .always("new_source", .text),
            .perhaps("old_source", .text), .always("original_file", .orNull(.text)),
            .always("updated_file", .orNull(.text)), checkpoint,
        ]), tooLong)

    static let list = OutputShape(
        OutputFields([.always("path", .text), .always("numEntries", .whole), .always("truncated", .flag)]), tooLong)
}
