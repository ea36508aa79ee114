/// What the makers of models say of them: windows, limits and prices, as of November 2026. A configuration knows better.
package enum ShippedModels {
    package struct Row: Sendable {
        /// As its maker writes it.
        package let id: String
        package let facts: ModelFacts
    }

    package static let rows: [Row] =
        claude + gpt + gemini + [
            row("deepseek-v4-flash", "DeepSeek V4 Flash", 1_000_000, nil, [0.3, 1.2, 0.006], "t"),
            row("deepseek-v4-pro", "DeepSeek V4 Pro", 1_000_000, nil, [1.32, 3.96, 0.044], "t"),
            row("grok-4.7", "Grok 4.7", 500_000, nil, [2, 6, 0.5], "it"),
            row("grok-4.5", "Grok 4.5", 500_000, nil, [2, 6, 0.3], "it"),
            row("grok-code-fast-1", "Grok Code Fast 1", 256_000, nil, [0.2, 1.5, 0.02], "t"),
            row("mistral-large-4", "Mistral Large 4", 1_048_576, nil, [0.7, 2.1, 0.07], "i"),
            row("mistral-medium-3-5", "Mistral Medium 3.5", 262_144, nil, [1.5, 7.5, 0.15], "i"),
            row("codestral-2508", "Codestral", 256_000, nil, [0.3, 0.9, 0.03], ""),
            row("gpt-oss-120b", "gpt-oss 120B", 131_072, nil, [], "t"),
            row("gpt-oss-20b", "gpt-oss 20B", 131_072, nil, [], "t"),
        ]

    static let claude: [Row] = [
        row("claude-opus-5-5", "Claude Opus 5.5", 1_000_000, 128_000, [4, 20, 0.2, 5], "ipt"),
        row("claude-sonnet-5-5", "Claude Sonnet 5.5", 1_000_000, 128_000, [2, 10, 0.1, 2.5], "ipt"),
        row("claude-haiku-5-5", "Claude Haiku 5.5", 1_000_000, 128_000, [0.1, 0.5, 0.01, 0.125], "ipt"),
        row("claude-fable-5-2", "Claude Fable 5.2", 1_000_000, 128_000, [8, 40, 0.2, 10], "ipt"),
        row("claude-fable-5-1", "Claude Fable 5.1", 1_000_000, 128_000, [10, 50, 0.25, 12.5], "ipt"),
        row("claude-opus-5", "Claude Opus 5", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "ipt"),
        row("claude-sonnet-5", "Claude Sonnet 5", 1_000_000, 128_000, [2, 10, 0.2, 2.5], "ipt"),
        row("claude-opus-4-8", "Claude Opus 4.8", 1_000_000, nil, [5, 25, 0.5, 6.25], "ipt"),
        row("claude-opus-4-7", "Claude Opus 4.7", 1_000_000, nil, [5, 25, 0.5, 6.25], "ipt"),
        row("claude-opus-4-6", "Claude Opus 4.6", 1_000_000, 128_000, [5, 25, 0.5, 6.25], "ipt"),
        row("claude-sonnet-4-6", "Claude Sonnet 4.6", 1_000_000, 64_000, [3, 15, 0.3, 3.75], "ipt"),
        row("claude-opus-4-5", "Claude Opus 4.5", 200_000, 64_000, [5, 25, 0.5, 6.25], "ipt"),
        row("claude-sonnet-4-5", "Claude Sonnet 4.5", 200_000, 64_000, [3, 15, 0.3, 3.75], "ipt"),
        row("claude-haiku-4-5", "Claude Haiku 4.5", 200_000, 64_000, [1, 5, 0.1, 1.25], "ipt"),
        row("claude-opus-4-1", "Claude Opus 4.1", 200_000, 32_000, [15, 75, 1.5, 18.75], "ipt"),
        row("claude-sonnet-4", "Claude Sonnet 4", 200_000, 64_000, [3, 15, 0.3, 3.75], "ipt"),
    ]

    static let gpt: [Row] = [
        row("gpt-6-astra", "GPT-6 Astra", 1_050_000, nil, [10, 50, 1, 12.5], "ipt"),
        row("gpt-6.1-sol", "GPT-6.1 Sol", 1_050_000, nil, [2, 10, 0.1, 2.5], "ipt"),
        row("gpt-6.1-terra", "GPT-6.1 Terra", 1_050_000, nil, [1, 5, 0.05, 1.25], "ipt"),
        row("gpt-6-sol", "GPT-6 Sol", 1_050_000, nil, [2, 10, 0.2, 2.5], "ipt"),
        row("gpt-6-luna", "GPT-6 Luna", 1_050_000, nil, [0.1, 0.5, 0.01, 0.125], "ipt"),
        row("gpt-5.6-sol", "GPT-5.6 Sol", 1_050_000, nil, [4, 20, 0.4, 5], "ipt"),
        row("gpt-5.6-terra", "GPT-5.6 Terra", 1_050_000, nil, [2, 12, 0.2, 2.5], "ipt"),
        row("gpt-5.6-luna", "GPT-5.6 Luna", 1_050_000, nil, [0.2, 1.2, 0.02, 0.25], "ipt"),
        row("gpt-5.5", "GPT-5.5", 1_000_000, 128_000, [5, 30, 0.5], "ipt"),
        row("gpt-5.4", "GPT-5.4", 1_050_000, 128_000, [2.5, 15, 0.25], "ipt"),
        row("gpt-5.4-mini", "GPT-5.4 mini", 400_000, 128_000, [0.75, 4.5, 0.075], "ipt"),
        row("gpt-5.4-nano", "GPT-5.4 nano", 400_000, 128_000, [0.2, 1.25, 0.02], "ipt"),
        row("gpt-5.3-codex", "GPT-5.3 Codex", 400_000, 128_000, [1.75, 14, 0.175], "ipt"),
        row("gpt-5.2", "GPT-5.2", 400_000, 128_000, [1.75, 14, 0.175], "ipt"),
        row("gpt-5.1", "GPT-5.1", 400_000, 128_000, [1.25, 10, 0.125], "ipt"),
        row("gpt-5", "GPT-5", 400_000, 128_000, [1.25, 10, 0.125], "ipt"),
        row("gpt-5-mini", "GPT-5 mini", 400_000, 128_000, [0.25, 2, 0.025], "ipt"),
        row("gpt-5-nano", "GPT-5 nano", 400_000, 128_000, [0.05, 0.4, 0.005], "ipt"),
        row("gpt-4.1", "GPT-4.1", 1_047_576, 32_768, [2, 8, 0.5], "ip"),
        row("gpt-4.1-mini", "GPT-4.1 mini", 1_047_576, 32_768, [0.4, 1.6, 0.1], "ip"),
        row("gpt-4o", "GPT-4o", 128_000, 16_384, [2.5, 10, 1.25], "ip"),
        row("gpt-4o-mini", "GPT-4o mini", 128_000, 16_384, [0.15, 0.6, 0.075], "ip"),
        row("o3", "o3", 200_000, 100_000, [2, 8, 0.5], "ipt"),
        row("o4-mini", "o4-mini", 200_000, 100_000, [1.1, 4.4, 0.275], "ipt"),
    ]

    static let gemini: [Row] = [
        row("gemini-4-argon", "Gemini 4 Argon", 1_048_576, nil, [4, 20, 0.2], "ipt"),
        row("gemini-3.8-flash", "Gemini 3.8 Flash", 1_000_000, nil, [1.5, 7.5, 0.15], "ipt"),
        row("gemini-3.5-flash", "Gemini 3.5 Flash", 1_000_000, nil, [1.5, 9, 0.15], "ipt"),
        row("gemini-3.1-pro-preview", "Gemini 3.1 Pro", 1_048_576, 65_536, [2, 12, 0.2], "ipt"),
        row("gemini-3.1-flash-lite", "Gemini 3.1 Flash-Lite", 1_000_000, 65_536, [0.25, 1.5, 0.025], "ipt"),
        row("gemini-3-flash-preview", "Gemini 3 Flash", 1_048_576, 65_536, [0.5, 3, 0.05], "ipt"),
        row("gemini-2.5-pro", "Gemini 2.5 Pro", 1_048_576, 65_536, [1.25, 10, 0.125], "ipt"),
        row("gemini-2.5-flash", "Gemini 2.5 Flash", 1_048_576, 65_536, [0.3, 2.5, 0.03], "ipt"),
        row("gemini-2.5-flash-lite", "Gemini 2.5 Flash-Lite", 1_048_576, 65_536, [0.1, 0.4, 0.01], "ipt"),
    ]

    /// - prices: input, output, cached input, input that is cached.
    /// - takes: i for images, p for PDFs, t for thinking.
    private static func row(
        _ id: String, _ name: String, _ context: Int, _ output: Int?, _ prices: [Double], _ takes: String
    ) -> Row {
        var facts = ModelFacts()
        facts.name = name
        facts.context = context
        facts.output = output
        facts.images = takes.contains("i")
        facts.pdf = takes.contains("p")
        facts.thinking = takes.contains("t")
        facts.prices.input = prices.first
        facts.prices.output = prices.dropFirst().first
        facts.prices.cacheRead = prices.dropFirst(2).first
        facts.prices.cacheWrite = prices.dropFirst(3).first
        return Row(id: id, facts: facts)
    }

    private static let byKey = Dictionary(rows.map { (key($0.id), $0.facts) }, uniquingKeysWith: { first, _ in first })

    /// Whoever offers a model writes its name a little differently: with its maker before it, with a date or another version
    /// behind it, with dots for dashes.
    package static func facts(of model: String) -> ModelFacts? {
        let key = key(model)
        return byKey[key] ?? byKey[withoutDate(key)]
    }

    private static func key(_ model: String) -> [UInt8] {
        var name = model.utf8[...]
        if let slash = name.lastIndex(of: UInt8(ascii: "/")) { name = name[name.index(after: slash)...] }
        if let end = name.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "@") }) {
            name = name[..<end]
        }
        return name.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "-") : $0 }
    }

    /// `-20250929`, `-2026-04-23`, `-latest`, `-0`.
    private static func withoutDate(_ key: [UInt8]) -> [UInt8] {
        if key.hasSuffix("-latest") { return key.without(last: "-latest".utf8.count) }
        if key.hasSuffix("-0") { return key.without(last: 2) }
        let shapes = ["-00000000", "-0000-00-00"].filter { key.endsLike($0) }
        return shapes.first.map { key.without(last: $0.utf8.count) } ?? key
    }
}

extension [UInt8] {
    fileprivate func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }

    /// Any digit where the shape has a zero.
    fileprivate func endsLike(_ shape: String) -> Bool {
        suffix(shape.utf8.count).elementsEqual(shape.utf8) { byte, wanted in
            wanted == UInt8(ascii: "0") ? (0x30...0x39).contains(byte) : byte == wanted
        }
    }

    fileprivate func without(last count: Int) -> [UInt8] { Array(dropLast(count)) }
}
