internal import JSON
internal import LinuxSystem
internal import MCP
internal import Sandbox
internal import ToolRuntime

/// A model's answers for servers whose entry says that they may have some, asked of the configured providers as an agent's requests
/// are: so often, so long, under the policy and in the audit log. On the servers' loop, which `@unchecked Sendable` stands on; the
/// providers are asked on theirs.
final class MCPSampler: @unchecked Sendable {
    private let loop: EventLoop
    private let door: () -> any AgentModel
    /// When each server had one, within the last hour.
    private var times: [String: [Instant]] = [:]

    private static let window = TimeSpan.seconds(3600)
    /// By this name policies allow and deny it, as if it were a tool of the server.
    static let name = "sampling"

    /// `door` is asked on `loop` with each request: a configuration that was loaded again counts from then on.
    init(on loop: EventLoop, _ door: @escaping () -> any AgentModel) {
        self.loop = loop
        self.door = door
    }

    func answer(_ parameters: JSONValue, for server: MCPManagedServer) async -> MCPAnswer {
        guard let settings = server.entry.sampling, let accounts = server.accounts else {
            return .nobody("its entry has no `sampling`, by which the sidecar would ask a model for it")
        }
        if let denial = accounts.denial(server.name, Self.name) {
            await accounts.record(server, Self.name, parameters, .init(.denied, detail: denial.detail))
            let rule = denial.place.map { "\(denial.rule), \($0)" } ?? denial.rule
            return .nobody("the policy denies it: \(denial.detail) (\(rule))")
        }
        if let obstacle = await accounts.obstacle() { return .nobody(obstacle) }
        let now = server.loop.clock.now()
        let recent = (times[server.name] ?? []).filter { now - $0 < Self.window }
        if recent.count >= settings.perHour {
            let why = "it has had \(recent.count) answers of a model within an hour; its entry allows no more"
            await accounts.record(server, Self.name, parameters, .init(.failed, detail: why))
            return .nobody(why)
        }
        times[server.name] = recent + [now]
        return await asked(parameters, settings, accounts, server, now)
    }

    private func asked(
        _ parameters: JSONValue, _ settings: MCPSamplingSettings, _ accounts: MCPAccounts, _ server: MCPManagedServer,
        _ began: Instant
    ) async -> MCPAnswer {
        let outcome: Result<AgentAnswer, AgentProblem>
        do throws(RPCError) {
            let request = try MCPSamplingForm.request(
                parameters, model: settings.model, tokensMax: settings.tokensMax)
            outcome = await ask(request, server.name)
        } catch {
            return .error(error.json)
        }
        let duration = server.loop.clock.now() - began
        switch outcome {
        case .failure(let problem):
            let detail = "`\(settings.model)` gave no answer (\(problem.kind.rawValue))"
            await accounts.record(server, Self.name, parameters, .init(.failed, detail: detail, duration: duration))
            return .error(RPCError(.internalError, "the model gave no answer: \(problem.message)").json)
        case .success(let answer):
            let (usage, text) = (answer.usage, answer.text)
            let detail = "`\(settings.model)`: \(usage.input) tokens in, \(usage.output) out"
            await accounts.record(
                server, Self.name, parameters,
                .init(.done, detail: detail, bytesOut: text.utf8.count, duration: duration))
            return .result(
                MCPSamplingForm.result(text: text, model: settings.model, stopReason: answer.stopReason))
        }
    }

    /// Cancelling the task ends it.
    private func ask(_ request: JSONValue, _ server: String) async -> Result<AgentAnswer, AgentProblem> {
        let task = Task(executorPreference: loop) { [self] in
            do throws(AgentProblem) {
                return Result<AgentAnswer, AgentProblem>.success(
                    try await door().ask(request, session: "mcp-\(server)"))
            } catch {
                return .failure(error)
            }
        }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
