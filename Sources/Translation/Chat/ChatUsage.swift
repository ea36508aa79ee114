internal import JSON

extension TokenCounts {
    /// OpenAI counts what came from the cache as part of the prompt; here it is not, or it would count twice.
    init?(chat usage: JSONElement?) {
        guard let usage, usage.isObject, let prompt = usage["prompt_tokens"]?.int else { return nil }
        self.init()
        let details = usage["prompt_tokens_details"]
        let read = details?["cached_tokens"]?.int ?? usage["prompt_cache_hit_tokens"]?.int ?? 0
        let written = details?["cache_write_tokens"]?.int ?? 0
        cacheRead = Swift.min(Swift.max(read, 0), prompt)
        cacheCreation = Swift.min(Swift.max(written, 0), prompt - cacheRead)
        input = prompt - cacheRead - cacheCreation
        output = Swift.max(usage["completion_tokens"]?.int ?? 0, 0)
        thinking = Swift.max(usage["completion_tokens_details"]?["reasoning_tokens"]?.int ?? 0, 0)
    }
}

extension TokenCounts {
    /// The Responses API has other names for the same.
    init?(response usage: JSONElement?) {
        guard let usage, usage.isObject, let prompt = usage["input_tokens"]?.int else { return nil }
        self.init()
        let details = usage["input_tokens_details"]
        cacheRead = Swift.min(Swift.max(details?["cached_tokens"]?.int ?? 0, 0), prompt)
        cacheCreation = Swift.min(Swift.max(details?["cache_write_tokens"]?.int ?? 0, 0), prompt - cacheRead)
        input = prompt - cacheRead - cacheCreation
        output = Swift.max(usage["output_tokens"]?.int ?? 0, 0)
        thinking = Swift.max(usage["output_tokens_details"]?["reasoning_tokens"]?.int ?? 0, 0)
    }
}

/// Why a chat completion ended, told truly: `tool_use` exactly where there is a call, whatever the upstream says.
struct ChatFinish {
    var reason: String?
    /// vLLM tells which of the stop sequences it was.
    var sequence: String?
    var hasRefused = false

    mutating func note(_ choice: JSONElement) {
        if let reason = choice["finish_reason"]?.string { self.reason = reason }
        if let sequence = choice["stop_reason"]?.string { self.sequence = sequence }
    }

    /// How the Responses API puts it.
    mutating func note(response: JSONElement) {
        switch (response["status"]?.string, response["incomplete_details"]?["reason"]?.string) {
        case ("incomplete", "content_filter"?): reason = "content_filter"
        case ("incomplete", _): reason = "length"
        default: reason = "stop"
        }
    }

    /// A call that was cut short must not be taken for a whole one.
    var isCut: Bool { reason == "length" }

    func stopReason(hasCalls: Bool) -> StopReason {
        if reason == "length" { return .maxTokens }
        if reason == "content_filter" || hasRefused { return .refusal }
        if hasCalls { return .toolUse }
        return sequence == nil ? .endTurn : .stopSequence
    }

    func stopSequence(hasCalls: Bool) -> String? {
        stopReason(hasCalls: hasCalls) == .stopSequence ? sequence : nil
    }
}
