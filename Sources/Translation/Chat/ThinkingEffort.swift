internal import JSON

/// How much to think, in the words that both sides have.
enum ThinkingEffort: String {
    case none, low, medium, high, xhigh, max

    /// From a budget in tokens, or from the effort that goes with adaptive thinking. nil: the model may choose.
    init?(_ thinking: JSONElement, _ outputConfig: JSONElement?) {
        if thinking["type"]?.equals("disabled") == true {
            self = .none
        } else if let effort = outputConfig?["effort"]?.string.flatMap(ThinkingEffort.init(rawValue:)) {
            self = effort
        } else if let budget = thinking["budget_tokens"]?.int {
            self = budget <= Self.lowMax ? .low : budget <= Self.mediumMax ? .medium : .high
        } else {
            return nil
        }
    }

    /// What clients ask for when they say "think", "think harder" and "ultrathink" lies at 4, 10 and 32 thousand.
    private static let lowMax = 4096
    private static let mediumMax = 16384

    /// Only newer models know more than `high`, and the first ones cannot be kept from thinking at all.
    func openAIName(_ model: String) -> String {
        let isEarly =
            ["o1", "o3", "o4"].contains { model.hasPrefix($0) } || model == "gpt-5" || model.hasPrefix("gpt-5-")
        switch self {
        case .none: return isEarly ? "low" : "none"
        case .xhigh: return isEarly || model.hasPrefix("gpt-5.1") ? "high" : "xhigh"
        case .max: return model.hasPrefix("gpt-5") || isEarly ? (isEarly ? "high" : "xhigh") : "max"
        case .low, .medium, .high: return rawValue
        }
    }
}
