internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

/// `sidecar mcp tools`.
package enum MCPToolsCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "tools"], summary: "List the tools of an MCP server",
            details:
                "By their own names, those that its entry does not filter out. Where no sidecar runs, the server is run just for "
                + "this question. With --json all that the server says of them.",
            flags: [.whichSidecar], arguments: [.serverName], hasJSON: true,
            examples: [CommandExample("sidecar mcp tools time", "their names")], exitCodes: [.failed, .timedOut])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let name = invocation.line.arguments[0]
        do throws(Invocation.NoAnswer) {
            let answer = try invocation.askServer(name, .tools(name))
            let console = invocation.console
            if invocation.wantsJSON {
                console.print(answer.text(style: .pretty))
                return .done
            }
            let rows = (answer["tools"]?.array ?? []).map { tool in
                let words = tool["description"]?.string ?? tool["title"]?.string ?? ""
                let first = words.split(separator: "\n").first.map(String.init) ?? ""
                return (ShownText.neutral(tool["name"]?.string ?? "?"), ShownText.neutral(first))
            }
            if rows.isEmpty { console.note("the server `\(name)` has no tools") }
            console.write(TextLayout.table(rows), to: .output)
            return .done
        } catch {
            return invocation.end(error)
        }
    }
}
