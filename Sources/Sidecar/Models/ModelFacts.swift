package import JSON

/// What is known of a model besides its name. nil: nobody has said.
package struct ModelFacts: Sendable, Equatable {
    /// In US dollars for a million tokens.
    package struct Prices: Sendable, Equatable {
        package var input: Double?
        package var output: Double?
        package var cacheRead: Double?
        package var cacheWrite: Double?
        package init() {}
    }

    /// For people.
    package var name: String?
    /// Tokens that a conversation may have.
    package var context: Int?
    /// Tokens that one answer may have.
    package var output: Int?
    package var images: Bool?
    package var pdf: Bool?
    package var thinking: Bool?
    /// Calls of tools come as text.
    package var writtenCalls: Bool?
    package var prices = Prices()

    package init() {}

    package var isEmpty: Bool { self == ModelFacts() }

    /// Where both know something, `self` is right.
    package func over(_ other: ModelFacts?) -> ModelFacts {
        guard let other else { return self }
        var result = self
        result.name = name ?? other.name
        result.context = context ?? other.context
        result.output = output ?? other.output
        result.images = images ?? other.images
        result.pdf = pdf ?? other.pdf
        result.thinking = thinking ?? other.thinking
        result.writtenCalls = writtenCalls ?? other.writtenCalls
        result.prices.input = prices.input ?? other.prices.input
        result.prices.output = prices.output ?? other.prices.output
        result.prices.cacheRead = prices.cacheRead ?? other.prices.cacheRead
        result.prices.cacheWrite = prices.cacheWrite ?? other.prices.cacheWrite
        return result
    }
}

extension ModelFacts.Prices {
    /// What is known of them; nil where that is nothing.
    package var json: JSONValue? {
        let known = [
            ("input", input), ("output", output), ("cache_read", cacheRead), ("cache_write", cacheWrite),
        ].compactMap { name, price in price.map { JSONObject.Member(key: name, value: .double($0)) } }
        return known.isEmpty ? nil : .object(JSONObject(known))
    }
}

/// One row of `models` that says something of a model, or of all whose names it matches.
package struct ModelEntry: Sendable, Equatable {
    /// Of providers and their models: `local/qwen3`, `local/*`.
    package let pattern: String
    package let facts: ModelFacts
    package let parameters: JSONObject?
}
