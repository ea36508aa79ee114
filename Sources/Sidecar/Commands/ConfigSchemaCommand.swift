internal import JSON

package enum ConfigSchemaCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["config", "schema"], summary: "Print the JSON Schema of the configuration",
            details: "A JSON Schema (2020-12) of sidecar.yaml, for editors that check and complete YAML.",
            hasJSON: true,
            examples: [
                CommandExample(
                    "sidecar config schema > sidecar.schema.json",
                    "save it beside the file, and put "
                        + "`# yaml-language-server: $schema=sidecar.schema.json` on the file's first line")
            ])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        invocation.console.print(SettingsSchema.configuration.document().text(style: .pretty))
        return .done
    }
}
