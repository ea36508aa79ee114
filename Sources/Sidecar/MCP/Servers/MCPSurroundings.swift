internal import LinuxSystem
internal import MCP

/// What all servers have in common: where they work, and what they get of our environment.
struct MCPSurroundings: Sendable {
    /// The folder that they are started in.
    let workspace: String
    let environment: [String: String]
    /// For logs and what is remembered; nil: nothing is kept.
    let stateFolder: String?
    /// Where `sidecar-keeper` is.
    let programsFolder: String

    /// A server may be anybody's program, so it gets what a program needs to run, and not our keys.
    static let passedOn: Set<String> = [
        "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER",
        "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "NODE_EXTRA_CA_CERTS",
    ]

    /// Tells a sidecar below us that it is one of our servers, and has no servers of its own to run.
    static let mark = "SIDECAR_IS_MCP_SERVER"

    func environment(for entry: MCPServerEntry) -> [String: String] {
        var result = environment.filter { Self.passedOn.contains($0.key) }
        result["CLAUDE_PROJECT_DIR"] = workspace
        result[Self.mark] = "1"
        for field in entry.environment { result[field.name] = field.value }
        return result
    }

    struct Unfound: Error { let message: String }

    func launch(_ entry: MCPServerEntry) throws(Unfound) -> ProgramLaunch {
        let environment = environment(for: entry)
        let directory = entry.directory.map { $0.hasPrefix("/") ? $0 : "\(workspace)/\($0)" } ?? workspace
        guard (try? File.status(directory).kind) == .directory else {
            throw Unfound(message: "its folder \(directory) is not there")
        }
        return ProgramLaunch(
            path: try program(entry.command, environment["PATH"], directory), arguments: entry.arguments,
            environment: environment, directory: directory, newSession: true)
    }

    private func program(_ command: String, _ path: String?, _ directory: String) throws(Unfound) -> String {
        guard command.contains("/") else {
            if let found = LinuxSystem.Program.find(command, path: path) { return found }
            throw Unfound(
                message:
                    "there is no program `\(command)` in PATH (\(path ?? "not set")); install it, or write its whole path"
            )
        }
        let whole = command.hasPrefix("/") ? command : "\(directory)/\(command)"
        if !File.exists(whole) { throw Unfound(message: "there is no program \(whole)") }
        if !File.isExecutable(whole) {
            throw Unfound(message: "\(whole) may not be run: `chmod +x` makes it a program")
        }
        return whole
    }

    /// A sidecar that is run by another, as one of its servers.
    var isBelowAnother: Bool { environment[Self.mark] != nil }

    var settings: MCPClient.Settings {
        var settings = MCPClient.Settings()
        settings.version = Version.current
        settings.roots = ["file://\(workspace)"]
        return settings
    }
}

extension MCPServerEntry {
    /// The door that an agent has to us, in a file that both of us read: not to be walked through by ourselves.
    var isThisProgram: Bool {
        command.split(separator: "/").last == "sidecar" && arguments.starts(with: ["mcp", "serve"])
    }
}
