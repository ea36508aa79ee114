internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime

/// The agents behind the tool Task. On the loop of the tools only, which `@unchecked Sendable` stands on.
final class Subagents: SubagentRunner, @unchecked Sendable {
    let loop: EventLoop
    /// For worktrees.
    let pool = BlockingPool(threads: 1)
    /// Asked for each agent: a configuration that was loaded again counts from then on.
    private let model: () -> (door: any AgentModel, configuration: Configuration)
    /// Whose tools they may have too.
    private let servers: MCPServers?
    private var running = 0

    /// Each can have calls of its own, and a model that it waits for.
    private static let runningMax = 16
    private static let time = TimeSpan.seconds(1800)
    private static let turnsMax = 60

    init(
        on loop: EventLoop, servers: MCPServers? = nil,
        _ model: @escaping () -> (door: any AgentModel, configuration: Configuration)
    ) {
        self.loop = loop
        self.servers = servers
        self.model = model
    }

    deinit { pool.close() }

    func run(_ order: SubagentOrder, _ host: ToolHost) async -> SubagentReport {
        if order.isIsolated { return await isolated(order, host) }
        return await run(order, host, definitionsOf: host.settings.variables.workspace.text)
    }

    func run(_ order: SubagentOrder, _ host: ToolHost, definitionsOf folder: String) async -> SubagentReport {
        if running >= Self.runningMax {
            return SubagentReport(
                .failed, code: "too_many",
                text: "\(Self.runningMax) agents are at work already; wait until some are done.")
        }
        let name = order.kind ?? AgentDefinitions.general.name
        let definitions = AgentDefinitions.load(workspace: folder)
        guard let definition = definitions.find(name) else {
            return SubagentReport(
                .wrongInput, code: "unknown_agent", text: definitions.unknown(name),
                structured: ["known": .array(definitions.known.map { .string($0.name) })])
        }
        let tools = Self.tools(definition)
        let others = ServerAgentTools(servers, definition.tools)
        if tools.isEmpty, others == nil, definition.tools?.isEmpty == false {
            return SubagentReport(
                .failed, code: "no_tools", text: "Of the tools that agent `\(name)` names there is none here.")
        }
        running += 1
        defer { running -= 1 }
        let (door, configuration) = model()
        let word = order.model ?? definition.model ?? AgentModels.standard
        var settings = AgentSettings(
            model: AgentModels.name(word, configuration),
            system: definition.system + AgentPrompts.place(host.settings.variables.workspace.text), tools: tools)
        settings.isSubagent = true
        settings.turnsMax = Self.turnsMax
        settings.time = min(order.timeout ?? Self.time, Self.time)
        let agent = AgentLoop(door, host, settings, others: others, session: order.session, on: loop)
        return Self.report(await agent.run(order.prompt), definition.name, order.session)
    }

    // MARK: Pages

    /// The alias by which a configuration names the model for small work.
    private static let small = "small"
    private static let answerTokens = 4096

    func answer(_ question: PageQuestion) async -> PageAnswer? {
        let (door, configuration) = model()
        guard configuration.models.target(for: Self.small) != nil else { return nil }
        let request: JSONValue = [
            "model": .string(Self.small), "max_tokens": .int(Self.answerTokens), "stream": true,
            "system": .string(AgentPrompts.page),
            "messages": [["role": "user", "content": .string(AgentPrompts.question(question))]],
        ]
        do throws(AgentProblem) {
            let answer = try await door.ask(request, session: "page")
            if answer.text.isEmpty { return .failed("it said nothing", model: Self.small) }
            return .text(answer.text, model: Self.small)
        } catch {
            return .failed(error.message, model: Self.small)
        }
    }

    /// Never one that starts others, and never one that is not named where some are.
    static func tools(_ definition: AgentDefinition) -> [String] {
        let all = ToolCatalog.all.map(\.name).filter { $0 != "Task" }
        guard let named = definition.tools else { return all }
        return all.filter { named.contains($0) }
    }

    private static func report(_ outcome: AgentOutcome, _ name: String, _ session: String) -> SubagentReport {
        let text = outcome.text.isEmpty ? "(The agent said nothing.)" : outcome.text
        let structured: JSONValue = [
            "status": outcome.isError ? "failed" : "completed", "agent": .string(name), "session": .string(session),
            "content": [["type": "text", "text": .string(text)]], "turns": .int(outcome.turns),
            "totalToolUseCount": .int(outcome.toolCalls.values.reduce(0, +)), "tool_calls": outcome.toolCallsJSON,
            "tool_errors": .int(outcome.toolErrors), "totalTokens": .int(outcome.usage.total),
            "totalDurationMs": .int(outcome.duration.milliseconds), "usage": outcome.usage.json,
        ]
        guard let explanation = outcome.explanation else {
            return SubagentReport(.done, text: text, structured: structured)
        }
        let said = outcome.text.isEmpty ? "" : "\nIts last words were:\n\(outcome.text)"
        let ending: ToolResult.Ending =
            switch outcome.ending {
            case .cancelled: .cancelled
            case .timeLimit: .timedOut
            default: .failed
            }
        return SubagentReport(
            ending, code: outcome.code, text: "The agent did not finish. \(explanation)\(said)", structured: structured)
    }
}
