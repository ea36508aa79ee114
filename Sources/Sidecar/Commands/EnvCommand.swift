/// `sidecar env`.
package enum EnvCommand {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["env"], summary: "Print the variables that point a coding agent at the sidecar",
            details: "Prints lines for a shell to evaluate, for the address that the configuration says.",
            hasJSON: true,
            examples: [CommandExample("eval \"$(sidecar env)\"", "then start the agent in the same shell")])
    }
}
