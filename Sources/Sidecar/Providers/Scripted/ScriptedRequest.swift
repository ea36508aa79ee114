package import HTTP
package import JSON

/// What a script can see of a request. It is a copy: the request's bytes may go.
package struct ScriptedRequest: Sendable {
    package struct ToolResult: Sendable, Equatable {
        /// By the call that it answers.
        package let tool: String
        package let text: String
        package let isError: Bool
    }

    package internal(set) var model = ""
    package internal(set) var wantsStream = false
    /// The user's words since the last answer, without reminders that the client added.
    package internal(set) var lastText = ""
    /// The latest words of the user, also when only tool results came since.
    package internal(set) var prompt = ""
    /// Those since the last answer, in their order.
    package internal(set) var toolResults: [ToolResult] = []
    /// Of the top level and of system messages.
    package internal(set) var system = ""
    /// Answers that the conversation has already.
    package internal(set) var turn = 0
    package internal(set) var toolNames: [String] = []
    package internal(set) var inputTokens = 0
    /// nil: the client does not say.
    package internal(set) var conversation: String?
    let fields: HTTPFields

    init(fields: HTTPFields) { self.fields = fields }

    /// Which checks there are to pass: counting tokens needs no `max_tokens`.
    package enum Purpose { case message, tokenCount }

    package static func read(
        _ root: JSONElement, fields: HTTPFields = HTTPFields(), for purpose: Purpose = .message
    ) throws(ScriptedRefusal) -> ScriptedRequest {
        var reader = ScriptedRequestReader(fields: fields)
        return try reader.read(root, purpose)
    }

    /// Four bytes a token: near enough for English and code, and the same on every machine.
    static func tokens(bytes: Int) -> Int { (bytes + 3) / 4 }
}

/// A request that the API would refuse too.
package struct ScriptedRefusal: Error, Sendable, Equatable {
    package let status: Int
    package let type: String
    package let message: String

    static func invalid(_ message: String) -> ScriptedRefusal {
        ScriptedRefusal(status: 400, type: "invalid_request_error", message: message)
    }
}
