internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime
internal import YAML

/// `sidecar tool run`.
package enum ToolRunCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["tool", "run"], summary: "Run a tool",
            details:
                "Checks the input against the tool's schema, asks the policy, runs the tool in the jail, and prints the text of its "
                + "result; with --json the whole object, which is the same over HTTP (docs/tools.md). Calls with the same --session "
                + "know of each other: what was read, the to-do list, the folder that Bash is in. Without a session Write and Edit "
                + "do not ask for a file to be read first.",
            flags: [
                FlagDeclaration(
                    "--input", .init("JSON"), help: "The tool's input: JSON, @FILE, or - for stdin; {} by default."),
                FlagDeclaration(
                    "--workspace", .init("DIR", .folder), help: "The folder that it works in; this one by default."),
                FlagDeclaration(
                    "--policy", .init("FILE", .file),
                    help: "A file, or a built-in name; else that of the configuration, else `default`."),
                FlagDeclaration("--session", .init("ID"), help: "The session that the call belongs to."),
                FlagDeclaration("--timeout", .init("MS"), help: "Milliseconds after which it is ended."),
            ],
            arguments: [
                ArgumentDeclaration(
                    "NAME", .choice(ToolCatalog.names), isRequired: true,
                    help: "The tool, such as Bash or Read.")
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar tool run Bash --input '{\"command\": \"make test\"}'", "a command"),
                CommandExample("sidecar tool run Grep --input @query.json --json", "the input from a file"),
            ],
            exitCodes: [.failed, .denied, .sandboxTooWeak, .timedOut])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let (line, console) = (invocation.line, invocation.console)
        let name = line.arguments[0]
        guard ToolCatalog.tool(name) != nil else {
            console.complain(ToolCatalog.unknown(name))
            return .wrongInput
        }
        do throws(SettingsError) {
            let setup = try invocation.toolSetup(for: name)
            let input = try JSONArgument.read(line["--input"] ?? "{}", flag: "--input")
            let call = ToolCall(
                tool: name, input: input, session: try session(line["--session"]),
                timeout: try timeout(line["--timeout"]))
            return finish(try perform(call, setup, try models(name, invocation), invocation.environment), invocation)
        } catch {
            return invocation.refuse(error)
        }
    }

    static func session(_ text: String?) throws(SettingsError) -> String? {
        if let text, !ToolCall.isSessionName(text) {
            throw wrong("--session", "`\(text)`: \(ToolCall.sessionNameRule)")
        }
        return text
    }

    private static func timeout(_ text: String?) throws(SettingsError) -> TimeSpan? {
        guard let text else { return nil }
        guard let number = UInt64(text), (1...86_400_000).contains(number) else {
            throw wrong("--timeout", "`\(text)`: write milliseconds, from 1 to 86400000")
        }
        return .milliseconds(number)
    }

    private static func wrong(_ flag: String, _ message: String) -> SettingsError {
        SettingsError([SettingsProblem(place: .flag(flag), key: "", message: message)])
    }

    /// Only these ask models; nothing else has to have a configuration. Without one WebFetch shows the page itself.
    private static func models(_ tool: String, _ invocation: Invocation) throws(SettingsError) -> GatewaySettings? {
        switch ToolName.canonical(tool) {
        case "Task":
            return try GatewaySettings(
                try invocation.loadConfiguration().configuration, environment: invocation.environment)
        case "WebFetch":
            guard let loaded = try? invocation.loadConfiguration() else { return nil }
            return try? GatewaySettings(loaded.configuration, environment: invocation.environment)
        default: return nil
        }
    }

    /// A signal ends the tool with everything that it has started.
    private static func perform(
        _ call: ToolCall, _ setup: ToolSetup, _ models: GatewaySettings?, _ environment: [String: String]
    ) throws(SettingsError) -> ToolResult {
        Signal.ignoreBrokenPipes()
        Signal.block([.interrupt, .terminate])
        do throws(SystemError) {
            return try EventLoop.here { loop in
                let settings = setup.settings
                do throws(SystemError) {
                    let host = try ToolHost(settings, on: loop)
                    if let models {
                        let upstreams = UpstreamClient(on: loop, limits: models.configuration.upstreamLimits)
                        let door = ModelDoor(models, upstreams, environment: environment)
                        host.subagents = Subagents(on: loop) { (door, models.configuration) }
                    }
                    let task = Task(executorPreference: loop) { await host.run(call) }
                    let signals = try? SignalSource([.interrupt, .terminate], on: loop) { _ in task.cancel() }
                    try? signals?.start()
                    let result = await task.value
                    signals?.stop()
                    await host.stop()
                    return Result<ToolResult, SystemError>.success(result)
                } catch {
                    return .failure(error)
                }
            }.get()
        } catch {
            throw wrong("tool run", "\(error)")
        }
    }

    private static func finish(_ result: ToolResult, _ invocation: Invocation) -> ExitCode {
        let console = invocation.console
        if invocation.wantsJSON {
            console.print(result.json.text())
        } else {
            for content in result.content {
                switch content {
                case .text(let text): console.write(text.hasSuffix("\n") ? text : "\(text)\n", to: .output)
                case .image(let type, let data):
                    console.note("an image (\(type), \(data.utf8.count / 4 * 3) bytes), which --json prints")
                }
            }
        }
        return result.ending.exitCode
    }
}

extension ToolResult.Ending {
    var exitCode: ExitCode {
        switch self {
        case .done: .done
        case .failed, .cancelled: .failed
        case .denied: .denied
        case .timedOut: .timedOut
        case .wrongInput: .wrongInput
        case .sandboxTooWeak: .sandboxTooWeak
        }
    }
}
