package import JSON
package import LinuxSystem
package import ToolRuntime

/// Asks a model, runs the tools that it calls, tells it what came of them, until it has nothing more to call. On the loop of
/// its host only, which `@unchecked Sendable` stands on.
package final class AgentLoop: @unchecked Sendable {
    private let model: any AgentModel
    private let host: ToolHost
    private let settings: AgentSettings
    private let others: (any AgentTools)?
    private let session: String
    private let loop: EventLoop
    private let observe: @Sendable (AgentEvent) -> Void
    private var messages: [JSONValue] = []
    private var outcome = AgentOutcome()
    private var ranOutOfTime = false

    package enum AgentEvent: Sendable {
        case answer(AgentAnswer)
        /// The next message of the user.
        case toolResults(JSONValue)
    }

    private static let attemptsMax = 3
    private static let waitMaxSeconds = 60

    package init(
        _ model: any AgentModel, _ host: ToolHost, _ settings: AgentSettings, others: (any AgentTools)? = nil,
        session: String, on loop: EventLoop,
        observe: @escaping @Sendable (AgentEvent) -> Void = { _ in }
    ) {
        self.model = model
        self.host = host
        self.settings = settings
        self.others = others
        self.session = session
        self.loop = loop
        self.observe = observe
    }

    /// Cancelling the task ends what runs; what was done and used until then is told all the same.
    package func run(_ prompt: String) async -> AgentOutcome {
        loop.assertOnLoop()
        let began = loop.clock.now()
        let task = Task(executorPreference: loop) { await self.turns(prompt) }
        let timer = LoopTimer { [self] in
            ranOutOfTime = true
            task.cancel()
        }
        loop.schedule(timer, after: settings.time)
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        timer.disarm()
        if outcome.ending == .cancelled, ranOutOfTime { end(.timeLimit, "It took longer than \(settings.time).") }
        outcome.duration = loop.clock.now() - began
        return outcome
    }

    private func end(_ ending: AgentOutcome.Ending, _ explanation: String, code: String? = nil) {
        outcome.ending = ending
        outcome.explanation = explanation
        outcome.code = code ?? ending.rawValue
    }

    // MARK: Turns

    private func turns(_ prompt: String) async {
        messages = [["role": "user", "content": .string(prompt)]]
        while !Task.isCancelled {
            if outcome.turns >= settings.turnsMax {
                return end(.turnLimit, "It was not done after \(settings.turnsMax) answers of the model.")
            }
            if outcome.usage.total >= settings.tokensMax {
                return end(.tokenLimit, "It has used \(outcome.usage.total) tokens; \(settings.tokensMax) are allowed.")
            }
            let answer: AgentAnswer
            do throws(AgentProblem) {
                answer = try await ask()
            } catch {
                if error.kind == .cancelled { break }
                return end(.problem, error.message, code: error.kind.rawValue)
            }
            outcome.turns += 1
            outcome.usage += answer.usage
            if !answer.text.isEmpty { outcome.text = answer.text }
            observe(.answer(answer))
            if await isOver(answer) { return }
        }
        end(.cancelled, "It was cancelled.")
    }

    /// Whether there is nothing more to ask.
    private func isOver(_ answer: AgentAnswer) async -> Bool {
        switch answer.stopReason {
        case "max_tokens":
            end(.cutAnswer, "An answer of the model was longer than \(settings.answerTokens) tokens, and was cut.")
        case "refusal": end(.refusal, "The model declined to go on.")
        case "model_context_window_exceeded":
            end(.contextFull, "The conversation has become longer than the model can read.")
        case "pause_turn":
            // It wants to go on by itself: it is sent back as it is.
            messages.append(["role": "assistant", "content": .array(answer.content)])
            return false
        default:
            let uses = answer.toolUses
            if uses.isEmpty { return true }
            messages.append(["role": "assistant", "content": .array(answer.content)])
            let results = await run(uses)
            let message: JSONValue = ["role": "user", "content": .array(results)]
            messages.append(message)
            observe(.toolResults(message))
            return false
        }
        return true
    }

    // MARK: The model

    /// What passes by itself is waited for, a few times.
    private func ask() async throws(AgentProblem) -> AgentAnswer {
        var attempt = 1
        while true {
            do throws(AgentProblem) {
                return try await model.ask(request, session: session)
            } catch {
                guard error.isPassing, attempt < Self.attemptsMax, !Task.isCancelled else { throw error }
                let seconds = min(error.retryAfterSeconds ?? attempt, Self.waitMaxSeconds)
                await loop.sleep(.seconds(UInt64(max(0, seconds))))
                if Task.isCancelled { throw .cancelled }
                attempt += 1
            }
        }
    }

    private var request: JSONValue {
        var request: JSONValue = [
            "model": .string(settings.model), "max_tokens": .int(settings.answerTokens), "stream": true,
            "system": .string(settings.system), "messages": .array(messages),
        ]
        let own: [JSONValue] = settings.tools.compactMap { ToolCatalog.tool($0) }.map {
            ["name": .string($0.name), "description": .string($0.description), "input_schema": $0.input.schema]
        }
        let tools = own + (others?.definitions ?? [])
        if !tools.isEmpty { request["tools"] = .array(tools) }
        return request
    }

    // MARK: The tools

    private func run(_ uses: [AgentAnswer.ToolUse]) async -> [JSONValue] {
        var results: [String: JSONValue] = [:]
        for batch in AgentBatches.of(uses) {
            let (host, others) = (host, others)
            let calls = batch.map { ($0, call($0), hasElsewhere($0)) }
            await withTaskGroup(of: (String, Answer?).self) { group in
                for (use, call, isOther) in calls {
                    group.addTask(executorPreference: loop) {
                        if let call { return (use.id, Answer(await host.run(call))) }
                        guard isOther, let others else { return (use.id, nil) }
                        let (content, isError) = await others.run(use.name, use.input)
                        return (use.id, Answer(content: content, isError: isError))
                    }
                }
                for await (id, result) in group { results[id] = block(id, result) }
            }
        }
        return uses.map { results[$0.id] ?? block($0.id, nil) }
    }

    private struct Answer: Sendable {
        let content: [JSONValue]
        let isError: Bool

        init(content: [JSONValue], isError: Bool) {
            // The API takes no empty text.
            self.content = content.filter { $0["type"]?.string != "text" || $0["text"]?.string?.isEmpty == false }
            self.isError = isError
        }

        init(_ result: ToolResult) { self.init(content: result.content.map(\.json), isError: result.isError) }
    }

    private func hasElsewhere(_ use: AgentAnswer.ToolUse) -> Bool {
        guard others?.has(use.name) == true else { return false }
        outcome.toolCalls[use.name, default: 0] += 1
        return true
    }

    /// nil for a tool that this agent does not have: whatever a definition leaves out, no answer brings back.
    private func call(_ use: AgentAnswer.ToolUse) -> ToolCall? {
        guard let tool = ToolCatalog.tool(use.name), settings.tools.contains(tool.name) else { return nil }
        outcome.toolCalls[tool.name, default: 0] += 1
        var call = ToolCall(tool: tool.name, input: use.input, session: session)
        call.isFromSubagent = settings.isSubagent
        return call
    }

    private func block(_ id: String, _ result: Answer?) -> JSONValue {
        guard let result else {
            outcome.toolErrors += 1
            let names =
                settings.tools.isEmpty ? "You have none." : "You have: \(settings.tools.joined(separator: ", "))."
            return [
                "type": "tool_result", "tool_use_id": .string(id), "is_error": true,
                "content": .string("There is no such tool here. \(names)"),
            ]
        }
        if result.isError { outcome.toolErrors += 1 }
        return [
            "type": "tool_result", "tool_use_id": .string(id), "is_error": .bool(result.isError),
            "content": result.content.isEmpty ? "(nothing)" : .array(result.content),
        ]
    }
}
