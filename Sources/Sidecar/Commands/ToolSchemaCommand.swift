internal import JSON
internal import ToolRuntime

/// `sidecar tool schema`.
package enum ToolSchemaCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["tool", "schema"], summary: "Print the schema of a tool's input",
            details: "JSON Schema, draft 2020-12. Agent is another name of Task.",
            arguments: [
                ArgumentDeclaration(
                    "NAME", .choice(ToolCatalog.names), isRequired: true,
                    help: "The tool, such as Bash or Read.")
            ],
            hasJSON: true,
            examples: [CommandExample("sidecar tool schema Grep", "what Grep takes")])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let name = invocation.line.arguments[0]
        guard let tool = ToolCatalog.tool(name) else {
            invocation.console.complain(ToolCatalog.unknown(name))
            return .wrongInput
        }
        invocation.console.print(tool.input.schema.text(style: .pretty))
        return .done
    }
}
