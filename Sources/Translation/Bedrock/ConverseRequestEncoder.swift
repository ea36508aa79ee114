internal import JSON

/// Writes a request of `Converse`. What stays the same from turn to turn is written first and the messages last, so that
/// the next turn's body begins with this one's.
struct ConverseRequestEncoder {
    let request: AnthropicRequest
    let model: String
    let provider: String
    let traits: BedrockModel
    private let options: ConverseOptions
    var writer: JSONWriter
    var reader: PartReader
    var names = ToolNames()

    // Of the message that is being written.
    var role: String?
    var hasText = false
    var hasDocument = false
    // Of all of them.
    var hasMessages = false
    var images = MediaLimit(most: 20)
    var documents = MediaLimit(most: 5)
    var documentNames = DocumentNames()
    private var cachePoints = 0

    init(
        _ request: AnthropicRequest, model: String, provider: String, _ options: ConverseOptions,
        size root: JSONElement
    ) {
        self.request = request
        self.model = model
        self.provider = provider
        self.options = options
        traits = BedrockModel(model)
        reader = PartReader(provider: provider, traits: traits.parts)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(root.sourceBytes.count + root.sourceBytes.count / 8 + 1024)
        writer = JSONWriter(appendingTo: bytes)
    }

    mutating func encode() throws(TranslationRefusal) {
        writer.beginObject()
        let conversation: Conversation
        try fields()
        system()
        conversation = try Conversation(request, &reader)
        try tools(conversation)
        messages(conversation)
        writer.endObject()
    }

    // MARK: Plain fields

    private mutating func fields() throws(TranslationRefusal) {
        var additional: [(key: String, value: [UInt8])] = []
        var native: [JSONElement.Member] = []
        writer.key("inferenceConfig")
        writer.beginObject()
        if let wanted = request.maxTokens?.int {
            writer.key("maxTokens")
            writer.int(min(wanted, options.maxOutputTokens ?? traits.outputTokensMax ?? wanted))
        }
        if let sequences = request.stopSequences, sequences.isArray, sequences.count > 0 {
            writer.key("stopSequences")
            writer.raw(sequences.sourceBytes)
        }
        for member in request.others {
            let key = member.key.string ?? ""
            if let own = Self.sampling[key] {
                writer.key(own)
                writer.raw(member.value.sourceBytes)
            } else if key == "top_k" {
                topK(member.value, &additional)
            } else if key == Self.additionalKey {
                additional += member.value.members.map { ($0.key.string ?? "", Array($0.value.sourceBytes)) }
            } else if Self.native.contains(key) {
                native.append(member)
            } else {
                reader.leftOut.note(try Feature.leftOut(field: key, provider: provider))
            }
        }
        writer.endObject()
        if request.metadata?["user_id"] != nil { reader.leftOut.note(.metadata) }
        if request.outputConfig?["format"] != nil { reader.leftOut.note(.outputFormat) }
        thinking(&additional)
        write(additional)
        for member in native {
            writer.key(member.key.string ?? "")
            writer.raw(member.value.sourceBytes)
        }
        guardrail(native)
    }

    /// Parameters of the Messages API, by the names that they have here.
    private static let sampling = ["temperature": "temperature", "top_p": "topP"]
    private static let additionalKey = "additionalModelRequestFields"
    /// Parameters of `Converse` that a client may put into its request.
    private static let native: Set<String> = [
        "guardrailConfig", "performanceConfig", "requestMetadata", "serviceTier", "promptVariables",
    ]

    /// What only some models know, each under names of its own.
    private mutating func write(_ additional: [(key: String, value: [UInt8])]) {
        if additional.isEmpty { return }
        writer.key(Self.additionalKey)
        writer.beginObject()
        for field in additional {
            writer.key(field.key)
            field.value.withUnsafeBytes { writer.raw($0) }
        }
        writer.endObject()
    }

    private mutating func topK(_ value: JSONElement, _ additional: inout [(key: String, value: [UInt8])]) {
        guard let path = traits.topK, let number = value.int else { return reader.leftOut.note(.topK) }
        var field = JSONValue.int(number)
        for step in path.dropFirst().reversed() { field = [step: field] }
        additional.append((path[0], field.bytes()))
    }

    private mutating func thinking(_ additional: inout [(key: String, value: [UInt8])]) {
        if request.outputConfig?["task_budget"] != nil { reader.leftOut.note(.taskBudget) }
        let explicit = request.outputConfig?["effort"]?.string.flatMap(ThinkingEffort.init(rawValue:))
        let effort = request.thinking.flatMap { ThinkingEffort($0, request.outputConfig) } ?? explicit
        guard request.thinking != nil || explicit != nil else { return }
        switch traits.thinking {
        case .none:
            if request.thinking != nil { reader.leftOut.note(.thinkingConfig) }
            if explicit != nil { reader.leftOut.note(.effort) }
        case .effort:
            guard let effort else { return }
            additional.append(("reasoning_effort", JSONText.quoted(Self.word(effort, highest: "high"))))
        case .config:
            let config: JSONValue =
                effort == ThinkingEffort.none
                ? ["type": "disabled"]
                // Its highest is not taken together with a limit of tokens, which every request has.
                : [
                    "type": "enabled",
                    "maxReasoningEffort": .string(effort.map { Self.word($0, highest: "medium") } ?? "medium"),
                ]
            additional.append(("reasoningConfig", config.bytes()))
        }
    }

    private static func word(_ effort: ThinkingEffort, highest: String) -> String {
        switch effort {
        case .none, .low: "low"
        case .medium: "medium"
        case .high, .xhigh, .max: highest
        }
    }

    private mutating func guardrail(_ native: [JSONElement.Member]) {
        guard let guardrail = options.guardrail, !native.contains(where: { $0.key.equals("guardrailConfig") }) else {
            return
        }
        writer.key("guardrailConfig")
        writer.beginObject()
        writer.key("guardrailIdentifier")
        writer.string(guardrail)
        writer.key("guardrailVersion")
        writer.string(options.guardrailVersion ?? "DRAFT")
        // It says why it intervened.
        writer.key("trace")
        writer.string("enabled")
        writer.endObject()
    }

    // MARK: System

    private mutating func system() {
        let parts = reader.system(request.system)
        if !parts.contains(where: \.isText) { return }
        writer.key("system")
        writer.beginArray()
        var hasBegun = false
        for part in parts {
            if case .cacheMark = part, !hasBegun { continue }
            if part.isMedia { continue }
            hasBegun = true
            write(plain: part)
        }
        writer.endArray()
    }

    /// Text, or a mark for the cache. Of these Bedrock takes four, as Anthropic does.
    mutating func write(plain part: MessagePart) {
        if case .cacheMark = part {
            guard cachePoints < 4 else { return }
            cachePoints += 1
        }
        writer.beginObject()
        switch part {
        case .text(let text):
            writer.key("text")
            writer.raw(text.sourceBytes)
        case .note(let text):
            writer.key("text")
            writer.string(text)
        case .cacheMark:
            writer.key("cachePoint")
            writer.beginObject()
            writer.key("type")
            writer.string("default")
            writer.endObject()
        case .image, .document: preconditionFailure("these are written by their own rules")
        }
        writer.endObject()
    }
}
