internal import JSON
internal import LinuxSystem
internal import MCP

/// `sidecar mcp remove`.
package enum MCPRemoveCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "remove"], summary: "Remove an MCP server",
            details:
                "Takes its entry out of the file; everything else there stays as it is. A sidecar that runs here ends the server. A login "
                + "to it stays, for entries elsewhere may have the same address: `sidecar mcp logout` ends it.",
            flags: [.serverScope("project or user; by default where it is.")],
            arguments: [.serverName], hasJSON: true,
            examples: [CommandExample("sidecar mcp remove time", "out of the file that has it")],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let code = MCPEntryChange.run(invocation, done: "removed") { edit, path throws(JSONError) in
            try edit.remove(path)
        }
        if code == .done { remind(invocation) }
        return code
    }

    private static func remind(_ invocation: Invocation) {
        let name = invocation.line.arguments[0]
        guard let state = Places.state(invocation.environment),
            let kept = try? OAuthStore(stateFolder: state).find(named: name), !kept.isEmpty
        else { return }
        invocation.console.note("its login is still kept: `sidecar mcp logout \(name)` ends it")
    }
}

/// Changes the entry of a server, in the file that has it.
enum MCPEntryChange {
    static func run(
        _ invocation: Invocation, done: String, approves: Bool = false,
        _ change: (inout JSONTextEdit, [String]) throws(JSONError) -> Void
    ) -> ExitCode {
        let name = invocation.line.arguments[0]
        let files = invocation.serverFiles
        let entries = files.read().entries
        let scope: MCPServerEntry.Scope
        if let named = invocation.line["--scope"].flatMap({ MCPServerEntry.Scope(rawValue: $0) }) {
            scope = named
        } else if let entry = entries.first(where: { $0.name == name }) {
            scope = entry.scope
        } else {
            // A file that cannot be read may well have it.
            let (known, isSound) = invocation.readServers()
            return isSound ? invocation.refuse(MCPServers.unknown(name, known.map(\.name))) : .wrongInput
        }
        var isThere = false
        do throws(MCPServerFiles.CannotEdit) {
            try files.edit(scope) { edit throws(JSONError) in
                isThere = try edit.has(["mcpServers", name])
                if isThere { try change(&edit, ["mcpServers", name]) }
            }
        } catch {
            return invocation.refuse(error.message)
        }
        let file = files.path(scope) ?? ""
        guard isThere else { return invocation.refuse("there is no server `\(name)` in \(file)") }
        if approves { invocation.approve([name], scope) }
        invocation.tellOfChange()
        if invocation.wantsJSON {
            let result: JSONValue = [
                "name": .string(name), "scope": .string(scope.rawValue), "file": .string(file), "done": .string(done),
            ]
            invocation.console.print(result.text())
        } else {
            invocation.console.print("\(done) the server `\(name)` in \(file)")
        }
        return .done
    }
}
