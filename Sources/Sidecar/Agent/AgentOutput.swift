internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// What `sidecar agent run` says of an agent's work; while it works to the streams themselves, because the console belongs to
/// the thread of the command.
struct AgentOutput: Sendable {
    enum Format: String, CaseIterable {
        case text, json
        case streamJSON = "stream-json"
    }

    let format: Format
    let session: String
    private let settings: AgentSettings
    private let workspace: String

    init(_ format: Format, session: String, _ settings: AgentSettings, _ workspace: String) {
        self.format = format
        self.session = session
        self.settings = settings
        self.workspace = workspace
    }

    private static let inputCharactersMax = 100

    func begin() {
        guard format == .streamJSON else { return }
        line([
            "type": "system", "subtype": "init", "session_id": .string(session), "cwd": .string(workspace),
            "model": .string(settings.model), "tools": .array(settings.tools.map { .string($0) }),
        ])
    }

    func tell(_ event: AgentLoop.AgentEvent) {
        switch (event, format) {
        case (.answer(let answer), .streamJSON):
            let message: JSONValue = [
                "role": "assistant", "content": .array(answer.content),
                "stop_reason": answer.stopReason.map { .string($0) } ?? .null, "usage": answer.usage.json,
            ]
            line(["type": "assistant", "session_id": .string(session), "message": message])
        case (.toolResults(let message), .streamJSON):
            line(["type": "user", "session_id": .string(session), "message": message])
        case (.answer(let answer), .text):
            for use in answer.toolUses {
                let input = use.input.text()
                let shown = input.count > Self.inputCharactersMax ? input.prefix(Self.inputCharactersMax) + "…" : input
                try? StandardStream.error.write(ShownText.neutral("\(use.name) \(shown)") + "\n")
            }
        default: break
        }
    }

    func end(_ outcome: AgentOutcome, _ console: any Console) -> ExitCode {
        if format == .text {
            if !outcome.text.isEmpty { console.write(ShownText.neutral(outcome.text) + "\n", to: .output) }
            if let explanation = outcome.explanation {
                console.complain("the agent did not finish: \(ShownText.neutral(explanation))")
            }
        } else {
            console.write(result(outcome).text() + "\n", to: .output)
        }
        return switch outcome.ending {
        case .done: .done
        case .timeLimit: .timedOut
        default: .failed
        }
    }

    private func result(_ outcome: AgentOutcome) -> JSONValue {
        [
            "type": "result", "subtype": .string(outcome.isError ? "error" : "success"),
            "is_error": .bool(outcome.isError), "ending": .string(outcome.ending.rawValue),
            "code": outcome.code.map { .string($0) } ?? .null,
            "error": outcome.explanation.map { .string($0) } ?? .null, "result": .string(outcome.text),
            "num_turns": .int(outcome.turns), "duration_ms": .int(outcome.duration.milliseconds),
            "session_id": .string(session), "usage": outcome.usage.json, "tool_calls": outcome.toolCallsJSON,
            "tool_errors": .int(outcome.toolErrors),
        ]
    }

    private func line(_ json: JSONValue) { try? StandardStream.output.write(json.text() + "\n") }
}
