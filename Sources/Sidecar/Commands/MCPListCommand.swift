internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

/// `sidecar mcp list`.
package enum MCPListCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "list"], summary: "List the MCP servers that are configured",
            details:
                "Those of .mcp.json in this folder and of the user's file; of one name the project's. Values of variables and "
                + "fields are not shown. `mcp status` says how they are.",
            hasJSON: true,
            examples: [CommandExample("sidecar mcp list", "a line for each")])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let (entries, isSound) = invocation.readServers()
        let console = invocation.console
        if invocation.wantsJSON {
            console.print(JSONValue.array(entries.map(\.outline)).text(style: .pretty))
        } else {
            if entries.isEmpty { console.note("no MCP server is configured; `sidecar mcp add` adds one") }
            let width = entries.map(\.name.count).max() ?? 0
            for entry in entries {
                let name = console.styled(entry.name, .bold, on: .output)
                let padding = String(repeating: " ", count: width - entry.name.count)
                console.print("\(name)\(padding)  \(ShownText.neutral(entry.summary))")
            }
        }
        return isSound ? .done : .wrongInput
    }
}

extension MCPServerEntry {
    /// Without what may be secret: the values of variables and fields.
    var outline: JSONValue {
        var json: JSONValue = [
            "name": .string(name), "scope": .string(scope.rawValue), "file": .string(file), "line": .int(line),
            "transport": .string(transport.rawValue),
        ]
        switch transport {
        case .stdio:
            json["command"] = self.json["command"] ?? .null
            json["args"] = self.json["args"] ?? []
            json["env"] = .array(environment.map { .string($0.name) })
        case .http, .sse:
            json["url"] = self.json["url"] ?? .null
            json["headers"] = .array(headers.map { .string($0.name) })
        }
        json["enabled"] = .bool(isEnabled)
        json["lazy"] = .bool(isLazy)
        json["restart"] = .string(restart.rawValue)
        json["error"] = problem.map { .string($0) } ?? .null
        return json
    }

    /// As it is written, so that no value of a variable is shown.
    var summary: String {
        let what: String
        switch transport {
        case .stdio:
            let words = [json["command"]?.string ?? "?"] + (json["args"]?.array ?? []).compactMap(\.string)
            what = words.map { ShellWord.quotedIfNeeded($0) }.joined(separator: " ")
        case .http, .sse: what = "\(json["url"]?.string ?? "?") (\(transport.rawValue))"
        }
        let marks = [scope == .user ? "user" : nil, isEnabled ? nil : "disabled", isLazy ? "lazy" : nil].compactMap {
            $0
        }
        return marks.isEmpty ? what : "\(what)  [\(marks.joined(separator: ", "))]"
    }
}
