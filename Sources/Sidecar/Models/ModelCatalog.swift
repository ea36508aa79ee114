package import JSON
internal import Translation

/// What is known of models, whoever offers them: what the configuration says, then what their makers say.
package struct ModelCatalog: Sendable {
    private let exact: [String: ModelEntry]
    private let wildcards: [(WildcardPattern, ModelEntry)]
    private let providers: [String: ProviderConfiguration]
    /// What names of `models` say of the models that they stand for.
    private let writtenCalls: [String: Bool]

    package init(_ configuration: Configuration) {
        let entries = configuration.modelEntries
        exact = Dictionary(entries.map { ($0.pattern, $0) }, uniquingKeysWith: { first, _ in first })
        wildcards = WildcardPattern.mostSpecificFirst(
            entries.filter { $0.pattern.contains("*") }.map { (WildcardPattern($0.pattern), $0) })
        providers = Dictionary(configuration.providers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        writtenCalls = Dictionary(
            configuration.models.aliases.compactMap { alias in
                alias.facts.writtenCalls.map { (alias.target.description, $0) }
            }, uniquingKeysWith: { first, _ in first })
    }

    private func entry(_ provider: String, _ model: String) -> ModelEntry? {
        if exact.isEmpty { return nil }
        let name = "\(provider)/\(model)"
        return exact[name] ?? wildcards.first { $0.0.matches(name) }?.1
    }

    /// nil: nothing is known.
    package func facts(_ provider: String, _ model: String) -> ModelFacts? {
        let makers = makers(provider, model)
        return own(provider, model)?.over(makers) ?? makers
    }

    /// What the configuration says.
    func own(_ provider: String, _ model: String) -> ModelFacts? { entry(provider, model)?.facts }

    /// What the makers say, where that is true of this provider.
    func makers(_ provider: String, _ model: String) -> ModelFacts? {
        providers[provider]?.knowsMakersModels == true ? ShippedModels.facts(of: model) : nil
    }

    /// Whether it writes its calls of tools into its text: a model does so whatever it is called by.
    package func writesCalls(_ provider: String, _ model: String) -> Bool {
        if let said = own(provider, model)?.writtenCalls { return said }
        if !writtenCalls.isEmpty, let said = writtenCalls["\(provider)/\(model)"] { return said }
        if case .chat(let settings) = providers[provider]?.kind { return settings.quirks.writtenCalls ?? false }
        return false
    }

    /// What its requests get besides, where they do not say it themselves: the model's own come before the provider's.
    package func parameters(_ provider: String, _ model: String?) -> JSONObject? {
        let own = model.flatMap { entry(provider, $0)?.parameters }
        return ExtraParameters.joined(own, providers[provider]?.parameters)
    }
}

extension ProviderConfiguration {
    /// A server of one's own runs a model as it was told to, whatever its maker says.
    var knowsMakersModels: Bool {
        switch kind {
        case .anthropic: true
        case .chat(let settings): settings.type != .compatible || settings.preset?.isService == true
        case .native(let settings): settings.type != .ollama
        case .scripted: false
        }
    }

    var parameters: JSONObject? {
        switch kind {
        case .anthropic(let settings): settings.parameters
        case .chat(let settings): settings.parameters
        case .native(let settings): settings.parameters
        case .scripted: nil
        }
    }
}
