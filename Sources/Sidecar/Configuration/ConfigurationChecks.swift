internal import Translation
internal import YAML

/// What no key can tell alone: the draft becomes a configuration, or problems are reported.
enum ConfigurationChecks {
    static func finish(_ draft: ConfigurationDraft, _ reader: inout ConfigurationReader) -> Configuration {
        var configuration = draft.configuration
        let wrong = Set(reader.problems.map { String($0.key.prefix { $0 != "." }) })
        if isSound(["listen", "auth"], wrong) { checkListening(configuration, &reader) }
        if isSound(["search"], wrong) { ConfigurationKeys.check(configuration.search, &reader) }
        let names = configuration.providers.map(\.name)
        let resolution = ModelResolution(providers: names, aliases: draft.aliases)
        guard isSound(["providers", "models"], wrong) else { return configuration }
        configuration.models = ModelAliases(aliases(draft.aliases, resolution, &reader))
        configuration.modelEntries = entries(draft.aliases, resolution, &reader)
        guard isSound(["routes"], wrong) else { return configuration }
        configuration.routes.default = defaultRoute(draft.routes.defaultRoute, resolution, &reader)
        return configuration
    }

    /// Whether all that these sections say was read: what could not be would seem to be missing. That is also so where a name
    /// may have been meant for one of them.
    private static func isSound(_ sections: [String], _ wrong: Set<String>) -> Bool {
        let known = Set(ConfigurationKeys.root.keys.map(\.name))
        return wrong.allSatisfy { name in
            if known.contains(name) { return !sections.contains(name) }
            return !name.isEmpty && NearestName.hint(for: name, among: sections).isEmpty
        }
    }

    private static func checkListening(_ configuration: Configuration, _ reader: inout ConfigurationReader) {
        guard !configuration.listen.isLoopback, configuration.auth.keys.isEmpty else { return }
        reader.report(
            key: "listen",
            "\(configuration.listen.host) can be reached from other machines and nobody would be asked for a key; "
                + "set auth.keys, or listen on 127.0.0.1")
    }

    private static func aliases(
        _ drafts: [ConfigurationDraft.Alias], _ resolution: ModelResolution, _ reader: inout ConfigurationReader
    ) -> [ModelAliases.Alias] {
        drafts.compactMap { alias in
            guard let value = alias.value else { return nil }
            let path = "models.\(alias.pattern)"
            guard !resolution.providers.contains(alias.pattern) else {
                reader.report(key: path, "is the name of a provider too; give one of them another name")
                return nil
            }
            guard !resolution.providers.contains(value.text) else {
                reader.report(
                    key: path, "`\(value.written)` is a provider; name a model too: \(value.written)/MODEL")
                return nil
            }
            do throws(ValueError) {
                var target = try resolution.target(of: value, chain: [alias.pattern])
                target = ModelTarget(
                    provider: target.provider, model: target.model,
                    parameters: ExtraParameters.joined(alias.parameters, target.parameters))
                return ModelAliases.Alias(
                    pattern: alias.pattern, value: value.text, target: target, facts: alias.facts)
            } catch {
                reader.report(key: path, error.message)
                return nil
            }
        }
    }

    /// What is said of models themselves: by the names that lead to them directly.
    private static func entries(
        _ drafts: [ConfigurationDraft.Alias], _ resolution: ModelResolution, _ reader: inout ConfigurationReader
    ) -> [ModelEntry] {
        drafts.compactMap { draft in
            if draft.value != nil { return nil }
            let provider = draft.pattern.firstIndex(of: "/").map { String(draft.pattern[..<$0]) }
            guard let provider, resolution.providers.contains(provider) || provider.contains("*") else {
                reader.report(
                    key: "models.\(draft.pattern)",
                    "names no provider, so it needs `model`; what is said of a model itself stands under PROVIDER/MODEL"
                )
                return nil
            }
            return ModelEntry(pattern: draft.pattern, facts: draft.facts, parameters: draft.parameters)
        }
    }

    private static func defaultRoute(
        _ route: ConfigurationDraft.Route?, _ resolution: ModelResolution, _ reader: inout ConfigurationReader
    ) -> ModelTarget? {
        let path = "routes.default"
        guard let value = route?.model else {
            if resolution.providers.count == 1 { return ModelTarget(provider: resolution.providers[0]) }
            if resolution.providers.contains("anthropic") { return ModelTarget(provider: "anthropic") }
            // Several, and none that is meant when nothing is said: only names that `models` or a provider's prefix route.
            return nil
        }
        if resolution.providers.contains(value.text) {
            return ModelTarget(provider: value.text, parameters: route?.parameters)
        }
        do throws(ValueError) {
            let target = try resolution.target(of: value, chain: [])
            return ModelTarget(
                provider: target.provider, model: target.model,
                parameters: ExtraParameters.joined(route?.parameters, target.parameters))
        } catch {
            let hint = value.text.contains("/") ? "" : NearestName.hint(for: value.written, among: resolution.providers)
            reader.report(key: path, error.message + hint)
            return nil
        }
    }
}
