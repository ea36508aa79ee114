package import JSON

/// A request in the vocabulary that everything here is translated from and to: the Messages API's. It is a view of the
/// bytes that came, no copy: what a member holds is looked at when it is needed, and mostly copied as it stands.
package struct AnthropicRequest {
    package private(set) var messages: JSONElement?
    package private(set) var system: JSONElement?
    package private(set) var tools: JSONElement?
    package private(set) var toolChoice: JSONElement?
    package private(set) var maxTokens: JSONElement?
    package private(set) var stopSequences: JSONElement?
    package private(set) var thinking: JSONElement?
    package private(set) var outputConfig: JSONElement?
    package private(set) var metadata: JSONElement?
    package private(set) var wantsStream = false
    /// Everything else, as it came.
    package private(set) var others: [JSONElement.Member] = []

    package init(_ root: JSONElement) throws(TranslationRefusal) {
        for member in root.members {
            let key = member.key
            if key.equals("messages") {
                messages = member.value
            } else if key.equals("system") {
                system = member.value
            } else if key.equals("tools") {
                tools = member.value
            } else if key.equals("tool_choice") {
                toolChoice = member.value
            } else if key.equals("max_tokens") {
                maxTokens = member.value
            } else if key.equals("stop_sequences") {
                stopSequences = member.value
            } else if key.equals("thinking") {
                thinking = member.value
            } else if key.equals("output_config") {
                outputConfig = member.value
            } else if key.equals("metadata") {
                metadata = member.value
            } else if key.equals("stream") {
                wantsStream = member.value.bool ?? false
            } else if !key.equals("model"), !member.value.isNull {
                others.append(member)
            }
        }
        guard messages?.isArray == true else {
            throw TranslationRefusal("messages", "messages: Field required")
        }
    }

    /// Thinking is shown to those who asked for it: a client that did not may take the first block for the answer.
    package var asksForThinking: Bool {
        guard let type = thinking?["type"] else { return false }
        return type.equals("enabled") || type.equals("adaptive") || type.equals("between_tools")
    }
}

/// Why a request cannot be carried at all: what the client gets with status 400.
package struct TranslationRefusal: Error, Equatable, Sendable {
    package let field: String
    package let message: String

    package init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }
}
