package import JSON

/// A chat completion request of an OpenAI client, in the words that everything here is translated from.
package struct ChatInRequest {
    package let body: [UInt8]
    package let leftOut: LeftOut
    package let wantsStream: Bool
    /// The last event of a stream tells what it cost, if the client asked.
    package let wantsUsage: Bool

    /// What an answer may be long where the client does not say: Anthropic's API wants to be told.
    static let maxTokens = 32_000

    /// - isTranslated: whoever is asked looks at what it knows of the parameters that only others than Anthropic have.
    package init(_ root: JSONElement, model: String, isTranslated: Bool = false) throws(TranslationRefusal) {
        var reader = ChatInReader(root, model: model, isTranslated: isTranslated)
        try reader.read()
        body = reader.writer.take()
        leftOut = reader.leftOut
        wantsStream = root["stream"]?.bool ?? false
        wantsUsage = root["stream_options"]?["include_usage"]?.bool ?? false
    }
}

struct ChatInReader {
    let root: JSONElement
    let model: String
    let isTranslated: Bool
    var writer = JSONWriter()
    var leftOut = LeftOut()
    var customTools: Set<String> = []

    init(_ root: JSONElement, model: String, isTranslated: Bool) {
        self.root = root
        self.model = model
        self.isTranslated = isTranslated
    }

    mutating func read() throws(TranslationRefusal) {
        guard let messages = root["messages"], messages.isArray else {
            throw TranslationRefusal("messages", "messages: Field required")
        }
        if root["n"]?.int ?? 1 > 1 {
            throw TranslationRefusal("n", "n: only one answer at a time; send the request again")
        }
        writer.beginObject()
        writer.key("model")
        writer.string(model)
        writer.key("max_tokens")
        writer.int(root["max_completion_tokens"]?.int ?? root["max_tokens"]?.int ?? ChatInRequest.maxTokens)
        if root["stream"]?.bool == true {
            writer.key("stream")
            writer.bool(true)
        }
        fields(handled: Self.handled)
        let format = root["response_format"]
        thinking(
            effort: root["reasoning_effort"]?.string, schema: format?["json_schema"]?["schema"],
            wantsObject: format?["type"]?.equals("json_object") == true)
        try tools()
        toolChoice()
        try conversation(Array(messages.elements))
        writer.endObject()
    }

    // MARK: Plain fields

    mutating func fields(handled: Set<String>) {
        for member in root.members where !member.value.isNull {
            guard let key = member.key.string else { continue }
            switch key {
            case "temperature":
                writer.key(key)
                // Anthropic's scale ends where OpenAI's has its middle.
                writer.double(min(member.value.double ?? 1, 1))
            case "top_p", "top_k":
                writer.key(key)
                writer.raw(member.value.sourceBytes)
            case "stop": stop(member.value)
            case "user", "safety_identifier":
                guard key == "user" || root["user"] == nil, member.value.isString else { continue }
                writer.key("metadata")
                writer.beginObject()
                writer.key("user_id")
                writer.raw(member.value.sourceBytes)
                writer.endObject()
            case _ where handled.contains(key): continue
            case _ where isTranslated && Self.passing.contains(key):
                writer.key(key)
                writer.raw(member.value.sourceBytes)
            default: leftOut.note(.unknownField)
            }
        }
    }

    private static let handled: Set<String> = [
        "model", "messages", "max_tokens", "max_completion_tokens", "stream", "stream_options", "tools", "tool_choice",
        "parallel_tool_calls", "reasoning_effort", "response_format", "n",
    ]

    /// What Anthropic's API does not have, and others do by these names.
    private static let passing: Set<String> = [
        "frequency_penalty", "presence_penalty", "seed", "logit_bias", "verbosity", "prediction", "min_p", "top_a",
        "repetition_penalty", "provider", "transforms", "models", "plugins",
    ]

    private mutating func stop(_ value: JSONElement) {
        writer.key("stop_sequences")
        if value.isArray { return writer.raw(value.sourceBytes) }
        writer.beginArray()
        writer.raw(value.sourceBytes)
        writer.endArray()
    }

    /// - wantsObject: any object of JSON, which Anthropic's API has no word for; OpenAI's stands for it.
    mutating func thinking(effort: String?, schema: JSONElement?, wantsObject: Bool) {
        if let effort, effort != "none" {
            writer.key("thinking")
            writer.beginObject()
            writer.key("type")
            writer.string("adaptive")
            writer.endObject()
        }
        guard effort != nil && effort != "none" || schema != nil || wantsObject else { return }
        writer.key("output_config")
        writer.beginObject()
        if let effort, effort != "none" {
            writer.key("effort")
            writer.string(effort == "minimal" ? "low" : effort)
        }
        if let schema {
            writer.key("format")
            writer.beginObject()
            writer.key("type")
            writer.string("json_schema")
            writer.key("schema")
            writer.raw(schema.sourceBytes)
            writer.endObject()
        } else if wantsObject {
            writer.key("format")
            writer.value(["type": .string(OutputFormat.jsonObject)])
        }
        writer.endObject()
    }

    // MARK: Tools

    private mutating func tools() throws(TranslationRefusal) {
        guard let tools = root["tools"], tools.count > 0 else { return }
        writer.key("tools")
        writer.beginArray()
        for tool in tools.elements {
            guard tool["type"]?.equals("function") == true, let function = tool["function"] else {
                throw TranslationRefusal(
                    "tools", "tools: type '\(tool["type"]?.string ?? "")' is known to OpenAI alone; use function")
            }
            self.function(function)
        }
        writer.endArray()
    }

    mutating func function(_ function: JSONElement) {
        writer.beginObject()
        writer.key("name")
        if let name = function["name"] { writer.raw(name.sourceBytes) } else { writer.string("") }
        if let description = function["description"], description.isString {
            writer.key("description")
            writer.raw(description.sourceBytes)
        }
        writer.key("input_schema")
        if let schema = function["parameters"], schema.isObject, schema.count > 0 {
            writer.raw(schema.sourceBytes)
        } else {
            writer.value(["type": "object"])
        }
        if function["strict"]?.bool == true {
            writer.key("strict")
            writer.bool(true)
        }
        writer.endObject()
    }

    mutating func toolChoice() {
        guard root["tools"]?.count ?? 0 > 0 else { return }
        let choice = root["tool_choice"]
        let oneAtATime = root["parallel_tool_calls"]?.bool == false
        guard choice != nil || oneAtATime else { return }
        writer.key("tool_choice")
        writer.beginObject()
        writer.key("type")
        // The one API has the name in an object more than the other.
        if let name = choice?["function"]?["name"] ?? choice?["name"] {
            writer.string("tool")
            writer.key("name")
            writer.raw(name.sourceBytes)
        } else {
            if choice?["type"]?.equals("allowed_tools") == true { leftOut.note(.allowedTools) }
            switch choice?.string ?? choice?["mode"]?.string ?? choice?["allowed_tools"]?["mode"]?.string {
            case "required": writer.string("any")
            case "none": writer.string("none")
            default: writer.string("auto")
            }
        }
        if oneAtATime, choice?.string != "none" {
            writer.key("disable_parallel_tool_use")
            writer.bool(true)
        }
        writer.endObject()
    }
}
