internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

/// `sidecar mcp get`.
package enum MCPGetCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "get"], summary: "Show how an MCP server is configured",
            details: "Where it is written, and what there; the values of variables and fields are not shown.",
            arguments: [.serverName], hasJSON: true,
            examples: [CommandExample("sidecar mcp get time", "one of them")])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let (entries, _) = invocation.readServers()
        let name = invocation.line.arguments[0]
        guard let entry = entries.first(where: { $0.name == name }) else {
            return invocation.refuse(MCPServers.unknown(name, entries.map(\.name)))
        }
        let console = invocation.console
        if invocation.wantsJSON {
            console.print(entry.outline.text(style: .pretty))
            return .done
        }
        let hidden = ["name", "file", "line"]
        let rows = (entry.outline.object?.members ?? []).filter { !hidden.contains($0.key) && !$0.value.isNull }
        console.print("\(console.styled(name, .bold, on: .output))  \(entry.file):\(entry.line)")
        console.write(
            TextLayout.table(rows.map { ($0.key, ShownText.neutral($0.value.string ?? $0.value.text())) }), to: .output)
        return .done
    }
}
