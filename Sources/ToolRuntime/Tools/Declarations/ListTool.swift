extension ToolDeclaration {
    static let list = ToolDeclaration(
        "LS", "List a folder",
        """
        Shows what is in a folder and in the folders beneath it, as a tree. Use Glob or Grep when you know what you are \
        looking for.
        """,
        .looks,
        [
            .required("path", .path, "The folder, by its absolute path."),
            .optional("ignore", .list(.text(lengthMin: 1)), "Patterns of names to leave out, such as \"*.log\"."),
        ])
}
