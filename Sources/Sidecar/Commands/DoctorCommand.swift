/// `sidecar doctor`.
package enum DoctorCommand {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["doctor"], summary: "Look at what this machine offers and what is missing",
            details:
                "Looks at the kernel, its sandbox layers, the libraries, the port and the configuration, and says what "
                + "to do about what is missing. Keys are reported as found, never shown.",
            hasJSON: true,
            examples: [
                CommandExample("sidecar doctor", "for people"),
                CommandExample("sidecar doctor --json", "for bug reports"),
            ],
            exitCodes: [.failed])
    }
}
