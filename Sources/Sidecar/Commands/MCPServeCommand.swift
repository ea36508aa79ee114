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
                "For a client that starts its servers itself: an entry of its configuration names this command. The tools run under the "
                + "same policy and in the same jail as with `sidecar tool run`; all calls of one process share a session. It ends, with "
                + "everything that runs, when its input ends. Over HTTP the same is at /mcp of `sidecar serve` (docs/mcp.md).",
            flags: [
                FlagDeclaration(
                    "--tools", .init("A,B"), help: "Only these tools; else all that the policy has not switched off."),
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
            let settings = try invocation.toolSetup().settings
            let models = try GatewaySettings(
                try invocation.loadConfiguration().configuration, environment: invocation.environment)
            let server = MCPServer.tools(settings.policy, only: try tools(invocation.line["--tools"]))
            let session = try ToolRunCommand.session(invocation.line["--session"]) ?? freshSession()
            if StandardStream.output.isTerminal {
                console.note(
                    "this speaks MCP on stdin and stdout, and is meant to be started by a client; Ctrl-D ends it")
            }
            return finish(serve(server, settings, models, session, invocation.environment), console)
        } catch {
            return invocation.refuse(error)
        }
    }

    private static func serve(
        _ server: MCPServer, _ settings: ToolHostSettings, _ models: GatewaySettings, _ session: String,
        _ environment: [String: String]
    ) -> Result<Void, SystemError> {
        do throws(SystemError) {
            return try InterruptibleLoop.run { loop, _ in
                let door = ToolDoor(settings, on: loop)
                let upstreams = UpstreamClient(on: loop, limits: models.configuration.upstreamLimits)
                let asked = ModelDoor(models, upstreams, environment: environment)
                door.subagents = Subagents(on: loop) { (asked, models.configuration) }
                let client = MCPStdio(server, door, session: session, on: loop)
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

    private static func wrong(_ message: String) -> SettingsError {
        SettingsError([SettingsProblem(place: .flag("--tools"), key: "", message: message)])
    }

    private static func freshSession() -> String { "mcp-\(String(UInt64.random(in: .min...(.max)), radix: 36))" }
}
