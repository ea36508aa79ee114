internal import Translation
internal import YAML

/// The types of providers that take chat completions: one list of keys, of which some have what others have not.
extension ProviderType {
    static var chatTypes: [ProviderType] {
        [ChatProvider.Kind.openAI, .openRouter, .deepSeek, .compatible].map { kind in
            let section = chat(kind)
            return ProviderType(kind.rawValue, keys: section.descriptions) { node, path, reader in
                // The others lie on top of it, wherever it stands.
                let preset = node[key: "preset"]?.scalar.flatMap { ChatPreset.find($0.text) }
                var provider = ChatProvider(type: kind, preset: kind == .compatible ? preset : nil)
                section.decode(node, path, into: &provider, &reader)
                guard provider.baseURL != nil else {
                    reader.report(
                        node.position, path,
                        "a provider of type \(kind.rawValue) needs `base_url`, such as http://127.0.0.1:8080/v1")
                    return nil
                }
                return .chat(provider)
            }
        }
    }

    static func chat(_ kind: ChatProvider.Kind) -> Section<ChatProvider> {
        var keys: [Key<ChatProvider>] = [
            ChatProvider.key(kind.keyVariable),
            Key(
                "base_url", \.baseURL, ValueKind.versionedBaseURL.optional,
                example: kind.baseURL?.description ?? "http://127.0.0.1:8080/v1",
                "Where the API is; `/chat/completions` follows it, or `/responses`."),
        ]
        if kind == .compatible {
            keys.append(
                Key(
                    "preset", \.preset, ValueKind.preset.optional, example: "groq",
                    "A service or server that is known here ([list](models.md)): its address and its quirks, as far as "
                        + "the other keys do not say otherwise."))
        }
        if kind == .openAI || kind == .compatible {
            keys.append(
                Key(
                    "api", \.api, .choice, example: "responses",
                    "Which of OpenAI's two APIs to speak. `responses` keeps what the model thought from turn to turn."))
        }
        keys += ChatProvider.commonKeys
        keys.append(.section("quirks", \.quirks, quirks, "Where the server differs from what its type does."))
        return Section(defaults: ChatProvider(type: kind), keys)
    }

    private static var quirks: Section<ChatProvider.Quirks> {
        Section(
            defaults: ChatProvider.Quirks(),
            [
                Key(
                    "max_tokens", \.limitName, ValueKind.choice.optional, example: "max_completion_tokens",
                    "What the limit of the answer is called."),
                Key(
                    "thinking", \.thinking, ValueKind.choice.optional, example: "reasoning_effort",
                    "How a request says how much to think: `reasoning_effort: high`, `reasoning: { effort: high }`, "
                        + "`thinking: { type: enabled }`, or not at all."),
                Key(
                    "replay", \.replay, ValueKind.choice.optional, example: "reasoning_content",
                    "How earlier thinking goes back to the model."),
                Key(
                    "think_tags", \.thinkTags, ValueKind.boolean.optional, example: "true",
                    "Text between <think> and </think> at the beginning of an answer is thinking."),
                Key(
                    "written_calls", \.writtenCalls, ValueKind.boolean.optional, example: "true",
                    "Its models write calls of tools into their text; `models` can say so of one model."),
                Key(
                    "system", \.system, ValueKind.choice.optional, example: "first",
                    "Where system messages may stand. Others become reminders in the user's messages."),
                Key(
                    "text_parts", \.textParts, ValueKind.boolean.optional, example: "false",
                    "Several texts of one message stay apart; otherwise they become one string."),
                Key("images", \.images, ValueKind.boolean.optional, example: "false", "Takes images."),
                Key("pdf", \.pdf, ValueKind.boolean.optional, example: "false", "Takes PDFs, as parts of type `file`."),
                Key(
                    "parallel_tool_calls", \.parallelFlag, ValueKind.boolean.optional, example: "false",
                    "Knows the parameter of that name."),
                Key(
                    "response_format", \.responseFormat, ValueKind.boolean.optional, example: "false",
                    "Answers by a JSON schema."),
                Key(
                    "json_object", \.jsonObject, ValueKind.boolean.optional, example: "false",
                    "Answers with an object of JSON where that is all that is asked for."),
                Key(
                    "cache_control", \.cacheControl, ValueKind.boolean.optional, example: "true",
                    "Takes Anthropic's marks for the prompt cache."),
                Key(
                    "summaries", \.summaries, ValueKind.boolean.optional, example: "false",
                    "With `api: responses`: asks for summaries of what the model thought, which OpenAI gives to verified "
                        + "organizations only."),
                Key("top_k", \.topK, ValueKind.boolean.optional, example: "false", "Knows the parameter of that name."),
                Key(
                    "tool_id_bytes", \.toolIDBytes, ValueKind.integer(9...1024).optional, example: "9",
                    "How long the id of a tool call may be; longer ones are written anew. Below 21 each has just that "
                        + "length, of letters and digits."),
                Key(
                    "bridged_results", \.bridgedResults, ValueKind.boolean.optional, example: "true",
                    "Refuses a message of the user right behind the results of tools: the assistant says a word between."
                ),
                Key(
                    "key_header", \.keyHeader, ValueKind.fieldName.optional, example: "api-key",
                    "The header that has the key, in place of `Authorization: Bearer`."),
                Key(
                    "stream_usage", \.streamUsage, ValueKind.boolean.optional, example: "false",
                    "Takes `stream_options: { include_usage: true }`."),
            ])
    }
}

extension ChatProvider.Kind {
    fileprivate var keyVariable: String {
        switch self {
        case .openAI: "OPENAI_API_KEY"
        case .openRouter: "OPENROUTER_API_KEY"
        case .deepSeek: "DEEPSEEK_API_KEY"
        case .compatible: "LOCAL_API_KEY"
        }
    }
}

extension ValueKind<ChatPreset> {
    static var preset: ValueKind {
        parsed(
            "preset", .choice(ChatPreset.all.map(\.id)),
            { text throws(ValueError) in
                if let preset = ChatPreset.find(text) { return preset }
                let names = ChatPreset.all.map(\.id)
                throw ValueError(
                    "is not known here\(NearestName.hint(for: text, among: names)); known: \(names.joined(separator: ", "))"
                )
            },
            show: { .text($0.id) })
    }
}
