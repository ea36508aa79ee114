internal import JSON

/// A model that a provider says it has.
struct ListedModel: Sendable, Equatable {
    let id: String
    var facts = ModelFacts()

    /// What calls itself compatible agrees on the id, and says the rest in words of its own or not at all.
    static func openAI(_ answer: JSONValue) -> [ListedModel] {
        let list = answer["data"]?.array ?? answer.array ?? []
        return list.compactMap { model in
            guard let id = model["id"]?.string, !id.isEmpty else { return nil }
            var listed = ListedModel(id: id)
            listed.facts.name = model["name"]?.string ?? model["display_name"]?.string
            listed.facts.context = first(
                model, ["context_length", "context_window", "max_model_len", "max_context_length"])
            let place = model["top_provider"] ?? model
            listed.facts.output = first(place, ["max_completion_tokens", "max_output_tokens"])
            if let kinds = model["architecture"]?["input_modalities"]?.array {
                listed.facts.images = kinds.contains("image")
                listed.facts.pdf = kinds.contains("file")
            }
            listed.facts.thinking = model["supported_parameters"]?.array?.contains("reasoning")
            let prices = model["pricing"]
            listed.facts.prices.input = price(prices?["prompt"])
            listed.facts.prices.output = price(prices?["completion"])
            listed.facts.prices.cacheRead = price(prices?["input_cache_read"])
            listed.facts.prices.cacheWrite = price(prices?["input_cache_write"])
            return listed
        }
    }

    static func gemini(_ answer: JSONValue) -> [ListedModel] {
        (answer["models"]?.array ?? []).compactMap { model in
            guard let name = model["name"]?.string,
                model["supportedGenerationMethods"]?.array?.contains("generateContent") != false
            else { return nil }
            var listed = ListedModel(id: name.hasPrefix("models/") ? String(name.dropFirst("models/".count)) : name)
            listed.facts.name = model["displayName"]?.string
            listed.facts.context = model["inputTokenLimit"]?.int
            listed.facts.output = model["outputTokenLimit"]?.int
            listed.facts.thinking = model["thinking"]?.bool
            return listed
        }
    }

    static func ollama(_ answer: JSONValue) -> [ListedModel] {
        (answer["models"]?.array ?? []).compactMap { model in
            (model["name"]?.string ?? model["model"]?.string).map { ListedModel(id: $0) }
        }
    }

    static func anthropic(_ answer: JSONValue) -> [ListedModel] {
        (answer["data"]?.array ?? []).compactMap { model in
            guard let id = model["id"]?.string else { return nil }
            var listed = ListedModel(id: id)
            listed.facts.name = model["display_name"]?.string
            listed.facts.context = model["max_input_tokens"]?.int
            listed.facts.output = model["max_tokens"]?.int
            return listed
        }
    }

    private static func first(_ model: JSONValue, _ names: [String]) -> Int? {
        names.lazy.compactMap { model[$0]?.int }.first { $0 > 0 }
    }

    /// Dollars for one token, as a text.
    private static func price(_ value: JSONValue?) -> Double? {
        guard let one = value?.string.flatMap({ JSONNumber($0)?.double }) ?? value?.double, one >= 0 else { return nil }
        // To the hundred-millionth of a dollar, or 0.3 becomes 0.30000000000000004.
        return (one * 1e14).rounded() / 1e8
    }
}
