internal import JSON

extension ToolDeclaration {
    /// The longest that one call may ask for, in milliseconds.
    package static let bashTimeoutMax = 600_000

    static let bash = ToolDeclaration(
        "Bash", "Run a command",
        """
        Runs a command line in bash, in a jail that lets only the programs and files of the policy be used. The working \
        folder is kept for the next call, other settings of the shell are not. There is no terminal and no input: give \
        programs the options that keep them from asking. For files use Read, Write, Edit, Glob and Grep.
        """,
        .acts,
        [
            .required("command", .text(lengthMin: 1), "What to run."),
            .optional(
                "timeout", .whole(1...bashTimeoutMax), standard: 120_000,
                "Milliseconds after which it is ended, with everything that it has started."),
            .optional("description", .text(), "What it is for, in a few words; for people who look at the log."),
            .optional(
                "run_in_background", .flag, standard: false,
                "Return at once and let it go on; its output is written to a file that Read shows."),
            .optional(
                "dangerouslyDisableSandbox", .flag, standard: false,
                "Is taken and has no effect: there is no way around the jail."),
        ])
}
