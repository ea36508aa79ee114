internal import HTTP
internal import LinuxSystem
internal import MCP
internal import Sandbox
internal import ToolRuntime
internal import YAML

/// `sidecar mcp serve`.
package enum MCPServeCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["mcp", "serve"], summary: "Serve the tools over MCP on stdin and stdout",
            details:
                "The tools, and those of the MCP servers that are configured here (as SERVER__TOOL), as one server. For a client that starts its servers itself: an entry of its configuration names this command. The tools run under the "
                + "same policy and in the same jail as with `sidecar tool run`; all calls of one process share a session. It ends, with "
                + "everything that runs, when its input ends. Over HTTP the same is at /mcp of `sidecar serve` (docs/mcp.md).",
            flags: [
                FlagDeclaration(
                    "--tools", .init("A,B"),
                    help:
                        "Only these tools, and no servers' but those of --servers; else all that the policy has not switched off."
                ),
                FlagDeclaration(
                    "--servers", .init("A,B"),
                    help: "The tools of these MCP servers only; else of all that are enabled."),
                FlagDeclaration(
                    "--workspace", .init("DIR", .folder), help: "The folder that they work in; this one by default."),
                FlagDeclaration(
                    "--policy", .init("FILE", .file),
                    help: "A file, or a built-in name; else that of the configuration, else `default`."),
                FlagDeclaration("--session", .init("ID"), help: "The session of all calls; a fresh one by default."),
            ],
            examples: [
                CommandExample("claude mcp add sidecar -- sidecar mcp serve", "tools for Claude Code"),
                CommandExample("sidecar mcp serve --tools Read,Glob,Grep --policy readonly", "only what looks"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let console = invocation.console
        do throws(SettingsError) {
            let loaded = try invocation.loadConfiguration()
            // Which policy it is is settled at the start; what it says is not.
            let reload = ToolReload(try invocation.toolSetup(under: loaded)) { _ throws(SettingsError) in
                try invocation.toolSetup(under: loaded)
            }
            let models = try GatewaySettings(loaded.configuration, environment: invocation.environment)
            let tools = try tools(invocation.line["--tools"])
            let servers = try servers(invocation.line["--servers"], wereNamed: tools != nil, invocation)
            let session = try ToolRunCommand.session(invocation.line["--session"]) ?? freshSession()
            if StandardStream.output.isTerminal {
                console.note(
                    "this speaks MCP on stdin and stdout, and is meant to be started by a client; Ctrl-D ends it")
            }
            let offered = Offered(tools: tools, servers: servers)
            return finish(serve(offered, reload, models, session, invocation.environment), console)
        } catch {
            return invocation.refuse(error)
        }
    }

    private static func serve(
        _ offered: Offered, _ reload: ToolReload, _ models: GatewaySettings, _ session: String,
        _ environment: [String: String]
    ) -> Result<Void, SystemError> {
        do throws(SystemError) {
            return try InterruptibleLoop.run { loop, _ in
                let settings = reload.setup.settings
                let door = ToolDoor(settings, on: loop)
                let upstreams = UpstreamClient(on: loop, limits: models.configuration.upstreamLimits)
                let asked = ModelDoor(models, upstreams, environment: environment)
                let accounts = MCPAccounts(settings, keepsArguments: models.configuration.mcp.logArguments)
                let servers = offered.servers.map {
                    MCPServers(
                        $0.files, $0.surroundings, on: loop, only: $0.only, accounts: accounts,
                        hidesTools: models.configuration.mcp.tools == .search)
                }
                servers?.sampler = MCPSampler(on: loop) { asked }
                door.subagents = Subagents(on: loop, servers: servers) { (asked, models.configuration) }
                let own: @Sendable (Policy) -> MCPServer = { .tools($0, only: offered.tools, tells: true) }
                let combined = MCPCombined(servers: servers) { own(settings.policy) }
                let client = MCPStdio(combined, servers, door, session: session, on: loop)
                let watch = PolicyWatch(reload, on: loop) { () throws(SettingsError) in
                    let changed = try reload.renew(models.configuration, door, servers, combined, own)
                    if changed { client.tell(.changed(.tools)) }
                } say: {
                    try? StandardStream.error.write("sidecar: \($0)\n")
                }
                watch.start()
                defer { watch.stop() }
                do throws(SystemError) {
                    return .success(try await client.serve())
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            return .failure(error)
        }
    }

    private struct Offered: Sendable {
        let tools: Set<String>?
        let servers: Servers?
    }

    private struct Servers: Sendable {
        let files: MCPServerFiles
        let surroundings: MCPSurroundings
        let only: Set<String>?
    }

    /// nil: none. In the folder that the tools work in.
    private static func servers(
        _ list: String?, wereNamed: Bool, _ invocation: Invocation
    ) throws(SettingsError) -> Servers? {
        let names = list.map { Set($0.split(separator: ",").map { String($0.trimmingSpaces()) }) }
        if names == nil && wereNamed { return nil }
        let workspace = try invocation.policyVariables().workspace.text
        let files = invocation.serverFiles(in: workspace)
        let (entries, problems, _) = files.read()
        for problem in problems { invocation.console.note("\(problem)") }
        for entry in entries {
            if let why = entry.pending { invocation.console.note("the server `\(entry.name)` \(why)") }
        }
        for name in names ?? [] where !entries.contains(where: { $0.name == name }) {
            throw wrong(MCPServers.unknown(name, entries.map(\.name)), "--servers")
        }
        guard let programs = try? ProofSettings.folderOfThisProgram() else { return nil }
        let surroundings = MCPSurroundings(
            workspace: workspace, environment: invocation.environment,
            stateFolder: Places.state(invocation.environment),
            programsFolder: programs)
        return surroundings.isBelowAnother ? nil : Servers(files: files, surroundings: surroundings, only: names)
    }

    private static func finish(_ result: Result<Void, SystemError>, _ console: any Console) -> ExitCode {
        guard case .failure(let error) = result else { return .done }
        console.complain("stdin cannot be read: \(error)")
        return .failed
    }

    private static func tools(_ list: String?) throws(SettingsError) -> Set<String>? {
        guard let list else { return nil }
        var names: Set<String> = []
        for word in list.split(separator: ",") {
            guard let tool = ToolCatalog.tool(String(word.trimmingSpaces())) else {
                throw wrong(ToolCatalog.unknown(String(word)))
            }
            names.insert(tool.name)
        }
        if names.isEmpty { throw wrong("no tool is named; write names with commas between them: Read,Glob,Grep") }
        return names
    }

    private static func wrong(_ message: String, _ flag: String = "--tools") -> SettingsError {
        SettingsError([SettingsProblem(place: .flag(flag), key: "", message: message)])
    }

    private static func freshSession() -> String { "mcp-\(String(UInt64.random(in: .min...(.max)), radix: 36))" }
}
