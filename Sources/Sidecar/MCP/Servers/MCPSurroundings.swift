internal import JSON
internal import LinuxSystem
internal import MCP
internal import Sandbox
internal import YAML

/// What all servers have in common: where they work, and what they get of our environment.
struct MCPSurroundings: Sendable {
    /// The folder that they are started in.
    let workspace: String
    let environment: [String: String]
    /// For logs and what is remembered; nil: nothing is kept.
    let stateFolder: String?
    /// Where `sidecar-keeper` is.
    let programsFolder: String
    /// What the clients in front of us can be asked; nobody is there to be asked unless somebody says so.
    var abilities: JSONValue = [:]

    /// Of clients that nobody has seen yet. A dialog is offered always: a server that asks and gets no answer is told `cancel`, which it has to be
    /// prepared for anyway. Models' answers are not: one that was told that there are any would have no other way, and few clients give them.
    static let abilitiesOfAnyone: JSONValue = ["elicitation": ["form": [:], "url": [:]]]

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
        var environment = environment(for: entry)
        let directory = entry.directory.map { $0.hasPrefix("/") ? $0 : "\(workspace)/\($0)" } ?? workspace
        guard (try? File.status(directory).kind) == .directory else {
            throw Unfound(message: "its folder \(directory) is not there")
        }
        var command = entry.command
        if let wanted = entry.runtime {
            let runtime = try MCPRuntimes(self.environment).find(wanted, in: directory)
            if let folder = runtime.folder {
                environment["PATH"] = "\(folder):\(environment["PATH"] ?? "/usr/bin:/bin")"
            }
            if let program = runtime.program, ["python", "python3"].contains(command) { command = program }
        }
        return ProgramLaunch(
            path: try program(command, environment["PATH"], directory), arguments: entry.arguments,
            environment: entry.policy == nil ? environment : jailed(environment, entry), directory: directory,
            newSession: true)
    }

    /// Beside what the policy of its jail passes on.
    private func jailed(_ environment: [String: String], _ entry: MCPServerEntry) -> [String: String] {
        var own: Set = ["CLAUDE_PROJECT_DIR", Self.mark]
        if entry.runtime != nil { own.insert("PATH") }
        own.formUnion(entry.environment.map(\.name))
        return environment.filter { own.contains($0.key) }
    }

    /// The policy of the jail that a server wants to run in, and what it means by its variables.
    func policy(_ name: String) throws(Unfound) -> (policy: Policy, variables: PolicyVariables) {
        let source = PolicySource(naming: name)
        var place = source
        if case .file(let path) = source, !path.hasPrefix("/") { place = .file("\(workspace)/\(path)") }
        guard let folder = SystemHost().resolve(workspace) else { throw Unfound(message: "its folder is not there") }
        let home = environment["HOME"].flatMap { NormalPath($0) } ?? NormalPath(parts: ["nonexistent"])
        do throws(SettingsError) {
            let policy = try PolicyLoader.load(place, SystemPolicyFiles()).get().policy
            return (policy, PolicyVariables(workspace: folder, home: home, tmp: NormalPath(parts: ["tmp"])))
        } catch {
            throw Unfound(message: "its policy `\(name)`: \(error.description)")
        }
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
        settings.abilities = abilities
        return settings
    }
}

extension MCPServerEntry {
    /// The door that an agent has to us, in a file that both of us read: not to be walked through by ourselves.
    var isThisProgram: Bool {
        command.split(separator: "/").last == "sidecar" && arguments.starts(with: ["mcp", "serve"])
    }
}
