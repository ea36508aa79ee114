internal import JSON
internal import LinuxSystem
internal import MCP
internal import YAML

/// `sidecar mcp add-json`.
package enum MCPAddJSONCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "add-json"], summary: "Add an MCP server by its entry",
            details: "The same as `mcp add`, with the entry as it is to stand in the file.",
            flags: [.serverScope("project (.mcp.json of this folder, the default) or user.")],
            arguments: [
                .serverName,
                ArgumentDeclaration("JSON", isRequired: true, help: "the entry, @FILE to read it from, or - for stdin"),
            ],
            hasJSON: true,
            examples: [
                CommandExample(
                    #"sidecar mcp add-json time '{"command": "uvx", "args": ["mcp-server-time"]}'"#, "a program")
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        do throws(SettingsError) {
            let entry = try JSONArgument.read(invocation.line.arguments[1], flag: "JSON")
            return add(invocation.line.arguments[0], entry, invocation)
        } catch {
            return invocation.refuse(error)
        }
    }

    static func add(_ name: String, _ entry: JSONValue, _ invocation: Invocation) -> ExitCode {
        guard MCPServerEntry.isName(name) else { return invocation.refuse("`\(name)`: \(MCPServerEntry.nameRule)") }
        let scope = invocation.serverScope(.project)
        let files = invocation.serverFiles
        // Held against the rules of the file before it is in it; variables may be set later.
        let trial: JSONValue = ["mcpServers": [name: entry]]
        let read = MCPServersFile(trial.bytes(), file: "entry", scope: scope, environment: [:])
        if let problem = read.problems.first { return invocation.refuse(problem.message) }
        var isThere = false
        do throws(MCPServerFiles.CannotEdit) {
            try files.edit(scope) { edit throws(JSONError) in
                isThere = try edit.has(["mcpServers", name])
                if !isThere { try edit.set(["mcpServers", name], entry) }
            }
        } catch {
            return invocation.refuse(error.message)
        }
        let path = files.path(scope) ?? ""
        if isThere {
            return invocation.refuse(
                "there is a server `\(name)` in \(path) already; `sidecar mcp remove \(name)` removes it")
        }
        invocation.approve([name], scope)
        invocation.tellOfChange()
        if invocation.wantsJSON {
            let result: JSONValue = [
                "name": .string(name), "scope": .string(scope.rawValue), "file": .string(path), "entry": entry,
            ]
            invocation.console.print(result.text())
        } else {
            invocation.console.print("added the server `\(name)` to \(path)")
        }
        return .done
    }
}
