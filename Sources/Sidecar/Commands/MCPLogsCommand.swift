internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

/// `sidecar mcp logs`.
package enum MCPLogsCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "logs"], summary: "Show what an MCP server has written for people",
            details:
                "Each line has the time and where it comes from: err (standard error), out (standard output, and no message of the "
                + "protocol), log (the protocol's own), --- (what the sidecar did). 10 MB are kept, and two files of what was before.",
            flags: [
                FlagDeclaration("--lines", short: "-n", .init("N"), help: "So many lines; 50 when it is not given."),
                FlagDeclaration("--follow", short: "-f", help: "Go on with what is added, until it is interrupted."),
            ],
            arguments: [.serverName], hasJSON: true,
            examples: [
                CommandExample("sidecar mcp logs time", "the last lines"),
                CommandExample("sidecar mcp logs time -f", "and what comes"),
            ],
            exitCodes: [.failed])
    }

    static let defaultCount = 50
    private static let pause = TimeSpan.milliseconds(200)

    package static func run(_ invocation: Invocation) -> ExitCode {
        var count = defaultCount
        if let text = invocation.line["--lines"] {
            guard let number = Int(text), (0...1_000_000).contains(number) else {
                return invocation.refuse("-n \(text): write a number from 0 to 1000000")
            }
            count = number
        }
        let name = invocation.line.arguments[0]
        guard let state = Places.state(invocation.environment) else {
            return invocation.refuse("no state folder: set XDG_STATE_HOME or HOME to an absolute path")
        }
        let path = "\(MCPServerLog.folder(state))/\(name).log"
        // The log of one that is no longer configured may still be looked at.
        if !MCPServerEntry.isName(name) || !File.exists(path) {
            let entries = invocation.readServers().entries
            guard entries.contains(where: { $0.name == name }) else {
                return invocation.refuse(MCPServers.unknown(name, entries.map(\.name)))
            }
        }
        return show(name, path, count, invocation)
    }

    private static func show(_ name: String, _ path: String, _ count: Int, _ invocation: Invocation) -> ExitCode {
        let console = invocation.console
        let follows = invocation.line.has("--follow")
        var tail = MCPLogTail(path)
        let lines = tail.last(count)
        if invocation.wantsJSON && !follows {
            console.print(MCPLogTail.json(name, path, lines).text(style: .pretty))
            return .done
        }
        func print(_ lines: [String]) {
            for line in lines {
                console.print(invocation.wantsJSON ? MCPLogTail.json(line).text() : ShownText.neutral(line))
            }
        }
        print(lines)
        while follows {
            if StandardStream.output.waitForReaderToLeave(pause) { break }
            print(tail.more())
        }
        return .done
    }
}
