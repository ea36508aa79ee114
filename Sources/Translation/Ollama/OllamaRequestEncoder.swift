internal import JSON

/// Writes a request of `/api/chat`. What stays the same from turn to turn is written first and the messages last, so that
/// what the server keeps of a prompt can be used again.
struct OllamaRequestEncoder {
    let request: AnthropicRequest
    let model: String
    let provider: String
    let options: OllamaOptions
    var writer: JSONWriter
    var reader: PartReader

    init(
        _ request: AnthropicRequest, model: String, provider: String, options: OllamaOptions, size root: JSONElement
    ) {
        self.request = request
        self.model = model
        self.provider = provider
        self.options = options
        var traits = PartTraits()
        traits.takesURLs = false
        traits.takesPDF = false
        reader = PartReader(provider: provider, traits: traits)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(root.sourceBytes.count + root.sourceBytes.count / 8 + 1024)
        writer = JSONWriter(appendingTo: bytes)
    }

    mutating func encode() throws(TranslationRefusal) {
        writer.beginObject()
        writer.key("model")
        writer.string(model)
        writer.key("stream")
        writer.bool(request.wantsStream)
        keepAlive()
        thinking()
        if let format = OutputFormat(request.outputConfig) {
            writer.key("format")
            if case .schema(let schema) = format { writer.raw(schema.sourceBytes) } else { writer.string("json") }
        }
        try sampling()
        try tools()
        try messages()
        writer.endObject()
    }

    // MARK: Plain fields

    private mutating func keepAlive() {
        guard let time = options.keepAlive else { return }
        writer.key("keep_alive")
        // `-1` and other plain numbers are seconds.
        if let seconds = Int(time) { writer.int(seconds) } else { writer.string(time) }
    }

    /// Models that think do so unless they are told not to; to tell one that cannot think to do it is refused. So only those
    /// that know how much are told.
    private mutating func thinking() {
        if request.outputConfig?["task_budget"] != nil { reader.leftOut.note(.taskBudget) }
        let explicit = request.outputConfig?["effort"]?.string.flatMap(ThinkingEffort.init(rawValue:))
        let effort = request.thinking.flatMap { ThinkingEffort($0, request.outputConfig) } ?? explicit
        if model.hasText("gpt-oss") {
            guard let effort else { return }
            writer.key("think")
            switch effort {
            case .none, .low: writer.string("low")
            case .medium: writer.string("medium")
            case .high, .xhigh, .max: writer.string("high")
            }
        } else if effort == ThinkingEffort.none {
            writer.key("think")
            writer.bool(false)
        } else if explicit != nil {
            reader.leftOut.note(.effort)
        }
    }

    /// Of `options`, by the names that the Messages API, chat completions and Ollama itself have for them.
    private static let native: [String: String] = [
        "temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "seed": "seed", "min_p": "min_p",
        "presence_penalty": "presence_penalty", "frequency_penalty": "frequency_penalty",
        "repetition_penalty": "repeat_penalty", "repeat_penalty": "repeat_penalty", "num_ctx": "num_ctx",
    ]

    private mutating func sampling() throws(TranslationRefusal) {
        writer.key("options")
        writer.beginObject()
        var hasContext = false
        for member in request.others {
            guard let key = member.key.string else { continue }
            guard let own = Self.native[key] else {
                reader.leftOut.note(try Feature.leftOut(field: key, provider: provider))
                continue
            }
            if own == "num_ctx" { hasContext = true }
            writer.key(own)
            writer.raw(member.value.sourceBytes)
        }
        if let length = options.contextLength, !hasContext {
            writer.key("num_ctx")
            writer.int(length)
        }
        if let wanted = request.maxTokens?.int {
            writer.key("num_predict")
            writer.int(min(wanted, options.maxOutputTokens ?? wanted))
        }
        if let stop = request.stopSequences, stop.isArray, stop.count > 0 {
            writer.key("stop")
            writer.raw(stop.sourceBytes)
        }
        writer.endObject()
        if request.metadata?["user_id"] != nil { reader.leftOut.note(.metadata) }
    }

    // MARK: Tools

    private mutating func tools() throws(TranslationRefusal) {
        let shown = try ShownTools(request, provider: provider)
        reader.leftOut.note(shown.leftOut)
        // There is no word for "none": a model that sees no tools calls none.
        let type = request.toolChoice?["type"]?.string ?? "auto"
        if type == "any" || type == "tool" { reader.leftOut.note(.toolChoice) }
        if request.toolChoice?["disable_parallel_tool_use"]?.bool == true { reader.leftOut.note(.disableParallel) }
        if shown.tools.isEmpty || type == "none" { return }
        writer.key("tools")
        writer.beginArray()
        for tool in shown.tools { write(tool) }
        writer.endArray()
    }

    private mutating func write(_ tool: JSONElement) {
        writer.beginObject()
        writer.key("type")
        writer.string("function")
        writer.key("function")
        writer.beginObject()
        writer.key("name")
        writer.string(tool["name"]?.string ?? "")
        if let description = tool["description"], description.isString {
            writer.key("description")
            writer.raw(description.sourceBytes)
        }
        writer.parameters(of: tool)
        writer.endObject()
        writer.endObject()
        if tool["cache_control"]?.isNull == false { reader.leftOut.note(.cacheControl) }
    }
}
