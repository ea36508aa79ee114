internal import JSON

extension ToolDeclaration {
    static let grep = ToolDeclaration(
        "Grep", "Search in files",
        """
        Searches the contents of files for a regular expression of ripgrep. Shows the files that match, the matching \
        lines, or how many there are in each file, as output_mode says. What .gitignore names is left out.
        """,
        .looks,
        [
            .required(
                "pattern", .text(lengthMin: 1),
                "The regular expression. Braces that are meant as such need a backslash."),
            .optional("path", .path, "A file, or the folder to search in; without it the workspace."),
            .optional("glob", .text(lengthMin: 1), "Only files like this: \"*.ts\", \"*.{c,h}\"."),
            .optional(
                "type", .text(lengthMin: 1), "Only files of this kind, as ripgrep calls it: py, js, rust, swift."),
            .optional(
                "output_mode", .choice(["content", "files_with_matches", "count"]), standard: "files_with_matches",
                "Lines, files, or counts."),
            .optional("-A", .whole(0...10_000), "Lines to show after each match; with content."),
            .optional("-B", .whole(0...10_000), "Lines to show before each match; with content."),
            .optional("-C", .whole(0...10_000), "Lines to show around each match; with content."),
            .optional("context", .whole(0...10_000), "The same as -C."),
            .optional("-n", .flag, standard: true, "Numbers before lines; with content."),
            .optional("-i", .flag, standard: false, "Without regard to upper and lower case."),
            .optional("-o", .flag, standard: false, "Only what matched of each line; with content."),
            .optional(
                "multiline", .flag, standard: false, "A match may go over several lines, and . is a line feed too."),
            .optional(
                "head_limit", .whole(0...1_000_000), standard: 250, "So many lines or entries at most; 0 for all."),
            .optional("offset", .whole(0...Int.max), standard: 0, "So many lines or entries are skipped first."),
        ],
        check: { input in
            guard input["output_mode"]?.string ?? "files_with_matches" != "content" else { return [] }
            return input["-o"]?.bool == true
                ? [InputProblem(.conflict, "-o", "goes only with `output_mode` \"content\"")] : []
        })
}
