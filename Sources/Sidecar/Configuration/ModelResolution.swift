internal import Translation
internal import YAML

/// Follows the names of `models` and `routes` to the providers they lead to.
struct ModelResolution {
    let providers: [String]
    let aliases: [ConfigurationDraft.Alias]
    private let exact: [String: ConfigurationDraft.Alias]
    private let wildcards: [(WildcardPattern, ConfigurationDraft.Alias)]

    init(providers: [String], aliases: [ConfigurationDraft.Alias]) {
        self.providers = providers
        self.aliases = aliases
        let aliases = aliases.filter { $0.value != nil }
        exact = Dictionary(aliases.map { ($0.pattern, $0) }, uniquingKeysWith: { first, _ in first })
        wildcards = WildcardPattern.mostSpecificFirst(
            aliases.filter { $0.pattern.contains("*") }.map { (WildcardPattern($0.pattern), $0) })
    }

    /// Where `value` leads, through at most all aliases once.
    func target(of value: ConfigurationDraft.WrittenText, chain: [String]) throws(ValueError) -> ModelTarget {
        if let direct = try providerAndModel(value) { return direct }
        guard let alias = alias(for: value.text) else {
            let known = providers.map { "\($0)/…" } + aliases.map(\.pattern)
            let hint = NearestName.hint(for: value.written, among: aliases.map(\.pattern))
            throw ValueError(
                "`\(value.written)` names no model\(hint); "
                    + "known: \(known.prefix(Self.knownShownMax).joined(separator: ", "))")
        }
        let longer = chain + [alias.pattern]
        guard !chain.contains(alias.pattern) else {
            throw ValueError("the names go in a circle: \(longer.joined(separator: " → "))")
        }
        guard longer.count <= Self.chainMax else {
            throw ValueError("the names lead on for more than \(Self.chainMax) steps: \(longer[0]) → \(longer[1]) → …")
        }
        guard let value = alias.value else {
            throw ValueError("`\(alias.pattern)` says what a model is like, and not which one it stands for")
        }
        let found = try target(of: value, chain: longer)
        return ModelTarget(
            provider: found.provider, model: found.model,
            parameters: ExtraParameters.joined(alias.parameters, found.parameters))
    }

    /// Nobody can follow a longer chain by eye; it also bounds the recursion.
    private static let chainMax = 16
    private static let knownShownMax = 10

    private func providerAndModel(_ source: ConfigurationDraft.WrittenText) throws(ValueError) -> ModelTarget? {
        let value = source.text
        guard let slash = value.firstIndex(of: "/") else { return nil }
        let provider = String(value[..<slash])
        let model = String(value[value.index(after: slash)...])
        guard providers.contains(provider) else {
            // A name of `models` may have a slash of its own.
            if alias(for: value) != nil { return nil }
            let shown = source.written == value ? provider : source.written
            let hint = NearestName.hint(for: shown, among: providers)
            throw ValueError(
                "`\(shown)` is no provider of this file\(hint); known: \(providers.joined(separator: ", "))")
        }
        guard !model.isEmpty else { throw ValueError("`\(source.written)` names no model after the slash") }
        guard !model.contains("*") else {
            throw ValueError("`\(source.written)` has a `*`, which only the name on the left may have")
        }
        return ModelTarget(provider: provider, model: model)
    }

    private func alias(for name: String) -> ConfigurationDraft.Alias? {
        exact[name] ?? wildcards.first { $0.0.matches(name) }?.1
    }
}
