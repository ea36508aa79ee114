/// `sidecar status`.
package enum StatusCommand {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["status"], summary: "Say whether a sidecar runs, and how it is",
            details: "Asks the sidecar that listens where the configuration says. Exit code 1 means that none runs.",
            hasJSON: true,
            examples: [
                CommandExample("sidecar status", "for people"),
                CommandExample("sidecar status --json", "for scripts"),
            ],
            exitCodes: [.failed])
    }
}
