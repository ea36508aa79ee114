internal import JSON
internal import LinuxSystem
internal import MCP

/// `sidecar mcp import`.
package enum MCPImportCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "import"], summary: "Take over MCP servers from elsewhere",
            details:
                "From a file with `mcpServers`, from Claude Code's own (~/.claude.json: those of the user and of this folder), or from "
                + "Claude Desktop's. What is there already is left alone; another server of the same name comes as NAME_1.",
            flags: [.serverScope("where to: user (the default) or project.")],
            arguments: [ArgumentDeclaration("FROM", help: "a file, claude-code (the default) or claude-desktop")],
            hasJSON: true,
            examples: [
                CommandExample("sidecar mcp import claude-desktop", "what Claude Desktop has"),
                CommandExample("sidecar mcp import other/.mcp.json -s project", "a file"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let from = invocation.line.arguments.first ?? "claude-code"
        let home = invocation.environment["HOME"] ?? ""
        let path: String
        switch from {
        case "claude-code": path = "\(home)/.claude.json"
        case "claude-desktop":
            path = "\(invocation.environment["XDG_CONFIG_HOME"] ?? "\(home)/.config")/Claude/claude_desktop_config.json"
        default: path = from
        }
        let root: JSONValue
        do {
            root = try JSONValue(parsing: try File.read(path))
        } catch let error as JSONError {
            return invocation.refuse("\(path):\(error.line):\(error.column): no JSON: \(error.reason)")
        } catch {
            return invocation.refuse("\(path) cannot be read: \((error as? SystemError)?.reason ?? "\(error)")")
        }
        var found = root["mcpServers"]?.object?.members ?? []
        // Claude Code keeps those of one folder beside those of the user; the nearer ones come first.
        if from == "claude-code", let folder = try? File.currentDirectory() {
            found = (root["projects"]?[folder]?["mcpServers"]?.object?.members ?? []) + found
        }
        return take(found, path, invocation)
    }

    private static func take(_ found: [JSONObject.Member], _ path: String, _ invocation: Invocation) -> ExitCode {
        let scope = invocation.serverScope(.user)
        let files = invocation.serverFiles
        var imported: [String] = []
        var skipped: [(name: String, why: String)] = []
        do throws(MCPServerFiles.CannotEdit) {
            try files.edit(scope) { edit throws(JSONError) in
                for member in found {
                    let trial: JSONValue = ["mcpServers": [member.key: member.value]]
                    let read = MCPServersFile(trial.bytes(), file: path, scope: scope, environment: [:])
                    if let problem = read.problems.first {
                        skipped.append((member.key, problem.message))
                        continue
                    }
                    var name = member.key
                    var number = 0
                    while let there = try edit.value(["mcpServers", name]), there != member.value {
                        number += 1
                        name = "\(member.key)_\(number)"
                    }
                    if try edit.has(["mcpServers", name]) {
                        skipped.append((name, "it is there already"))
                        continue
                    }
                    try edit.set(["mcpServers", name], member.value)
                    imported.append(name)
                }
            }
        } catch {
            return invocation.refuse(error.message)
        }
        invocation.approve(imported, scope)
        if !imported.isEmpty { invocation.tellOfChange() }
        show(imported, skipped, from: path, to: files.path(scope) ?? "", invocation)
        return .done
    }

    private static func show(
        _ imported: [String], _ skipped: [(name: String, why: String)], from path: String, to target: String,
        _ invocation: Invocation
    ) {
        let console = invocation.console
        if invocation.wantsJSON {
            let result: JSONValue = [
                "from": .string(path), "file": .string(target), "imported": .array(imported.map { .string($0) }),
                "skipped": .array(skipped.map { ["name": .string($0.name), "why": .string($0.why)] }),
            ]
            return console.print(result.text())
        }
        for one in skipped { console.note("left out `\(one.name)`: \(one.why)") }
        let names = imported.isEmpty ? "nothing" : imported.joined(separator: ", ")
        console.print("imported \(names) from \(path) into \(target)")
    }
}
