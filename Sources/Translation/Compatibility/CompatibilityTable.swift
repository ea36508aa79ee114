/// Everything that is translated, read from what the codecs look at themselves.
package enum CompatibilityTable {
    package static let columns: [(name: String, dialect: ChatDialect)] = [
        ("openai", .openAI), ("openai, `api: responses`", .openAI.asResponses), ("openrouter", .openRouter),
        ("deepseek", .deepSeek), ("openai-compatible", .compatible),
    ]

    package static let groups: [(name: String, rows: [CompatibilityRow])] = [
        ("Request fields", fields), ("Content blocks", blocks), ("Tools", tools), ("Answers", answers),
    ]

    private static let fields: [CompatibilityRow] = [
        CompatibilityRow("model, messages, stream", always: .carried),
        CompatibilityRow("system") {
            .carriedAs($0.wire == .responses ? "`instructions`" : "a first message of role system")
        },
        CompatibilityRow(
            "system: attribution line", .attributionLine, always: .ignored("it speaks to Anthropic's accounting")),
        CompatibilityRow("messages of role system") {
            $0.takesSystemAnywhere ? .carried : .emulated("<system-reminder> in the user's message")
        },
        CompatibilityRow("max_tokens") { .carriedAs("`\($0.maxTokensKey)`, lowered to `max_output_tokens`") },
        CompatibilityRow("stop_sequences", .stopSequences) {
            let cut = "the answer is cut here before the first one"
            if $0.stopSequencesMax == 0 { return .emulated(cut) }
            let rest = $0.hasOpenAIModels ? "for models that do not think; else" : "of more than these"
            return .carriedAs("`stop`, the first \($0.stopSequencesMax); \(rest) \(cut)")
        },
        CompatibilityRow("temperature, top_p", .sampling) {
            $0.hasOpenAIModels ? .carriedAs("for models that do not think, which alone take them") : .carried
        },
        CompatibilityRow("top_k", .topK) { $0.takesTopK ? .carried : .leftOut("not known there") },
        CompatibilityRow("thinking: enabled, adaptive, disabled", .thinkingConfig) { effort($0) },
        CompatibilityRow("output_config.effort", .effort) {
            switch $0.effort {
            case .none, .thinking: .leftOut("the model decides")
            case .reasoningEffort where $0.wire == .chat: .carriedAs("`reasoning_effort`, as far as the model goes")
            case .reasoningEffort, .reasoning: .carriedAs("`reasoning.effort`")
            }
        },
        CompatibilityRow("output_config.format", .outputFormat) {
            $0.takesOutputFormat
                ? .carriedAs(
                    "`\($0.wire == .responses ? "text.format" : "response_format")`, strict where the schema allows it")
                : .emulated("told in words, held against the schema here, asked again twice at most")
        },
        CompatibilityRow("an answer that is any JSON object, as OpenAI's clients ask for it") {
            $0.takesJSONObject
                ? .carriedAs("`json_object`") : .emulated("told in words, looked at here, asked again twice at most")
        },
        CompatibilityRow("output_config.task_budget", .taskBudget, always: .leftOut("not known there")),
        CompatibilityRow("metadata.user_id", .metadata) {
            $0.hasOpenAIModels ? .carriedAs("`prompt_cache_key`, hashed") : .leftOut("it names device and session")
        },
        CompatibilityRow("cache_control", .cacheControl) {
            $0.takesCacheControl ? .carried : .leftOut("the provider caches by itself")
        },
        CompatibilityRow("context_management, compaction", .contextManagement, always: .leftOut("not known there")),
        CompatibilityRow("service_tier", .serviceTier) {
            $0.hasOpenAIModels
                ? .carriedAs("`standard_only` is `default` there") : .leftOut("words of Anthropic's own")
        },
        CompatibilityRow("speed, inference_geo", .speed, always: .leftOut("words of Anthropic's own")),
        CompatibilityRow("container", .container, always: .leftOut("not known there")),
        CompatibilityRow("mcp_servers", always: .refused("only Anthropic connects to them")),
        CompatibilityRow("parameters of chat completions (seed, logit_bias, min_p, provider, …)", .unknownField) {
            $0.wire == .chat ? .carried : .leftOut("another API")
        },
        CompatibilityRow("parameters of responses (truncation, max_tool_calls, verbosity, …)", .unknownField) {
            $0.wire == .responses ? .carried : .leftOut("another API, but for `verbosity` and what both have")
        },
        CompatibilityRow("any other field", .unknownField, always: .leftOut("not known")),
    ]

    private static func effort(_ dialect: ChatDialect) -> Support {
        switch dialect.effort {
        case .none: .leftOut("the model decides; see `quirks.thinking`")
        case .reasoningEffort where dialect.wire == .responses:
            .carriedAs("`reasoning`; budgets up to 4096 are low, up to 16384 medium; summaries unless they are omitted")
        case .reasoningEffort: .carriedAs("`reasoning_effort`; budgets up to 4096 are low, up to 16384 medium")
        case .reasoning: .carriedAs("`reasoning`, budgets too")
        case .thinking: .carriedAs("`thinking.type`, without a budget")
        }
    }

    private static let blocks: [CompatibilityRow] = [
        CompatibilityRow("text") {
            $0.takesTextParts ? .carried : .carriedAs("several of one message joined by an empty line")
        },
        CompatibilityRow("text: citations", .citations, always: .leftOut("the text stays")),
        CompatibilityRow("image: base64, url", .imageInput) {
            $0.takesImages ? .carried : .leftOut("a sentence says that it was there")
        },
        CompatibilityRow("image: file", .imageFile, always: .leftOut("a sentence says that it was there")),
        CompatibilityRow("document: text, content", always: .carriedAs("text under its title")),
        CompatibilityRow("document: PDF in base64", .documentPDF) {
            $0.takesPDF
                ? .carriedAs("a part of type `\($0.wire == .responses ? "input_file" : "file")`")
                : .leftOut("a sentence says that it was there")
        },
        CompatibilityRow("document: url", .documentFile) {
            $0.takesFileURL ? .carriedAs("`file_url`") : .leftOut("a sentence says that it was there")
        },
        CompatibilityRow("document: file", .documentFile, always: .leftOut("a sentence says that it was there")),
        CompatibilityRow("search_result", always: .carriedAs("text under its title and source")),
        CompatibilityRow("thinking", .thinkingHistory) {
            switch $0.replay {
            case .none where $0.wire == .responses:
                .carriedAs("encrypted `reasoning` items, if the same provider and model made them")
            case .none: .leftOut("the provider takes none back")
            case .reasoningContent: .carriedAs("`reasoning_content`")
            case .reasoningDetails: .carriedAs("`reasoning_details`, if the same provider and model made it")
            }
        },
        CompatibilityRow("redacted_thinking", .redactedThinking, always: .leftOut("only its maker can read it")),
        CompatibilityRow("server_tool_use and its results", .serverToolBlocks, always: .emulated("told in words")),
        CompatibilityRow("blocks of other types", .unknownBlock, always: .leftOut("not known")),
    ]

    private static let tools: [CompatibilityRow] = [
        CompatibilityRow("custom", always: .carriedAs("`function`; the schema to the letter")),
        CompatibilityRow(
            "names over 64 characters, or with other letters", always: .emulated("another name, mapped back")),
        CompatibilityRow("tool_use ids of any shape", always: .emulated("mapped and mapped back")),
        CompatibilityRow("input_examples", .toolExamples, always: .leftOut("not known there")),
        CompatibilityRow(
            "defer_loading, tool_reference", .deferredTools, always: .emulated("shown once a reference names it")),
        CompatibilityRow("tool_search_tool_*", .toolSearch, always: .emulated("all tools are shown")),
        CompatibilityRow("strict", always: .carriedAs("where the schema keeps the rules of strict mode")),
        CompatibilityRow("tools of other types", always: .refused("Anthropic runs or defines them")),
        CompatibilityRow("tool_choice", .toolChoice, always: .carried),
        CompatibilityRow("disable_parallel_tool_use", .disableParallel) {
            $0.takesParallelFlag ? .carriedAs("`parallel_tool_calls: false`") : .leftOut("not known there")
        },
        CompatibilityRow("tool_result") {
            .carriedAs(
                $0.takesMediaInResults
                    ? "`function_call_output`, media in it" : "a message of role tool; media behind all of these")
        },
        CompatibilityRow("tool_result: is_error", always: .emulated("`Error:` before the text")),
        CompatibilityRow("results that are missing", always: .emulated("a sentence says so")),
        CompatibilityRow("results without a call", always: .emulated("told in words")),
    ]

    private static let answers: [CompatibilityRow] = [
        CompatibilityRow("text", always: .carried),
        CompatibilityRow("thinking") {
            .carriedAs(
                ($0.wire == .responses ? "the summary" : "of `reasoning_content` or `reasoning`")
                    + ", when the client asks for thinking")
        },
        CompatibilityRow("tool_use", always: .carriedAs("arguments are mended; what cannot be is passed on marked")),
        CompatibilityRow(
            "tool calls written as text",
            always: .emulated("recognised where `written_calls` of the model or the provider says so")),
        CompatibilityRow("stop_reason", always: .carriedAs("tool_use exactly where there is a call")),
        CompatibilityRow("stop_sequence", always: .carriedAs("where the provider tells which")),
        CompatibilityRow("usage", always: .carriedAs("estimated at the start, true at the end; cached tokens apart")),
        CompatibilityRow("errors", always: .carriedAs("the provider's words inside of Anthropic's types")),
        CompatibilityRow(
            "errors inside of a stream", always: .carriedAs("a status before the first event, an `error` event later")),
        CompatibilityRow(
            "count_tokens",
            always: .emulated("counted here: the texts exactly where the model's vocabulary is there, else an estimate")
        ),
    ]

    /// What a request of OpenAI's own APIs becomes on its way into Anthropic's words. Where the provider takes the same API
    /// nothing is translated.
    package static let inbound: [CompatibilityRow] = [
        CompatibilityRow("messages, input items, instructions", always: .carried),
        CompatibilityRow("reasoning items", always: .carriedAs("if they came from here, as `encrypted_content`")),
        CompatibilityRow("function tools, tool_choice, parallel_tool_calls", always: .carried),
        CompatibilityRow(
            "custom tools", always: .emulated("a tool with one text; its grammar stands in the description")),
        CompatibilityRow("tool_choice: allowed_tools", .allowedTools, always: .leftOut("all tools may be called")),
        CompatibilityRow("tools that OpenAI runs", always: .refused("nobody else has them")),
        CompatibilityRow("reasoning, reasoning_effort", always: .carriedAs("`thinking` and `output_config.effort`")),
        CompatibilityRow("response_format, text.format: json_schema", always: .carriedAs("`output_config.format`")),
        CompatibilityRow(
            "response_format, text.format: json_object",
            always: .carriedAs(
                "what the provider has for it; elsewhere, as with Claude, told in words, looked at here, asked again twice at most"
            )),
        CompatibilityRow(
            "seed, penalties, logit_bias, prediction, verbosity, and OpenRouter's own parameters", .unknownField,
            always: .carriedAs("as a parameter of the request, for providers that know it")),
        CompatibilityRow("text.verbosity", .verbosity, always: .leftOut("not known there")),
        CompatibilityRow("n above 1", always: .refused("one answer at a time")),
        CompatibilityRow("store: true", .store, always: .leftOut("no answers are kept")),
        CompatibilityRow(
            "previous_response_id, conversation, item references", always: .refused("no answers are kept")),
        CompatibilityRow("prompt, background", always: .refused("they live at OpenAI")),
        CompatibilityRow(
            "truncation: auto", .truncation, always: .leftOut("a conversation that is too long is an error")),
        CompatibilityRow("include: reasoning.encrypted_content", always: .carried),
        CompatibilityRow("include: others", .include, always: .leftOut("not known there")),
        CompatibilityRow("any other field", .unknownField, always: .leftOut("not known there")),
    ]

    /// docs/compatibility.md.
    package static var document: String {
        var text = """
            # Compatibility

            What becomes of Anthropic's API at providers that take chat completions or responses. At providers of type `anthropic` nothing
            is translated: the bytes pass. Generated from the table that the translation itself looks at.

            - **carried**: the provider gets it. **emulated**: by other means, to the same effect.
            - **left out**: the provider has no word for it. The answer's `x-sidecar-dropped` says so, the log once for each
              conversation.
            - **ignored**: left out too, and nothing is lost. **refused**: status 400 names it.

            `openai-compatible` is what such a provider does without `quirks`, each of which changes its row.

            """
        for group in groups {
            text +=
                "\n## \(group.name)\n\n| | \(columns.map(\.name).joined(separator: " | ")) | `x-sidecar-dropped` |\n"
            text += "|---|" + String(repeating: "---|", count: columns.count + 1) + "\n"
            for row in group.rows {
                let cells = columns.map { row.support($0.dialect).text }
                text +=
                    "| \(row.name) | \(cells.joined(separator: " | ")) | \(row.feature.map { "`\($0.rawValue)`" } ?? "") |\n"
            }
        }
        text += """

            ## From OpenAI's clients

            What a request for chat completions or responses becomes for providers that take another API, before the tables
            above. Where a provider takes the same one nothing is translated.

            | | | `x-sidecar-dropped` |
            |---|---|---|

            """
        for row in inbound {
            let dropped = row.feature.map { "`\($0.rawValue)`" } ?? ""
            text += "| \(row.name) | \(row.support(.compatible).text) | \(dropped) |\n"
        }
        return text + NativeCompatibility.text
    }
}
