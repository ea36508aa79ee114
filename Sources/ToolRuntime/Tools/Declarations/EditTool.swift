internal import JSON

extension ToolDeclaration {
    static let edit = ToolDeclaration(
        "Edit", "Change a file",
        """
        Replaces a piece of a file that was read in this session. old_string is the piece as the file has it, white space \
        included and line numbers left out, with enough around it to occur only once. An empty old_string makes a new file.
        """,
        .changes,
        [
            .required("file_path", .path, "The file, by its absolute path."),
            .required("old_string", .text(), "The piece that is there now."),
            .required("new_string", .text(), "What stands there afterwards; different from old_string."),
            .optional("replace_all", .flag, standard: false, "Every occurrence, and not only one."),
        ])
}
