/// `sidecar code`.
package enum CodeCommand {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["code"], summary: "Run Claude Code through the sidecar",
            details:
                "Starts a sidecar if none runs, sets the variables that point Claude Code at it, and hands over the "
                + "terminal. The exit code is Claude Code's own.",
            passedOn: ArgumentDeclaration("ARGS…", help: "What Claude Code is started with."),
            examples: [
                CommandExample("sidecar code", "an interactive session"),
                CommandExample("sidecar code -- -p 'explain this folder'", "one answer"),
            ],
            exitCodes: [.failed])
    }
}
