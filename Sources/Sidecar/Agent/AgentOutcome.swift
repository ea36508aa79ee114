package import JSON
package import LinuxSystem

/// What became of an agent's work.
package struct AgentOutcome: Sendable, Equatable {
    package enum Ending: String, Sendable {
        case done
        case turnLimit = "turn_limit"
        case tokenLimit = "token_limit"
        case timeLimit = "time_limit"
        /// An answer was longer than an answer may be.
        case cutAnswer = "cut_answer"
        case refusal
        case contextFull = "context_full"
        /// The provider gave no answer, after several attempts where that made sense.
        case problem
        case cancelled
    }

    package var ending = Ending.done
    /// What it said last.
    package var text = ""
    /// What went wrong, in a sentence.
    package var explanation: String?
    /// A stable word for what went wrong.
    package var code: String?
    package var turns = 0
    package var usage = AgentUsage()
    package var toolCalls: [String: Int] = [:]
    package var toolErrors = 0
    package var duration = TimeSpan.zero

    package var isError: Bool { ending != .done }

    package var toolCallsJSON: JSONValue {
        .object(JSONObject(toolCalls.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .int($0.value)) }))
    }
}
