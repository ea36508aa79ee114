package import JSON
package import Translation

/// What a model has answered: one message of the assistant.
package struct AgentAnswer: Sendable, Equatable {
    /// The blocks as they came, for the next request has to have them as they were.
    package var content: [JSONValue] = []
    package var stopReason: String?
    package var usage = AgentUsage()

    package var text: String {
        content.filter { $0["type"]?.string == "text" }.compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    package struct ToolUse: Sendable, Equatable {
        package let id: String
        package let name: String
        package let input: JSONValue

        package init(id: String, name: String, input: JSONValue) {
            self.id = id
            self.name = name
            self.input = input
        }
    }

    package var toolUses: [ToolUse] {
        content.compactMap { block in
            guard block["type"]?.string == "tool_use", let id = block["id"]?.string, let name = block["name"]?.string
            else { return nil }
            return ToolUse(id: id, name: name, input: block["input"] ?? [:])
        }
    }
}

package struct AgentUsage: Sendable, Equatable {
    package var input = 0
    package var output = 0
    package var cacheRead = 0
    package var cacheCreation = 0

    package var total: Int { input + output + cacheRead + cacheCreation }

    package static func += (left: inout AgentUsage, right: AgentUsage) {
        left.input += right.input
        left.output += right.output
        left.cacheRead += right.cacheRead
        left.cacheCreation += right.cacheCreation
    }

    /// What is said later counts instead of what was said before.
    mutating func take(_ json: JSONValue?) {
        if let count = json?["input_tokens"]?.int { input = max(0, count) }
        if let count = json?["output_tokens"]?.int { output = max(0, count) }
        if let count = json?["cache_read_input_tokens"]?.int { cacheRead = max(0, count) }
        if let count = json?["cache_creation_input_tokens"]?.int { cacheCreation = max(0, count) }
    }

    package var json: JSONValue {
        [
            "input_tokens": .int(input), "output_tokens": .int(output), "cache_read_input_tokens": .int(cacheRead),
            "cache_creation_input_tokens": .int(cacheCreation),
        ]
    }
}

/// Why there is no answer.
package struct AgentProblem: Error, Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// The provider says no: its own words.
        case provider = "provider_error"
        case unreachable = "provider_unreachable"
        /// The answer broke off, or is none.
        case broken = "broken_answer"
        case cancelled
    }

    package let kind: Kind
    package let message: String
    /// The same request may go better a little later.
    package var isPassing = false
    package var retryAfterSeconds: Int?
    /// What the provider said, where it is of another API than Anthropic's.
    package var failure: UpstreamFailure?

    package init(_ kind: Kind, _ message: String, isPassing: Bool = false, retryAfterSeconds: Int? = nil) {
        self.kind = kind
        self.message = message
        self.isPassing = isPassing
        self.retryAfterSeconds = retryAfterSeconds
    }
}
