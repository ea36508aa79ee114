internal import HTTP
internal import JSON
internal import LinuxSystem
internal import MCP
internal import Sandbox
internal import ToolRuntime
internal import YAML

/// `sidecar agent run`.
package enum AgentRunCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["agent", "run"], summary: "Let a model work on something with the tools",
            details:
                "Sends the prompt to a model of the configuration, runs the tools that it calls in the jail, under the policy, and "
                + "goes on until it is done. stdout gets what it says at the end, stderr a line for each call. No server is needed; the key is the "
                + "provider's in the configuration, else ANTHROPIC_API_KEY. An interrupt ends it with all that it has started.",
            flags: [
                FlagDeclaration(
                    "--model", .init("MODEL"),
                    help: "A name that the configuration routes, or sonnet, opus, haiku or fable; sonnet by default."),
                FlagDeclaration(
                    "--tools", .init("A,B"),
                    help:
                        "The tools that it has, those of MCP servers as mcp__SERVER__TOOL or mcp__SERVER__*; all of them by default."
                ),
                FlagDeclaration(
                    "--policy", .init("FILE", .file),
                    help: "A file, or a built-in name; else that of the configuration, else `default`."),
                FlagDeclaration(
                    "--workspace", .init("DIR", .folder), help: "The folder that it works in; this one by default."),
                FlagDeclaration("--max-turns", .init("N"), help: "Answers of the model at most; 100 by default."),
                FlagDeclaration(
                    "--output", .init("FORMAT", .choice(AgentOutput.Format.allCases.map(\.rawValue))),
                    help: "text, the last words; json, one object; stream-json, one line for each message."),
            ],
            arguments: [
                ArgumentDeclaration("PROMPT", isRequired: true, help: "What it shall do; - reads it from stdin.")
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar agent run 'why does make test fail?' --tools Read,Grep,Bash", "a question"),
                CommandExample(
                    "sidecar agent run --config Examples/offline.yaml 'list the files here'", "without a network"),
                CommandExample("git diff | sidecar agent run --policy readonly --output json -", "for a script"),
            ],
            exitCodes: [.failed, .timedOut])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        do throws(SettingsError) {
            let line = invocation.line
            let format = try format(invocation)
            let tools = try tools(line["--tools"])
            let turns = try turns(line["--max-turns"])
            let prompt = try prompt(line.arguments[0])
            let loaded = try invocation.loadConfiguration().configuration
            let setup = try invocation.toolSetup()
            let gateway = try GatewaySettings(loaded, environment: invocation.environment)
            let workspace = setup.settings.variables.workspace.text
            var settings = AgentSettings(
                model: AgentModels.name(line["--model"] ?? AgentModels.standard, loaded),
                system: AgentPrompts.general + AgentPrompts.place(workspace), tools: tools)
            if let turns { settings.turnsMax = turns }
            let output = AgentOutput(format, session: "agent:\(CheckpointRecord.freshID())", settings, workspace)
            let order = Order(
                prompt: prompt, settings: settings, others: line["--tools"] == nil ? nil : tools,
                servers: servers(workspace, invocation))
            let outcome = try perform(order, setup.settings, gateway, output, invocation.environment)
            return output.end(outcome, invocation.console)
        } catch {
            return invocation.refuse(error)
        }
    }

    private struct Order: Sendable {
        let prompt: String
        let settings: AgentSettings
        /// Of servers' tools; nil: all.
        let others: [String]?
        let servers: (files: MCPServerFiles, surroundings: MCPSurroundings)?
    }

    /// nil where there are none, which costs nothing then.
    private static func servers(
        _ workspace: String, _ invocation: Invocation
    ) -> (files: MCPServerFiles, surroundings: MCPSurroundings)? {
        let files = invocation.serverFiles(in: workspace)
        guard files.read().entries.contains(where: \.mayRun), let programs = try? ProofSettings.folderOfThisProgram()
        else { return nil }
        let surroundings = MCPSurroundings(
            workspace: workspace, environment: invocation.environment,
            stateFolder: Places.state(invocation.environment), programsFolder: programs)
        return surroundings.isBelowAnother ? nil : (files, surroundings)
    }

    private static func perform(
        _ order: Order, _ tools: ToolHostSettings, _ gateway: GatewaySettings,
        _ output: AgentOutput, _ environment: [String: String]
    ) throws(SettingsError) -> AgentOutcome {
        Signal.ignoreBrokenPipes()
        Signal.block([.interrupt, .terminate])
        output.begin()
        do throws(SystemError) {
            return try EventLoop.here { loop in
                do throws(SystemError) {
                    let host = try ToolHost(tools, on: loop)
                    let upstreams = UpstreamClient(on: loop, limits: gateway.configuration.upstreamLimits)
                    let door = ModelDoor(gateway, upstreams, environment: environment)
                    let servers = order.servers.map {
                        MCPServers(
                            $0.files, $0.surroundings, on: loop,
                            accounts: MCPAccounts(tools, keepsArguments: gateway.configuration.mcp.logArguments))
                    }
                    servers?.sampler = MCPSampler(on: loop) { door }
                    host.subagents = Subagents(on: loop, servers: servers) { (door, gateway.configuration) }
                    let others = ServerAgentTools(servers, order.others)
                    let agent = AgentLoop(
                        door, host, order.settings, others: others, session: output.session, on: loop
                    ) { output.tell($0) }
                    let task = Task(executorPreference: loop) {
                        if others != nil {
                            servers?.open()
                            await servers?.introduced(within: MCPServers.introductionTime)
                        }
                        return await agent.run(order.prompt)
                    }
                    let signals = try? SignalSource([.interrupt, .terminate], on: loop) { _ in task.cancel() }
                    try? signals?.start()
                    let outcome = await task.value
                    signals?.stop()
                    await servers?.stop()
                    await host.stop()
                    return Result<AgentOutcome, SystemError>.success(outcome)
                } catch {
                    return .failure(error)
                }
            }.get()
        } catch {
            throw wrong("agent run", "\(error)")
        }
    }

    // MARK: What was asked for

    private static func format(_ invocation: Invocation) throws(SettingsError) -> AgentOutput.Format {
        guard let text = invocation.line["--output"] else { return invocation.wantsJSON ? .json : .text }
        guard let format = AgentOutput.Format(rawValue: text) else {
            throw wrong("--output", "`\(text)`: write text, json or stream-json")
        }
        if invocation.wantsJSON, format == .text { throw wrong("--output", "text is not what --json asks for") }
        return format
    }

    /// Task is one of them: an agent that was started by hand may start others.
    private static func tools(_ text: String?) throws(SettingsError) -> [String] {
        guard let text else { return ToolCatalog.all.map(\.name) }
        var names: [String] = []
        for word in text.split(separator: ",") {
            let name = String(word.filter { $0 != " " })
            if ServerAgentTools.isName(name) {
                if !names.contains(name) { names.append(name) }
                continue
            }
            guard let tool = ToolCatalog.tool(name) else { throw wrong("--tools", ToolCatalog.unknown(name)) }
            if !names.contains(tool.name) { names.append(tool.name) }
        }
        return names
    }

    private static func turns(_ text: String?) throws(SettingsError) -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), (1...10_000).contains(number) else {
            throw wrong("--max-turns", "`\(text)`: write a number from 1 to 10000")
        }
        return number
    }

    private static let promptBytesMax = 8 << 20

    private static func prompt(_ argument: String) throws(SettingsError) -> String {
        var text = argument
        if argument == "-" {
            do throws(SystemError) {
                text = String(decoding: try StandardInput.read(limit: promptBytesMax), as: UTF8.self)
            } catch {
                throw wrong("PROMPT", "stdin cannot be read: \(error.reason)")
            }
        }
        if text.allSatisfy(\.isWhitespace) { throw wrong("PROMPT", "it is empty") }
        return text
    }

    private static func wrong(_ flag: String, _ message: String) -> SettingsError {
        SettingsError([SettingsProblem(place: .flag(flag), key: "", message: message)])
    }
}
