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
        // The length says which of the usual ones it can be.
        switch type.plainUTF8?.count {
        case 4 where type.equals("text"): self = .text
        case 8 where type.equals("tool_use"): self = .toolUse
        case 11 where type.equals("tool_result"): self = .toolResult
        default: self = Self.rare(type.string ?? "")
        }
    }

    private static func rare(_ type: String) -> BlockKind {
        switch type {
        case "text": .text
        case "tool_use": .toolUse
        case "tool_result": .toolResult
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
