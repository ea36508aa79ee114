internal import HTTP
internal import JSON

/// Reads a request of the Messages API, and refuses what the API refuses where an agent under test should learn of it.
/// Unknown members and unknown kinds of blocks pass: clients are ahead of us.
struct ScriptedRequestReader {
    private var request: ScriptedRequest
    private var conversation = ConversationReader()

    init(fields: HTTPFields) { request = ScriptedRequest(fields: fields) }

    mutating func read(
        _ root: JSONElement, _ purpose: ScriptedRequest.Purpose
    ) throws(ScriptedRefusal) -> ScriptedRequest {
        guard root.isObject else { throw .invalid("the request's body is not a JSON object") }
        guard let model = root["model"] else { throw .invalid("model: Field required") }
        guard let name = model.string, !name.isEmpty else { throw .invalid("model: Input should be a valid string") }
        request.model = name
        if purpose == .message { try readLimits(root) }
        try readTools(root["tools"])
        try readSystem(root["system"])
        try readMessages(root["messages"])
        request.lastText = conversation.lastText
        request.prompt = conversation.prompt
        request.toolResults = conversation.toolResults
        request.turn = conversation.turn
        if !conversation.system.isEmpty { request.system += "\n" + conversation.system }
        let counted = ["messages", "system", "tools"].reduce(0) { $0 + (root[$1]?.sourceRange.count ?? 0) }
        request.inputTokens = ScriptedRequest.tokens(bytes: counted)
        let identity =
            request.fields["x-sidecar-session"] ?? request.fields["x-claude-code-session-id"]
            ?? root["metadata"]?["user_id"]?.string
        request.conversation = identity.map { String($0.prefix(Self.identityCharactersMax)) }
        return request
    }

    /// Identities are remembered; the longest that we know of, Claude Code's `user_id`, has 170 characters.
    private static let identityCharactersMax = 256

    private mutating func readLimits(_ root: JSONElement) throws(ScriptedRefusal) {
        guard let limit = root["max_tokens"] else { throw .invalid("max_tokens: Field required") }
        guard let tokens = limit.int else { throw .invalid("max_tokens: Input should be a valid integer") }
        guard tokens >= 1 else { throw .invalid("max_tokens: Input should be greater than or equal to 1") }
        guard let stream = root["stream"], !stream.isNull else { return }
        guard let wantsStream = stream.bool else { throw .invalid("stream: Input should be a valid boolean") }
        request.wantsStream = wantsStream
    }

    private mutating func readTools(_ tools: JSONElement?) throws(ScriptedRefusal) {
        guard let tools, !tools.isNull else { return }
        guard tools.isArray else { throw .invalid("tools: Input should be a valid list") }
        for (index, tool) in tools.elements.enumerated() {
            guard let name = tool["name"]?.string, !name.isEmpty else {
                throw .invalid("tools.\(index).name: Field required")
            }
            request.toolNames.append(name)
        }
        guard Set(request.toolNames).count == request.toolNames.count else {
            throw .invalid("tools: Tool names must be unique.")
        }
    }

    private mutating func readSystem(_ system: JSONElement?) throws(ScriptedRefusal) {
        guard let system, !system.isNull else { return }
        guard system.isString || system.isArray else {
            throw .invalid("system: Input should be a valid list or string")
        }
        request.system = ConversationReader.text(of: system)
    }

    private mutating func readMessages(_ messages: JSONElement?) throws(ScriptedRefusal) {
        guard let messages else { throw .invalid("messages: Field required") }
        guard messages.isArray else { throw .invalid("messages: Input should be a valid list") }
        guard messages.count > 0 else { throw .invalid("messages: at least one message is required") }
        for (index, message) in messages.elements.enumerated() {
            guard let role = message["role"] else { throw .invalid("messages.\(index).role: Field required") }
            guard let content = message["content"] else { throw .invalid("messages.\(index).content: Field required") }
            guard content.isString || content.isArray else {
                throw .invalid("messages.\(index).content: Input should be a valid list or string")
            }
            try Self.checkBlocks(content, index)
            switch role.string {
            case "user": try conversation.user(content, index)
            case "assistant": try conversation.assistant(content, index)
            case "system": conversation.addSystem(content)
            default: throw .invalid("messages.\(index).role: Input should be 'user', 'assistant' or 'system'")
            }
        }
        try conversation.finish()
    }

    private static func checkBlocks(_ content: JSONElement, _ index: Int) throws(ScriptedRefusal) {
        for (number, block) in content.elements.enumerated() {
            let place = "messages.\(index).content.\(number)"
            guard block.isObject else { throw .invalid("\(place): Input should be an object") }
            guard let type = block["type"]?.string else { throw .invalid("\(place).type: Field required") }
            if type == "text" {
                guard let text = block["text"]?.string else { throw .invalid("\(place).text: Field required") }
                guard !text.isEmpty else { throw .invalid("messages: text content blocks must be non-empty") }
            }
        }
    }
}
