extension ToolDeclaration {
    static let glob = ToolDeclaration(
        "Glob", "Find files by name",
        """
        Lists files whose path matches a pattern, newest first, at most 100 of them: `*.swift`, `src/**/*.{ts,tsx}`, \
        `**/test_*`. A pattern without a slash is looked for in every folder. What .gitignore names is left out, and what \
        begins with a dot too, unless the pattern says such a name.
        """,
        .looks,
        [
            .required("pattern", .text(lengthMin: 1), "The pattern: *, **, ?, [a-z] and {one,other}."),
            .optional("path", .path, "The folder to look in; without it the workspace."),
        ])
}
