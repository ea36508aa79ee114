internal import JSON
internal import LinuxSystem
internal import MCP

/// `sidecar mcp ping`.
package enum MCPPingCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "ping"], summary: "See whether an MCP server answers",
            details:
                "Asks for nothing but a sign of life (`ping`, or `server/discover` without sessions) and says how long it took. Where no "
                + "sidecar runs, the server is run just for this question.",
            flags: [.whichSidecar], arguments: [.serverName], hasJSON: true,
            examples: [CommandExample("sidecar mcp ping time", "one of them")], exitCodes: [.failed, .timedOut])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let name = invocation.line.arguments[0]
        do throws(Invocation.NoAnswer) {
            let answer = try invocation.askServer(name, .ping(name))
            if invocation.wantsJSON {
                invocation.console.print(answer.text())
            } else {
                let taken = TimeSpan.microseconds(UInt64(answer["duration_us"]?.int ?? 0))
                let version = answer["protocol"]?.string ?? "?"
                invocation.console.print("`\(name)` answers within \(taken) (protocol \(version))")
            }
            return .done
        } catch {
            return invocation.end(error)
        }
    }
}
