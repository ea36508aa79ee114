internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

/// `sidecar mcp status`.
package enum MCPStatusCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "status"], summary: "Say how the MCP servers are",
            details:
                "Asks the sidecar that runs; where none does, no server does either. States are stopped, starting, ready, backoff "
                + "(ended, and about to be started again), failed (until somebody starts it or changes its entry), stopping and disabled.",
            flags: [.whichSidecar], arguments: [.oneServer], hasJSON: true,
            examples: [
                CommandExample("sidecar mcp status", "a table"),
                CommandExample("sidecar mcp status time --json", "one of them, for a script"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let name = invocation.line.arguments.first
        let statuses: [JSONValue]
        do throws(Invocation.NoAnswer) {
            statuses = try invocation.askSidecar(.status(name)).array ?? []
        } catch {
            guard case .notRunning = error else { return invocation.end(error) }
            let entries = invocation.readServers().entries
            if let name, !entries.contains(where: { $0.name == name }) {
                return invocation.refuse(MCPServers.unknown(name, entries.map(\.name)))
            }
            invocation.console.note("no sidecar is running")
            statuses = entries.filter { $0.name == name || name == nil }.map { .status($0) }
        }
        if invocation.wantsJSON {
            invocation.console.print(JSONValue.array(statuses).text(style: .pretty))
        } else if statuses.isEmpty {
            invocation.console.note("no MCP server is configured; `sidecar mcp add` adds one")
        } else {
            invocation.console.write(MCPStatusText.text(statuses, invocation.console), to: .output)
        }
        return .done
    }
}

/// A table that fits a terminal; what went wrong stands below each.
enum MCPStatusText {
    static func text(_ statuses: [JSONValue], _ console: any Console) -> String {
        let rows = [["NAME", "STATE", "PID", "UP FOR", "RESTARTS", "TOOLS", "PROTOCOL"]] + statuses.map(row)
        let widths = (0..<7).map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for (index, row) in rows.enumerated() {
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
            let line = String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
            text += index == 0 ? console.styled(line, .dim, on: .output) : line
            text += "\n"
            guard index > 0, let error = statuses[index - 1]["error"]?.string else { continue }
            for line in TextLayout.wrap(ShownText.neutral(error), width: TextLayout.width - 4) {
                text += "    \(line)\n"
            }
        }
        return text
    }

    private static func row(_ status: JSONValue) -> [String] {
        [
            String((status["name"]?.string ?? "?").prefix(32)), status["state"]?.string ?? "?",
            status["pid"]?.int.map { "\($0)" } ?? "-",
            status["uptime_ms"]?.int.map { StatusText.duration($0 / 1000) } ?? "-",
            status["restarts"]?.int.map { "\($0)" } ?? "0", status["tools"]?.int.map { "\($0)" } ?? "0",
            status["protocol"]?.string ?? "-",
        ]
    }
}
