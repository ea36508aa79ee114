internal import JSON

/// The blocks that conversations consist of, by their `type`.
enum BlockKind {
    case text, image, document, searchResult
    case thinking, redactedThinking
    case toolUse, toolResult
    /// Of tools that Anthropic's servers run: the call, and what came of it.
    case serverToolUse, serverToolResult
    case toolReference
    case other

    init(_ block: JSONElement) { self.init(type: block["type"]) }

    init(type: JSONElement?) {
        guard let type else {
            self = .other
            return
        }
        if type.equals("text") {
            self = .text
        } else if type.equals("tool_use") {
            self = .toolUse
        } else if type.equals("tool_result") {
            self = .toolResult
        } else {
            self = Self.rare(type.string ?? "")
        }
    }

    private static func rare(_ type: String) -> BlockKind {
        switch type {
        case "image": .image
        case "document": .document
        case "search_result": .searchResult
        case "thinking": .thinking
        case "redacted_thinking": .redactedThinking
        case "tool_reference": .toolReference
        case "server_tool_use", "mcp_tool_use": .serverToolUse
        case _ where type.hasSuffix("_tool_result"): .serverToolResult
        default: .other
        }
    }
}

extension JSONElement {
    /// A message's content: the blocks, or the one text that stands for a block. Called for each of them.
    func forEachBlock<Failure: Error>(
        text: (JSONElement) throws(Failure) -> Void, block: (JSONElement) throws(Failure) -> Void
    ) throws(Failure) {
        if isString { return try text(self) }
        for element in elements { try block(element) }
    }

    /// White space, or nothing at all: no API takes a text block of that.
    var isBlankText: Bool { isBlank ?? true }
}
