internal import JSON

/// Writes a request of `generateContent`. What stays the same from turn to turn is written first and the contents last, so
/// that the next turn's body begins with this one's, and what is kept of it upstream can be used again.
struct GeminiRequestEncoder {
    let request: AnthropicRequest
    let model: String
    let provider: String
    let traits: GeminiModel
    let outputTokensMax: Int
    var writer: JSONWriter
    var reader: PartReader
    var names = ToolNames()
    private var hasTools = false

    var leftOut: LeftOut { reader.leftOut }

    init(
        _ request: AnthropicRequest, model: String, provider: String, maxOutputTokens: Int?, size root: JSONElement
    ) {
        self.request = request
        self.model = model
        self.provider = provider
        traits = GeminiModel(model)
        outputTokensMax = maxOutputTokens ?? traits.outputTokensMax
        reader = PartReader(provider: provider, traits: PartTraits())
        var bytes: [UInt8] = []
        bytes.reserveCapacity(root.sourceBytes.count + root.sourceBytes.count / 8 + 1024)
        writer = JSONWriter(appendingTo: bytes)
    }

    mutating func encode() throws(TranslationRefusal) {
        writer.beginObject()
        try members()
        writer.endObject()
    }

    /// For the provider's own counter of tokens, which wants the whole request inside of another one, or as much of it as
    /// it counts.
    mutating func encodeForCounting(isWrapped: Bool) throws(TranslationRefusal) {
        writer.beginObject()
        guard isWrapped else {
            system()
            try tools()
            try contents()
            return writer.endObject()
        }
        writer.key("generateContentRequest")
        writer.beginObject()
        writer.key("model")
        writer.string(model.hasPrefix("models/") ? model : "models/" + model)
        try members()
        writer.endObject()
        writer.endObject()
    }

    private mutating func members() throws(TranslationRefusal) {
        try generationConfig()
        system()
        try tools()
        toolConfig()
        try contents()
    }

    // MARK: Plain fields

    private mutating func generationConfig() throws(TranslationRefusal) {
        var outer: [JSONElement.Member] = []
        writer.key("generationConfig")
        writer.beginObject()
        if let wanted = request.maxTokens?.int {
            writer.key("maxOutputTokens")
            writer.int(min(wanted, outputTokensMax))
        }
        stopSequences()
        for member in request.others {
            guard let key = member.key.string else { continue }
            if let own = Self.sampling[key] {
                writer.key(own)
                writer.raw(member.value.sourceBytes)
            } else if Self.native.contains(key) {
                outer.append(member)
            } else {
                reader.leftOut.note(try Feature.leftOut(field: key, provider: provider))
            }
        }
        if request.metadata?["user_id"] != nil { reader.leftOut.note(.metadata) }
        thinking()
        outputFormat()
        writer.endObject()
        for member in outer {
            writer.key(member.key.string ?? "")
            writer.raw(member.value.sourceBytes)
        }
    }

    /// Parameters of the Messages API and of chat completions, by the names that they have here.
    private static let sampling: [String: String] = [
        "temperature": "temperature", "top_p": "topP", "top_k": "topK", "seed": "seed",
        "presence_penalty": "presencePenalty", "frequency_penalty": "frequencyPenalty",
    ]
    /// Parameters of `generateContent` that a client may put into its request.
    private static let native: Set<String> = ["safetySettings", "cachedContent", "labels", "serviceTier"]
    private static let stopSequencesMax = 5

    private mutating func stopSequences() {
        guard let sequences = request.stopSequences, sequences.isArray, sequences.count > 0 else { return }
        if sequences.count > Self.stopSequencesMax { reader.leftOut.note(.stopSequences) }
        writer.key("stopSequences")
        writer.beginArray()
        for sequence in sequences.elements.prefix(Self.stopSequencesMax) { writer.raw(sequence.sourceBytes) }
        writer.endArray()
    }

    private mutating func thinking() {
        if request.outputConfig?["task_budget"] != nil { reader.leftOut.note(.taskBudget) }
        let explicit = request.outputConfig?["effort"]?.string.flatMap(ThinkingEffort.init(rawValue:))
        let effort = request.thinking.flatMap { ThinkingEffort($0, request.outputConfig) } ?? explicit
        guard traits.thinking != .none else {
            if request.thinking != nil { reader.leftOut.note(.thinkingConfig) }
            if explicit != nil { reader.leftOut.note(.effort) }
            return
        }
        guard request.thinking != nil || explicit != nil else { return }
        writer.key("thinkingConfig")
        writer.beginObject()
        if let tokens = traits.thinking.budget(effort, tokens: request.thinking?["budget_tokens"]?.int) {
            writer.key("thinkingBudget")
            writer.int(tokens)
        } else if let level = effort.flatMap(traits.thinking.level) {
            writer.key("thinkingLevel")
            writer.string(level)
        } else if case .budget = traits.thinking {
            // The model decides.
            writer.key("thinkingBudget")
            writer.int(-1)
        }
        if request.asksForThinking {
            writer.key("includeThoughts")
            writer.bool(true)
        }
        writer.endObject()
    }

    private mutating func outputFormat() {
        guard let format = OutputFormat(request.outputConfig) else { return }
        writer.key("responseMimeType")
        writer.string("application/json")
        guard case .schema(let schema) = format else { return }
        writer.key("responseSchema")
        GeminiSchema.write(schema, to: &writer)
    }

    private mutating func system() {
        let parts = reader.system(request.system)
        if parts.isEmpty { return }
        writer.key("systemInstruction")
        writer.beginObject()
        writer.key("parts")
        writer.beginArray()
        for part in parts { write(part) }
        writer.endArray()
        writer.endObject()
    }

    // MARK: Tools

    private mutating func tools() throws(TranslationRefusal) {
        let shown = try ShownTools(request, provider: provider, canSearchWeb: true)
        reader.leftOut.note(shown.leftOut)
        guard !shown.searchesWeb || shown.tools.isEmpty || traits.searchesBesideTools else {
            throw TranslationRefusal(
                "tools",
                "tools: model \(model) of provider \(provider) searches the web only in requests without other tools; "
                    + "models since the third generation do both")
        }
        if shown.tools.isEmpty, !shown.searchesWeb { return }
        writer.key("tools")
        writer.beginArray()
        declare(shown.tools)
        if shown.searchesWeb {
            writer.beginObject()
            writer.key("googleSearch")
            writer.beginObject()
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
    }

    private mutating func declare(_ tools: [JSONElement]) {
        if tools.isEmpty { return }
        hasTools = true
        writer.beginObject()
        writer.key("functionDeclarations")
        writer.beginArray()
        for tool in tools { write(tool) }
        writer.endArray()
        writer.endObject()
    }

    private mutating func write(_ tool: JSONElement) {
        writer.beginObject()
        writer.key("name")
        toolName(tool["name"])
        if let description = tool["description"], description.isString {
            writer.key("description")
            writer.raw(description.sourceBytes)
        }
        // Without properties there are no parameters: an object without any is refused.
        if let schema = tool["input_schema"], GeminiSchema.hasProperties(schema) {
            writer.key("parameters")
            GeminiSchema.write(schema, to: &writer)
        }
        writer.endObject()
        if tool["cache_control"]?.isNull == false { reader.leftOut.note(.cacheControl) }
    }

    mutating func toolName(_ name: JSONElement?) {
        guard let name else { return writer.string("") }
        if let plain = name.plainUTF8, ToolNames.isFit(plain), ToolNames.beginsWithLetter(plain) {
            return writer.raw(name.sourceBytes)
        }
        writer.string(names.forUpstream(name.string ?? "", beginningWithLetter: true))
    }

    private mutating func toolConfig() {
        guard let choice = request.toolChoice, hasTools else { return }
        writer.key("toolConfig")
        writer.beginObject()
        writer.key("functionCallingConfig")
        writer.beginObject()
        writer.key("mode")
        switch choice["type"]?.string {
        case "any": writer.string("ANY")
        case "none": writer.string("NONE")
        case "tool":
            writer.string("ANY")
            writer.key("allowedFunctionNames")
            writer.beginArray()
            toolName(choice["name"])
            writer.endArray()
        default: writer.string("AUTO")
        }
        writer.endObject()
        writer.endObject()
        if choice["disable_parallel_tool_use"]?.bool == true { reader.leftOut.note(.disableParallel) }
    }
}
