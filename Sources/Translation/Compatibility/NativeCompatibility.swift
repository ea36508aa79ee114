/// What becomes of Anthropic's API at providers that have an API of their own.
package enum NativeCompatibility {
    /// One column of the table. `support` has what differs from what all of them do.
    package struct Column: Sendable {
        package let name: String
        let support: [String: Support]
    }

    package static let columns: [Column] = [gemini, ollama, bedrock]

    /// What all of them do, where a column says nothing else.
    package static let groups: [(name: String, rows: [(name: String, feature: Feature?, usual: Support)])] = [
        ("Request fields", fields), ("Content blocks", blocks), ("Tools", tools), ("Answers", answers),
    ]

    private typealias Row = (name: String, feature: Feature?, usual: Support)

    private static let notKnown = Support.leftOut("not known there")

    private static let fields: [Row] = [
        ("model, messages, stream", nil, .carried), ("system", nil, .carried),
        ("system: attribution line", .attributionLine, .ignored("it speaks to Anthropic's accounting")),
        ("messages of role system", nil, .emulated("<system-reminder> in the user's message")),
        ("max_tokens", nil, .carried), ("stop_sequences", .stopSequences, .carried),
        ("temperature, top_p, top_k", nil, .carried),
        ("thinking: enabled, adaptive, disabled", .thinkingConfig, .carried),
        ("output_config.effort", .effort, .carried), ("output_config.format", .outputFormat, .carried),
        ("an answer that is any JSON object", nil, .carried),
        ("output_config.task_budget", .taskBudget, notKnown),
        ("metadata.user_id", .metadata, .leftOut("it names device and session")),
        ("cache_control", .cacheControl, .leftOut("the provider caches by itself")),
        ("context_management, compaction", .contextManagement, notKnown),
        ("service_tier", .serviceTier, .leftOut("words of Anthropic's own")),
        ("speed, inference_geo", .speed, .leftOut("words of Anthropic's own")), ("container", .container, notKnown),
        ("mcp_servers", nil, .refused("only Anthropic connects to them")),
        ("anthropic-beta", .betas, .ignored("it names parts of Anthropic's API")),
        ("any other field", .unknownField, .leftOut("not known")),
    ]

    private static let blocks: [Row] = [
        ("text", nil, .carried), ("text: citations", .citations, .leftOut("the text stays")),
        ("image: base64", .imageInput, .carried), ("image: url", .imageFile, .carried),
        ("image: file", .imageFile, .leftOut("a sentence says that it was there")),
        ("document: text, content", nil, .carriedAs("text under its title")),
        ("document: PDF in base64", .documentPDF, .carried), ("document: PDF by url", .documentPDF, .carried),
        ("document: file", .documentFile, .leftOut("a sentence says that it was there")),
        ("search_result", nil, .carriedAs("text under its title and source")),
        ("thinking, as it comes back", .thinkingHistory, .leftOut("the provider takes none back")),
        ("redacted_thinking", .redactedThinking, .leftOut("only its maker can read it")),
        ("server_tool_use and its results", .serverToolBlocks, .emulated("told in words")),
        ("blocks of other types", .unknownBlock, .leftOut("not known")),
    ]

    private static let tools: [Row] = [
        ("custom", nil, .carried),
        ("names that the provider refuses", nil, .emulated("another name, mapped back")),
        ("tool_use ids of any shape", nil, .emulated("mapped and mapped back")),
        ("input_examples", .toolExamples, notKnown),
        ("defer_loading, tool_reference", .deferredTools, .emulated("shown once a reference names it")),
        ("tool_search_tool_*", .toolSearch, .emulated("all tools are shown")),
        ("strict", nil, .ignored("the schema is sent all the same")),
        ("web_search_*", nil, .refused("Anthropic runs it")),
        ("web_search_*: max_uses, domains, user_location", .webSearchLimits, .refused("Anthropic runs it")),
        ("tools of other types", nil, .refused("Anthropic runs or defines them")),
        ("tool_choice", .toolChoice, .carried),
        ("disable_parallel_tool_use", .disableParallel, notKnown),
        ("tool_result, is_error", nil, .carried),
        ("results that are missing", nil, .emulated("a sentence says so")),
        ("results without a call", nil, .emulated("told in words")),
    ]

    private static let answers: [Row] = [
        ("answers of text", nil, .carried), ("thinking", nil, .carriedAs("when the client asks for thinking")),
        ("tool_use", nil, .carried),
        (
            "tool calls written as text", nil,
            .emulated("recognised where `written_calls` of the model says so")
        ), ("stop_reason", nil, .carriedAs("tool_use exactly where there is a call")),
        ("usage", nil, .carriedAs("estimated at the start, true at the end; cached tokens apart")),
        ("errors", nil, .carriedAs("the provider's words inside of Anthropic's types")),
        ("errors inside of a stream", nil, .carriedAs("a status before the first word, an `error` event later")),
        ("count_tokens", nil, .refused("404; clients then estimate by themselves")),
    ]

    private static let gemini = Column(
        name: "gemini, and vertex with Gemini models",
        support: [
            "system": .carriedAs("`systemInstruction`"),
            "web_search_*": .carriedAs(
                "`googleSearch`, before the third generation only without other tools; what it found comes as blocks behind the text"
            ),
            "web_search_*: max_uses, domains, user_location": notKnown,
            "max_tokens": .carriedAs("`maxOutputTokens`, lowered to what the model can write"),
            "stop_sequences": .carriedAs("the first 5; of more the answer is cut here before the first one"),
            "temperature, top_p, top_k": .carried,
            "thinking: enabled, adaptive, disabled": .carriedAs(
                "`thinkingConfig`: a budget for 2.5, a level since 3, nothing before"),
            "output_config.effort": .carriedAs("`thinkingLevel`, or a budget in its place"),
            "output_config.format": .carriedAs("`responseSchema`, in Gemini's dialect"),
            "an answer that is any JSON object": .carriedAs("`responseMimeType`"),
            "any other field": .leftOut(
                "not known, but for `seed`, `presence_penalty`, `frequency_penalty`, `safetySettings`, `cachedContent`, `labels`"
            ),
            "image: base64": .carriedAs("`inlineData`"), "image: url": .carriedAs("`fileData`"),
            "document: PDF in base64": .carriedAs("`inlineData`"), "document: PDF by url": .carriedAs("`fileData`"),
            "thinking, as it comes back": .carriedAs(
                "its thought signatures, if the same provider and model made them"),
            "custom": .carriedAs(
                "`functionDeclarations`; what the dialect of schemas cannot say stands in descriptions"),
            "tool_result, is_error": .carriedAs(
                "`functionResponse` with `output` or `error`; media behind all of these"),
            "tool_use": .carriedAs("signed calls keep their signature, in the thinking before them or in their id"),
            "stop_reason": .carriedAs("filters are `refusal` and say why in `stop_details`"),
            "count_tokens": .carriedAs("`:countTokens`"),
        ])

    private static let ollama = Column(
        name: "ollama",
        support: [
            "system": .carriedAs("a first message of role system"),
            "max_tokens": .carriedAs("`num_predict`, lowered to `max_output_tokens`"),
            "thinking: enabled, adaptive, disabled": .carriedAs(
                "`think: false` where it is disabled; models that can think do it by themselves"),
            "output_config.effort": .leftOut("the model decides, but for gpt-oss, which knows levels"),
            "output_config.format": .carriedAs("`format`"),
            "an answer that is any JSON object": .carriedAs("`format: json`"),
            "any other field": .leftOut(
                "not known, but for `seed`, `min_p`, `num_ctx`, `repeat_penalty`, `presence_penalty`, `frequency_penalty`"
            ),
            "image: base64": .carriedAs("`images`"),
            "image: url": .leftOut("a sentence says that it was there"),
            "document: PDF in base64": .leftOut("a sentence says that it was there"),
            "document: PDF by url": .leftOut("a sentence says that it was there"),
            "thinking, as it comes back": .carriedAs("`thinking`, if the same provider and model made it"),
            "names that the provider refuses": .carriedAs("it refuses none"),
            "custom": .carriedAs("`function`; the schema to the letter"),
            "tool_choice": .leftOut("not known there, but for none, where no tools are shown"),
            "tool_result, is_error": .carriedAs(
                "a message of role tool, `Error:` before the text; media behind all of these"),
            "usage": .carriedAs("a prompt that the server knows from before is not counted there"),
        ])

    package static func support(_ row: String, _ usual: Support, _ column: Column) -> Support {
        column.support[row] ?? usual
    }

    /// The second half of docs/compatibility.md.
    static var text: String {
        var text = """

            # Providers with an API of their own

            Claude models at `vertex` and `bedrock` get Anthropic's own request. Left out are only betas that the host does not
            know (`anthropic-beta`) and the fields that go with them, `service_tier`, `speed`, `inference_geo`, `container`, and thinking
            that another provider made; `mcp_servers` is refused. Their answers pass.

            """
        for group in groups {
            text +=
                "\n## \(group.name)\n\n| | \(columns.map(\.name).joined(separator: " | ")) | `x-sidecar-dropped` |\n"
            text += "|---|" + String(repeating: "---|", count: columns.count + 1) + "\n"
            for row in group.rows {
                let cells = columns.map { support(row.name, row.usual, $0).text }
                text +=
                    "| \(row.name) | \(cells.joined(separator: " | ")) | \(row.feature.map { "`\($0.rawValue)`" } ?? "") |\n"
            }
        }
        return text
    }
}
