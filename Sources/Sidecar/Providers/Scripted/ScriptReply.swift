internal import JSON
internal import LinuxSystem

/// What a step answers with.
struct ScriptReply: Sendable, Equatable {
    enum StopReason: String, Sendable, CaseIterable {
        case endTurn = "end_turn"
        case toolUse = "tool_use"
        case maxTokens = "max_tokens"
        case stopSequence = "stop_sequence"
        case pauseTurn = "pause_turn"
        case refusal
        case contextExceeded = "model_context_window_exceeded"
    }

    var content: [ScriptBlock] = []
    /// nil: `tool_use` exactly when there is a tool call, else `end_turn`.
    var stopReason: StopReason?
    var stopSequence: String?
    var usage = ScriptUsage()
    var pacing = ScriptPacing()
    var failure: ScriptFailure?
    var fault: ScriptFault?
}

/// One block of an answer's content.
enum ScriptBlock: Sendable, Equatable {
    case text(ScriptTemplate)
    case thinking(ScriptThinking)
    case tool(ScriptToolCall)
    /// Any block as it is, for what clients must pass over or echo: server tools, blocks of the future.
    case other(ScriptInput)
}

struct ScriptThinking: Sendable, Equatable {
    var text: ScriptTemplate?
    /// Clients send it back unread; this stands for what only the real API can make.
    var signature = "c2NyaXB0ZWQ="
}

struct ScriptToolCall: Sendable, Equatable {
    var name = ""
    var input = ScriptInput.map([])
    /// nil: a new one.
    var id: String?
}

/// An answer that is an error.
struct ScriptFailure: Sendable, Equatable {
    var status = 500
    /// nil: the one that belongs to the status.
    var type: String?
    var message: ScriptTemplate?
    var headers: [ProviderHeader] = []
    /// In place of the API's error object: what a proxy in between would send.
    var body: String?

    /// https://docs.anthropic.com/en/api/errors
    static func type(for status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 504: "timeout_error"
        case 529: "overloaded_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }
}

/// How a stream goes wrong. Answers that do not stream are whole, as they would be from the API.
struct ScriptFault: Sendable, Equatable {
    enum End: String, Sendable, CaseIterable {
        /// The connection is reset.
        case reset
        /// The connection is closed within the body.
        case close
        /// Half of the next event, and then the connection is closed.
        case halfEvent = "half_event"
        /// The body ends properly, but events are missing.
        case end
    }

    struct ErrorEvent: Sendable, Equatable {
        var type = "overloaded_error"
        var message: ScriptTemplate?
    }

    /// This many events arrive as they should.
    var afterEvents: Int?
    var silence: TimeSpan?
    var errorEvent: ErrorEvent?
    /// nil: the stream goes on after a silence, and ends after an error event.
    var end: End?
}
