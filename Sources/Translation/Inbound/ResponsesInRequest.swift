package import JSON

/// A request of OpenAI's Responses API, in the words that everything here is translated from.
package struct ResponsesInRequest {
    package let body: [UInt8]
    package let leftOut: LeftOut
    package let wantsStream: Bool
    /// What the answer repeats of the request, as it was written there.
    package let echo: [(key: String, json: [UInt8])]
    /// Whose calls have one text for their arguments, and no JSON.
    package let customTools: Set<String>
    /// Summaries of what the model thought.
    package let showsSummaries: Bool
    /// What the model thought itself, to be brought again in the next turn.
    package let showsEncrypted: Bool

    /// - isTranslated: as of `ChatInRequest`.
    package init(_ root: JSONElement, model: String, isTranslated: Bool = false) throws(TranslationRefusal) {
        var reader = ChatInReader(root, model: model, isTranslated: isTranslated)
        try reader.readResponse()
        body = reader.writer.take()
        leftOut = reader.leftOut
        customTools = reader.customTools
        wantsStream = root["stream"]?.bool ?? false
        showsSummaries = root["reasoning"]?["summary"]?.isString == true
        showsEncrypted =
            root["include"]?.elements.contains { $0.equals("reasoning.encrypted_content") } == true
        echo = Self.echoed.compactMap { key in
            root[key].flatMap { $0.isNull ? nil : (key, Array($0.sourceBytes)) }
        }
    }

    private static let echoed = [
        "instructions", "max_output_tokens", "metadata", "parallel_tool_calls", "reasoning", "temperature", "text",
        "tool_choice", "tools", "top_p", "user",
    ]
}

extension ChatInReader {
    mutating func readResponse() throws(TranslationRefusal) {
        guard let input = root["input"], input.isString || input.isArray else {
            throw TranslationRefusal("input", "input: Field required")
        }
        try refuseWhatIsKept()
        writer.beginObject()
        writer.key("model")
        writer.string(model)
        writer.key("max_tokens")
        writer.int(root["max_output_tokens"]?.int ?? ChatInRequest.maxTokens)
        if root["stream"]?.bool == true {
            writer.key("stream")
            writer.bool(true)
        }
        fields(handled: Self.handledOfResponses)
        noteRest()
        let format = root["text"]?["format"]
        thinking(
            effort: effort, schema: format?["schema"], wantsObject: format?["type"]?.equals("json_object") == true)
        try responseTools()
        toolChoice()
        try items(input)
        writer.endObject()
    }

    /// The effort; `medium`, which is what these models have otherwise, where only a summary is asked for.
    private var effort: String? {
        guard let reasoning = root["reasoning"], reasoning.isObject else { return nil }
        return reasoning["effort"]?.string ?? (reasoning["summary"]?.isString == true ? "medium" : nil)
    }

    private static let handledOfResponses: Set<String> = [
        "model", "input", "instructions", "max_output_tokens", "stream", "stream_options", "tools", "tool_choice",
        "parallel_tool_calls", "reasoning", "text", "include", "metadata", "store", "background", "truncation",
        "service_tier", "previous_response_id", "conversation", "prompt",
    ]

    /// Whoever relies on something that lies elsewhere must hear that it does not.
    private func refuseWhatIsKept() throws(TranslationRefusal) {
        for (key, words) in [
            ("previous_response_id", "no answers are kept here; send the items of the whole conversation as `input`"),
            ("conversation", "no conversations are kept here; send the items of the whole conversation as `input`"),
            ("prompt", "templates of prompts lie at OpenAI; send `instructions` and `input`"),
        ] where root[key].map({ !$0.isNull }) == true {
            throw TranslationRefusal(key, "\(key): \(words)")
        }
        if root["background"]?.bool == true {
            throw TranslationRefusal("background", "background: nothing runs on here once the client has gone")
        }
    }

    /// What has no meaning elsewhere, but for the values that ask for what happens anyway.
    private mutating func noteRest() {
        if root["store"]?.bool == true { leftOut.note(.store) }
        if root["truncation"]?.equals("auto") == true { leftOut.note(.truncation) }
        if let tier = root["service_tier"]?.string, tier != "auto", tier != "default" { leftOut.note(.serviceTier) }
        if root["text"]?["verbosity"]?.isString == true { leftOut.note(.verbosity) }
        for wanted in root["include"].map({ Array($0.elements) }) ?? []
        where !wanted.equals("reasoning.encrypted_content") {
            leftOut.note(.include)
        }
    }

    // MARK: Tools

    private mutating func responseTools() throws(TranslationRefusal) {
        guard let tools = root["tools"], tools.count > 0 else { return }
        writer.key("tools")
        writer.beginArray()
        for tool in tools.elements {
            switch tool["type"]?.string {
            case "function": function(tool)
            case "custom": custom(tool)
            case let type:
                throw TranslationRefusal(
                    "tools", "tools: type '\(type ?? "")' is run by OpenAI alone; use function or custom")
            }
        }
        writer.endArray()
    }

    /// A tool that takes any text: elsewhere a tool with one argument, which is that text.
    private mutating func custom(_ tool: JSONElement) {
        let name = tool["name"]?.string ?? ""
        customTools.insert(name)
        let grammar = tool["format"]?["definition"]?.string.map { "\nThe input follows this grammar:\n\($0)" } ?? ""
        writer.value([
            "name": .string(name), "description": .string((tool["description"]?.string ?? "") + grammar),
            "input_schema": [
                "type": "object", "properties": [Self.customArgument: ["type": "string"]],
                "required": [.string(Self.customArgument)], "additionalProperties": false,
            ],
        ])
    }

    static let customArgument = "input"
}
