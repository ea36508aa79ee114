internal import JSON
internal import MCP

/// `sidecar mcp enable`.
package enum MCPEnableCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "enable"], summary: "Let an MCP server run again",
            details:
                "Undoes `mcp disable`, and approves an entry of a .mcp.json that came from elsewhere, as it is written now: "
                + "`mcp status` and `mcp get` show what it would run. A sidecar that runs here starts the server, unless it is lazy.",
            flags: [.serverScope("project or user; by default where it is.")],
            arguments: [.serverName], hasJSON: true,
            examples: [CommandExample("sidecar mcp enable time", "from now on")], exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        MCPEntryChange.run(invocation, done: "enabled", approves: true) { edit, path throws(JSONError) in
            guard try edit.has(path + ["sidecar", "enabled"]) else { return }
            try edit.set(path + ["sidecar", "enabled"], true)
        }
    }
}

/// `sidecar mcp disable`.
package enum MCPDisableCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "disable"], summary: "Keep an MCP server from running",
            details:
                "Its entry stays, with `\"sidecar\": {\"enabled\": false}`, which Claude Code does not look at. A sidecar that runs here "
                + "ends the server, and no longer offers its tools.",
            flags: [.serverScope("project or user; by default where it is.")],
            arguments: [.serverName], hasJSON: true,
            examples: [CommandExample("sidecar mcp disable time", "until it is enabled again")], exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        MCPEntryChange.run(invocation, done: "disabled") { edit, path throws(JSONError) in
            try edit.set(path + ["sidecar", "enabled"], false)
        }
    }
}
