/// What Bedrock's families of models take, by their names: `eu.amazon.nova-pro-v1:0`, an ARN with such a name at its end, or
/// one that says nothing, which is taken for a model that knows everything but what few do.
package struct BedrockModel: Sendable {
    enum Thinking: Equatable {
        case none
        /// `reasoning_effort`, in three words.
        case effort
        /// `reasoningConfig`, of Amazon's own second generation.
        case config
    }

    private let family: String
    private let rest: String

    /// Groups of regions, which stand in front of a model's own name.
    private static let groups: Set<String> = [
        "us", "eu", "apac", "global", "jp", "au", "ca", "sa", "us-gov", "me", "af",
    ]

    package init(_ name: String) {
        var own = name.split(separator: "/").last ?? Substring(name)
        if let dot = own.firstIndex(of: "."), Self.groups.contains(String(own[..<dot])) {
            own = own[own.index(after: dot)...]
        }
        let steps = own.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        family = steps.count == 2 ? steps[0] : ""
        rest = steps.last ?? ""
    }

    /// Those get Anthropic's own request.
    package var isClaude: Bool { family == "anthropic" || family.isEmpty && rest.hasPrefix("claude") }

    /// Without the group of regions: who counts tokens knows models only.
    package var nameOfModel: String { family.isEmpty ? rest : "\(family).\(rest)" }

    private func isOne(of fronts: String...) -> Bool {
        fronts.contains { "\(family).\(rest)".hasPrefix($0) }
    }

    /// Amazon's own.
    var isNova: Bool { isOne(of: "amazon.nova") }
    private var isNova2: Bool { isOne(of: "amazon.nova-2") }

    var parts: PartTraits {
        var parts = PartTraits()
        parts.takesURLs = false
        parts.takesImages = !isOne(
            of: "openai.gpt-oss", "deepseek.", "minimax.", "cohere.", "ai21.", "amazon.nova-micro", "amazon.titan",
            "qwen.qwen3-coder", "qwen.qwen3-32b", "qwen.qwen3-235b", "meta.llama3-1", "meta.llama3-3", "meta.llama3-8b",
            "meta.llama3-70b", "mistral.mistral-7b", "mistral.mixtral", "mistral.mistral-large-24",
            "mistral.mistral-small-24")
        parts.takesPDF = !isOne(of: "openai.", "qwen.", "minimax.", "moonshot", "nvidia.", "zai.", "amazon.nova-micro")
        parts.takesCacheMarks = isNova
        return parts
    }

    /// Pictures and papers inside of a tool's result, and the mark of one that failed.
    var takesRichResults: Bool { isNova || family == "anthropic" }

    /// `any`, and one tool by its name.
    var takesToolChoice: Bool { !isOne(of: "meta.", "cohere.", "ai21.") }

    /// Of a tool's schema, at its top, the type, the properties and which of them must be there, and nothing else.
    var takesPlainSchemas: Bool { isNova && !isNova2 }

    var thinking: Thinking { isNova2 ? .config : isOne(of: "openai.") ? .effort : .none }

    /// Where `top_k` stands among the fields that only some models know.
    var topK: [String]? {
        if isNova { return ["inferenceConfig", "topK"] }
        if isOne(of: "mistral.") { return ["top_k"] }
        return isOne(of: "cohere.") ? ["k"] : nil
    }

    /// nil: nobody says. Who asks for more is refused.
    var outputTokensMax: Int? {
        let known = [
            ("amazon.nova-2", 65535), ("amazon.nova", 10000), ("meta.llama3-8b", 2048), ("meta.llama3-70b", 2048),
            ("meta.llama", 8192), ("ai21.", 4096), ("cohere.", 4000), ("mistral.mistral-large-24", 8192),
            ("deepseek.r1", 32768),
        ]
        return known.first { isOne(of: $0.0) }?.1
    }
}
