/// `sidecar stop`.
package enum StopCommand {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["stop"], summary: "Stop the running sidecar",
            details:
                "Open streams may finish, for as long as `shutdown.grace` says. Returns when the sidecar has ended.",
            examples: [CommandExample("sidecar stop", "ends the sidecar that listens where the configuration says")],
            exitCodes: [.failed])
    }
}
