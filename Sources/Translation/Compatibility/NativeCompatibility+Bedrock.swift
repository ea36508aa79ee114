extension NativeCompatibility {
    /// Models that are no Claude, by `Converse`. What only some of them take is said of those.
    static let bedrock = Column(
        name: "bedrock",
        support: [
            "max_tokens": .carriedAs("`maxTokens`, lowered to what the model can write where that is known"),
            "temperature, top_p, top_k": .carriedAs("`top_k` for Nova, Mistral and Cohere; left out for others"),
            "thinking: enabled, adaptive, disabled": .carriedAs(
                "`reasoningConfig` for Nova 2, `reasoning_effort` for gpt-oss; left out for others"),
            "output_config.effort": .carriedAs("the same two, in three steps; Nova's highest is left out"),
            "output_config.format": .emulated("asked for in words, held against the schema, asked again"),
            "an answer that is any JSON object": .emulated("asked for in words, looked at, asked again"),
            "cache_control": .carriedAs(
                "`cachePoint` in system and messages for Nova; left out elsewhere and in tools"),
            "any other field": .leftOut(
                "not known, but for `additionalModelRequestFields`, `guardrailConfig`, `performanceConfig`, "
                    + "`promptVariables`, `requestMetadata`, `serviceTier`"),
            "image: base64": .carriedAs("`image`, the last 20; left out for models of text alone"),
            "image: url": .leftOut("a sentence says that it was there"),
            "document: PDF in base64": .carriedAs("`document`, the last 5, under a name that Bedrock takes"),
            "document: PDF by url": .leftOut("a sentence says that it was there"),
            "thinking, as it comes back": .carriedAs(
                "`reasoningContent`, if it is signed or redacted and the same provider and model made it"),
            "tool_use ids of any shape": .emulated("as they are where they fit, else mapped"),
            "custom": .carriedAs("`toolSpec`; for Nova 1 without what its schemas have no room for at the top"),
            "tool_choice": .carriedAs("left out for Llama, Cohere and Jamba, and `none` where there were calls before"),
            "tool_result, is_error": .carriedAs(
                "`toolResult` with `status` and media for Nova; elsewhere `Error:` before the text, media behind"),
            "stop_reason": .carriedAs("guardrails and filters are `refusal` and say why in `stop_details`"),
            "count_tokens": .carriedAs("`CountTokens` for Claude models; estimated where Bedrock does not count"),
        ])
}
