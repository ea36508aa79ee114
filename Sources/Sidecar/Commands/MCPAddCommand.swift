internal import HTTP
internal import JSON
internal import LinuxSystem
internal import MCP

/// `sidecar mcp add`.
package enum MCPAddCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "add"], summary: "Add an MCP server",
            details:
                "Writes an entry into .mcp.json of this folder, in Claude Code's own format, or with -s user into "
                + "$XDG_CONFIG_HOME/sidecar/mcp.json; everything else in the file stays as it is. A sidecar that runs here starts the "
                + "server at once. ${NAME} and ${NAME:-default} in what is written are replaced when the server is started, so that "
                + "no secret has to stand in the file.",
            flags: [
                .serverScope("project (.mcp.json of this folder, the default) or user."),
                FlagDeclaration(
                    "--transport", short: "-t",
                    .init("KIND", .choice(MCPServerEntry.Transport.allCases.map(\.rawValue))),
                    help: "stdio for a program, http or sse for an address; by default what is named tells."),
                FlagDeclaration(
                    "--env", short: "-e", .init("K=V"), isRepeated: true,
                    help: "A variable for the program; it gets few others. May be given several times."),
                FlagDeclaration(
                    "--header", short: "-H", .init("K: V"), isRepeated: true,
                    help: "A field for requests to the address. May be given several times."),
                FlagDeclaration(
                    "--policy", .init("FILE", .file),
                    help: "Run the program in the jail, under this policy: a file, or a built-in name."),
                FlagDeclaration(
                    "--restart", .init("WHEN", .choice(MCPRestarts.Policy.allCases.map(\.rawValue))),
                    help: "What happens when it ends: always, on-failure (the default) or never start it again."),
                FlagDeclaration("--lazy", help: "Start it with the first call that needs it."),
            ],
            arguments: [
                .serverName, ArgumentDeclaration("URL", help: "the address of a server that runs elsewhere"),
            ],
            passedOn: ArgumentDeclaration("COMMAND", isRepeated: true, help: "the program and its arguments"),
            hasJSON: true,
            examples: [
                CommandExample("sidecar mcp add time -- uvx mcp-server-time", "a program"),
                CommandExample("sidecar mcp add docs -t http https://mcp.example.org/mcp", "an address"),
                CommandExample(
                    "sidecar mcp add git -s user --lazy -e 'TOKEN=${GIT_TOKEN}' -- mcp-server-git",
                    "for all folders of this user"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let name = invocation.line.arguments[0]
        do throws(Wrong) {
            return MCPAddJSONCommand.add(name, try entry(invocation.line), invocation)
        } catch {
            return invocation.refuse(error.message)
        }
    }

    private struct Wrong: Error { let message: String }

    private static func entry(_ line: ParsedCommandLine) throws(Wrong) -> JSONValue {
        let words = line.passedOn + line.arguments.dropFirst()
        guard let first = words.first else {
            throw Wrong(message: "what is to be added? Write an address, or `--` and a program with its arguments")
        }
        if !line.passedOn.isEmpty && line.arguments.count > 1 {
            throw Wrong(message: "both an address and a program: a server is one of them")
        }
        let isAddress = first.hasPrefix("http://") || first.hasPrefix("https://")
        // A program may have any name but this: nobody has a folder `ftp:`.
        if !isAddress, let scheme = first.firstRange(of: "://").map({ first[..<$0.lowerBound] }), Self.isScheme(scheme)
        {
            throw Wrong(
                message: "`\(first)` is an address with `\(scheme)://`; servers are reached by http:// or https://")
        }
        let transport =
            line["--transport"].flatMap { MCPServerEntry.Transport(rawValue: $0) } ?? (isAddress ? .http : .stdio)
        var own: JSONValue = [:]
        if let policy = line["--restart"] { own["restart"] = .string(policy) }
        if line.has("--lazy") { own["lazy"] = true }
        if let policy = line["--policy"] {
            if transport != .stdio { throw Wrong(message: "--policy is for programs; an address runs elsewhere") }
            own["policy"] = .string(policy)
        }
        var entry: JSONValue = ["type": .string(transport.rawValue)]
        switch transport {
        case .stdio:
            if line.has("--header") { throw Wrong(message: "--header is for addresses; a program has --env") }
            entry["command"] = .string(first)
            entry["args"] = .array(words.dropFirst().map { .string($0) })
            let fields = try pairs(line.repeated["--env"] ?? [], "--env", "=")
            if !fields.isEmpty { entry["env"] = .object(fields) }
        case .http, .sse:
            guard words.count == 1, isAddress || first.hasPrefix("${") else {
                throw Wrong(
                    message:
                        "\(transport.rawValue) needs one address, which begins with http:// or https://, not `\(first)`"
                )
            }
            if line.has("--env") { throw Wrong(message: "--env is for programs; an address has --header") }
            entry["url"] = .string(first)
            let fields = try pairs(line.repeated["--header"] ?? [], "--header", ":")
            if !fields.isEmpty { entry["headers"] = .object(fields) }
        }
        if own.object?.isEmpty == false { entry["sidecar"] = own }
        return entry
    }

    /// RFC 3986.
    private static func isScheme(_ text: Substring) -> Bool {
        text.first?.isLetter == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }

    private static func pairs(
        _ texts: [String], _ flag: String, _ separator: Character
    ) throws(Wrong) -> JSONObject {
        var object = JSONObject()
        for text in texts {
            guard let cut = text.firstIndex(of: separator), cut > text.startIndex else {
                throw Wrong(message: "\(flag) \(text): write a name, `\(separator)` and a value")
            }
            let value = text[text.index(after: cut)...]
            let name = String(String(text[..<cut]).trimmingSpaces())
            object[name] = .string(separator == ":" ? String(String(value).trimmingSpaces()) : String(value))
        }
        return object
    }
}
