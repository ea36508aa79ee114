internal import JSON

/// Writes a chat completion request. What stays the same from turn to turn is written first and the messages last, so that
/// the next turn's body begins with this one's, and what upstreams keep of it can be used again.
struct ChatRequestEncoder {
    let request: AnthropicRequest
    let model: String
    let provider: String
    let dialect: ChatDialect
    var writer: JSONWriter
    var names = ToolNames()
    var leftOut = LeftOut()
    var hasTools = false
    /// Results were written last, and the assistant has to say something before others may.
    var owesBridge = false
    /// Those that the last message of the assistant makes. What is written next answers them.
    var calls: [PickedBlock] = []
    /// Of the message that is looked at; here because its memory stays.
    var plainResults: [PlainResult] = []
    /// Of pictures and papers, which cost by their size on the page and not by their letters.
    var mediaBytes = 0

    init(_ request: AnthropicRequest, model: String, provider: String, dialect: ChatDialect, size root: JSONElement) {
        self.request = request
        self.model = model
        self.provider = provider
        self.dialect = dialect
        var bytes: [UInt8] = []
        // Quotes that are escaped once more make it grow a little.
        bytes.reserveCapacity(root.sourceBytes.count + root.sourceBytes.count / 8 + 1024)
        writer = JSONWriter(appendingTo: bytes)
    }

    mutating func encode() throws(TranslationRefusal) {
        writer.beginObject()
        writer.key("model")
        writer.string(model)
        if request.wantsStream {
            writer.key("stream")
            writer.bool(true)
            if dialect.asksForStreamUsage {
                writer.key("stream_options")
                writer.beginObject()
                writer.key("include_usage")
                writer.bool(true)
                writer.endObject()
            }
        }
        maxTokens()
        stopSequences()
        effort()
        if dialect.wire == .responses { keepsNothing() }
        outputFormat()
        metadata()
        try otherFields()
        try tools()
        toolChoice()
        try messages()
        writer.endObject()
    }

    // MARK: Plain fields

    private mutating func maxTokens() {
        guard let wanted = request.maxTokens?.int else { return }
        writer.key(dialect.maxTokensKey)
        // The Responses API refuses less than that.
        let least = dialect.wire == .responses ? 16 : 1
        writer.int(max(least, min(wanted, dialect.maxOutputTokens ?? wanted)))
    }

    private mutating func stopSequences() {
        guard let sequences = request.stopSequences, sequences.isArray, sequences.count > 0 else { return }
        // Models of OpenAI's that think refuse them. What is left out here is made up for in the answer.
        let most = dialect.hasOpenAIModels && dialect.thinks(model) ? 0 : dialect.stopSequencesMax
        if sequences.count > most { leftOut.note(.stopSequences) }
        if most == 0 { return }
        writer.key("stop")
        writer.beginArray()
        for sequence in sequences.elements.prefix(most) { writer.raw(sequence.sourceBytes) }
        writer.endArray()
    }

    /// The client's id names device, account and session: a hash of it serves what it is used for here, which is finding
    /// the conversation's cache again, and tells nobody who it is.
    private mutating func metadata() {
        guard let id = request.metadata?["user_id"]?.string else { return }
        guard dialect.hasOpenAIModels else { return leftOut.note(.metadata) }
        writer.key("prompt_cache_key")
        writer.string("sidecar-" + StableHash.text(id.utf8))
    }

    private mutating func otherFields() throws(TranslationRefusal) {
        for member in request.others {
            guard let key = member.key.string else { continue }
            switch key {
            case "temperature", "top_p":
                if dialect.hasOpenAIModels && dialect.thinks(model) { leftOut.note(.sampling) } else { copy(member) }
            case "top_k":
                if dialect.takesTopK { copy(member) } else { leftOut.note(.topK) }
            // It stands among the words on the answer's form there.
            case "verbosity" where dialect.wire == .responses: continue
            case _ where (dialect.wire == .chat ? Self.native : Self.nativeResponses).contains(key): copy(member)
            case "mcp_servers":
                throw TranslationRefusal(
                    key, "mcp_servers: only a provider of type anthropic connects to MCP servers; \(provider) does not")
            case "context_management", "compaction": leftOut.note(.contextManagement)
            case "service_tier" where dialect.hasOpenAIModels:
                writer.key(key)
                if member.value.equals("standard_only") {
                    writer.string("default")
                } else {
                    writer.raw(member.value.sourceBytes)
                }
            case "service_tier": leftOut.note(.serviceTier)
            case "speed", "inference_geo": leftOut.note(.speed)
            case "container": leftOut.note(.container)
            case "cache_control": leftOut.note(.cacheControl)
            default: leftOut.note(.unknownField)
            }
        }
    }

    /// Parameters of chat completions, and of those who extend them, which a client may put into its request.
    private static let native: Set<String> = [
        "frequency_penalty", "presence_penalty", "seed", "logit_bias", "logprobs", "top_logprobs", "user", "verbosity",
        "prediction", "store", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "min_p", "top_a",
        "repetition_penalty", "provider", "transforms", "models", "plugins", "web_search_options", "usage",
    ]

    /// Those of the Responses API.
    private static let nativeResponses: Set<String> = [
        "user", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "safety_identifier", "truncation",
        "max_tool_calls", "top_logprobs", "access_programs", "moderation",
    ]

    mutating func copy(_ member: JSONElement.Member) {
        writer.key(member.key.string ?? "")
        writer.raw(member.value.sourceBytes)
    }

    // MARK: Thinking

    private mutating func effort() {
        let wanted = request.thinking.flatMap { ThinkingEffort($0, request.outputConfig) }
        let explicit = request.outputConfig?["effort"]?.string.flatMap(ThinkingEffort.init(rawValue:))
        if request.outputConfig?["task_budget"] != nil { leftOut.note(.taskBudget) }
        if dialect.wire == .responses && dialect.effort != .none && dialect.thinks(model) {
            return reasoning(wanted ?? explicit)
        }
        switch dialect.effort {
        case .none:
            if explicit != nil { leftOut.note(.effort) }
            if request.thinking != nil { leftOut.note(.thinkingConfig) }
        case .reasoningEffort:
            guard let wanted = wanted ?? explicit else { return }
            guard dialect.thinks(model) else { return leftOut.note(.effort) }
            writer.key("reasoning_effort")
            writer.string(wanted.openAIName(model))
        case .reasoning:
            writer.key("reasoning")
            writer.beginObject()
            if let wanted = wanted ?? explicit, wanted != .none {
                if let budget = request.thinking?["budget_tokens"]?.int {
                    writer.key("max_tokens")
                    writer.int(budget)
                } else {
                    writer.key("effort")
                    writer.string(wanted == .max ? "xhigh" : wanted.rawValue)
                }
            } else {
                writer.key("enabled")
                writer.bool(false)
            }
            writer.endObject()
        case .thinking:
            // What it costs to think is the model's own choice there.
            if explicit != nil { leftOut.note(.effort) }
            writer.key("thinking")
            writer.beginObject()
            writer.key("type")
            writer.string(request.asksForThinking ? "enabled" : "disabled")
            writer.endObject()
        }
    }

    // MARK: Structured answers

    private mutating func outputFormat() {
        if dialect.wire == .responses { return textFormat() }
        guard let format = carriedFormat() else { return }
        writer.key("response_format")
        writer.beginObject()
        writer.key("type")
        switch format {
        case .object: writer.string(OutputFormat.jsonObject)
        case .schema(let schema):
            writer.string("json_schema")
            writer.key("json_schema")
            writer.beginObject()
            members(of: schema)
            writer.endObject()
        }
        writer.endObject()
    }

    /// nil: none is wanted, or the provider has none.
    mutating func carriedFormat() -> OutputFormat? {
        guard let format = OutputFormat(request.outputConfig) else { return nil }
        let isTaken = if case .object = format { dialect.takesJSONObject } else { dialect.takesOutputFormat }
        if !isTaken { leftOut.note(.outputFormat) }
        return isTaken ? format : nil
    }

    mutating func members(of schema: JSONElement) {
        writer.key("name")
        writer.string("answer")
        writer.key("schema")
        writer.raw(schema.sourceBytes)
        writer.key("strict")
        writer.bool(StrictSchema.holds(schema))
    }
}
