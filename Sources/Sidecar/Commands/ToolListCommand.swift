internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// `sidecar tool list`.
package enum ToolListCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["tool", "list"], summary: "List the tools",
            details:
                "Prints the name of each tool and what it does. With --json everything that a client of the gateway sees: "
                + "name, title, description, input schema and annotations.",
            hasJSON: true,
            examples: [
                CommandExample("sidecar tool list", "their names"),
                CommandExample("sidecar tool list --json", "for a program that offers them to a model"),
            ])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let console = invocation.console
        if invocation.wantsJSON {
            console.print(ToolCatalog.json.text(style: .pretty))
            return .done
        }
        let width = ToolCatalog.all.map(\.name.count).max() ?? 0
        for tool in ToolCatalog.all {
            let name = console.styled(tool.name, .bold, on: .output)
            console.print(name + String(repeating: " ", count: width - tool.name.count) + "  \(tool.title)")
        }
        return .done
    }
}

extension ToolCatalog {
    /// What `sidecar tool list --json` prints and `GET /v1/tools` answers.
    static var json: JSONValue { ["tools": .array(all.map(\.json))] }
}
