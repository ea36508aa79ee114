extension ToolDeclaration {
    static let read = ToolDeclaration(
        "Read", "Read a file",
        """
        Shows a file with its lines numbered from 1. Text in any usual encoding, images (PNG, JPEG, GIF, WebP), PDF by \
        pages, and notebooks. Without offset and limit the first 2000 lines. What was read may afterwards be changed by \
        Write and Edit. Folders are for LS.
        """,
        .looks,
        [
            .required("file_path", .path, "The file, by its absolute path."),
            .optional("offset", .whole(0...Int.max), "The first line to show, counted from 1. For long files."),
            .optional("limit", .whole(1...Int.max), "How many lines to show at most."),
            .optional("pages", .text(), "Of a PDF: one page or a range such as \"1-5\", at most 20 at once."),
        ])
}
