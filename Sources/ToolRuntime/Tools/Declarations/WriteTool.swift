extension ToolDeclaration {
    static let write = ToolDeclaration(
        "Write", "Write a file",
        """
        Makes a file with exactly this content, or replaces the one that is there; folders on the way are made. A file \
        that exists must have been read in this session, and must not have changed since. To change a part of a file use \
        Edit.
        """,
        .replaces,
        [
            .required("file_path", .path, "The file, by its absolute path."),
            .required("content", .text(), "All that the file will hold."),
        ])
}
