internal import JSON

extension ToolDeclaration {
    static let multiEdit = ToolDeclaration(
        "MultiEdit", "Change a file in several places",
        """
        Several changes of one file, one after the other, each as with Edit and each on what those before it have left. \
        Either all of them are made or none. An empty old_string in the first one makes a new file.
        """,
        .changes,
        [
            .required("file_path", .path, "The file, by its absolute path."),
            .required(
                "edits",
                .list(
                    .object(
                        InputShape([
                            .required(
                                "old_string", .text(), "The piece that is there when this change's turn has come."),
                            .required("new_string", .text(), "What stands there afterwards."),
                            .optional("replace_all", .flag, standard: false, "Every occurrence, and not only one."),
                        ])), countMin: 1),
                "The changes, in their order."),
        ])
}
