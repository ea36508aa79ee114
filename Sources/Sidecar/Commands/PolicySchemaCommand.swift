internal import JSON
internal import Sandbox
internal import YAML

package enum PolicySchemaCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["policy", "schema"], summary: "Print the JSON Schema of policy files",
            details: "A JSON Schema (2020-12) of policy files, for editors that check and complete YAML.",
            hasJSON: true,
            examples: [
                CommandExample(
                    "sidecar policy schema > policy.schema.json",
                    "save it beside the file, and put "
                        + "`# yaml-language-server: $schema=policy.schema.json` on the file's first line")
            ])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let schema = SettingsSchema(
            title: "sidecar policy", keys: PolicyKeys.root.descriptions, hasVariables: false, required: ["version"])
        invocation.console.print(schema.document().text(style: .pretty))
        return .done
    }
}
