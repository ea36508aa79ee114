/// What the generations of Gemini's models take, by their names. A name that says nothing is taken for the newest.
package struct GeminiModel: Sendable {
    enum Thinking: Equatable {
        case none
        /// In tokens, within these.
        case budget(ClosedRange<Int>, canStop: Bool)
        /// In words; the lowest of them.
        case level(lowest: String, hasMedium: Bool)
    }

    let thinking: Thinking
    let outputTokensMax: Int

    init(_ name: String) {
        let name = name.split(separator: "/").last.map(String.init) ?? name
        let isLite = name.hasText("-lite")
        if ["gemini-1", "gemini-2.0", "gemma", "learnlm"].contains(where: { name.hasPrefix($0) }) {
            thinking = .none
            outputTokensMax = 8192
        } else if name.hasPrefix("gemini-2.5") {
            thinking =
                name.hasPrefix("gemini-2.5-pro")
                ? .budget(128...32768, canStop: false)
                : .budget((isLite ? 512 : 1)...24576, canStop: true)
            outputTokensMax = 65536
        } else {
            let isPro = name.hasText("-pro")
            thinking = .level(lowest: isPro ? "low" : "minimal", hasMedium: !name.hasPrefix("gemini-3-pro"))
            outputTokensMax = 65536
        }
    }

    /// Since the third generation a call of the model's must come back with the signature that it came with.
    var demandsSignatures: Bool {
        if case .level = thinking { true } else { false }
    }

    var searchesBesideTools: Bool { demandsSignatures }

    /// In place of a signature that nobody has: a call that another model made, or whose signature a client lost.
    static let noSignature = "skip_thought_signature_validator"
}

extension GeminiModel.Thinking {
    /// nil: the model decides.
    func budget(_ effort: ThinkingEffort?, tokens: Int?) -> Int? {
        guard case .budget(let range, let canStop) = self else { return nil }
        if effort == ThinkingEffort.none { return canStop ? 0 : range.lowerBound }
        let wanted =
            tokens
            ?? effort.map {
                switch $0 {
                case .none, .low: 1024
                case .medium: 8192
                case .high: 24576
                case .xhigh, .max: range.upperBound
                }
            }
        return wanted.map { Swift.min(Swift.max($0, range.lowerBound), range.upperBound) }
    }

    func level(_ effort: ThinkingEffort) -> String? {
        guard case .level(let lowest, let hasMedium) = self else { return nil }
        switch effort {
        case .none: return lowest
        case .low: return "low"
        case .medium: return hasMedium ? "medium" : "high"
        case .high, .xhigh, .max: return "high"
        }
    }
}
