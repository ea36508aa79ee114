internal import HTTP
internal import JSON
internal import LinuxSystem
internal import ToolRuntime
internal import Translation

/// A model as clients may ask for it.
struct OfferedModel: Sendable, Equatable {
    /// What a request writes as `model`.
    let id: String
    let provider: String
    /// What the provider calls it.
    let model: String
    let facts: ModelFacts
}

/// All that clients may ask for: the names of the configuration, and what each provider says that it has. One that does
/// not say it has what its maker is known to offer.
struct ModelOffers: Sendable {
    let settings: GatewaySettings
    let cache: SharedAnswers<String, Answer>

    struct Answer: Sendable {
        let models: [ListedModel]?
        /// Why there is none.
        let problem: String?
    }

    static func cache() -> SharedAnswers<String, Answer> { SharedAnswers(freshFor: .seconds(60)) }

    /// Claude Code waits for three seconds in all.
    private static let time = TimeSpan.milliseconds(2500)
    private static let answerBytesMax = 16 << 20

    struct Result: Sendable {
        var models: [OfferedModel] = []
        /// Providers that could not be asked, and why.
        var problems: [(provider: String, detail: String)] = []
    }

    /// `fields` are the client's: where a provider has no key of its own, they hold the one to ask with.
    func all(on client: UpstreamClient, _ fields: HTTPFields, keyFields: [String]) async -> Result {
        let configuration = settings.configuration
        let answers = await withTaskGroup(of: (String, Answer).self) { group in
            for provider in configuration.providers {
                group.addTask(executorPreference: client.loop) {
                    (provider.name, await answer(of: provider.name, client, fields, keyFields))
                }
            }
            var answers: [String: Answer] = [:]
            for await (name, answer) in group { answers[name] = answer }
            return answers
        }
        var result = Result()
        var seen: Set<String> = []
        var said: [String: ModelFacts] = [:]
        for (provider, answer) in answers {
            for model in answer.models ?? [] { said["\(provider)/\(model.id)"] = model.facts }
        }
        func offered(_ id: String, _ provider: String, _ model: String, _ facts: ModelFacts) -> OfferedModel {
            self.offered(id, provider, model, facts, said: said["\(provider)/\(model)"])
        }
        func add(_ model: OfferedModel) {
            if seen.insert(model.id).inserted { result.models.append(model) }
        }
        for alias in configuration.models.aliases where !alias.pattern.contains("*") {
            guard let model = alias.target.model else { continue }
            add(offered(alias.pattern, alias.target.provider, model, alias.facts))
        }
        for entry in configuration.modelEntries where !entry.pattern.contains("*") {
            let (provider, model) = split(entry.pattern)
            add(offered(id(provider, model), provider, model, entry.facts))
        }
        for provider in configuration.providers {
            let answer = answers[provider.name]
            if let problem = answer?.problem { result.problems.append((provider.name, problem)) }
            for listed in answer?.models ?? known(provider) {
                add(offered(id(provider.name, listed.id), provider.name, listed.id, ModelFacts()))
            }
        }
        return result
    }

    /// One that is not listed, and leads somewhere by its name all the same.
    func named(_ name: String) -> OfferedModel? {
        guard let route = try? settings.router.route(model: name, override: nil), route.name != "default" else {
            return nil
        }
        return offered(name, route.provider, route.model ?? name, ModelFacts(), said: nil)
    }

    /// The default route takes any name, so its models need no provider before theirs.
    private func id(_ provider: String, _ model: String) -> String {
        let fallback = settings.configuration.routes.default
        return fallback?.provider == provider && fallback?.model == nil ? model : "\(provider)/\(model)"
    }

    private func split(_ pattern: String) -> (String, String) {
        let provider = String(pattern.prefix { $0 != "/" })
        return (provider, String(pattern.dropFirst(provider.count + 1)))
    }

    private func offered(
        _ id: String, _ provider: String, _ model: String, _ facts: ModelFacts, said: ModelFacts?
    ) -> OfferedModel {
        // The configuration first, then the provider, then whoever made the model.
        let known = facts.over(settings.catalog.own(provider, model))
        return OfferedModel(
            id: id, provider: provider, model: model,
            facts: known.over(said ?? ModelFacts()).over(settings.catalog.makers(provider, model)))
    }

    private func known(_ provider: ProviderConfiguration) -> [ListedModel] {
        let rows: [ShippedModels.Row] =
            switch provider.kind {
            case .anthropic: ShippedModels.claude
            case .chat(let settings): settings.type == .openAI ? ShippedModels.gpt : []
            case .native(let settings):
                switch settings.type {
                case .bedrock: ShippedModels.claude
                case .gemini: ShippedModels.gemini
                case .vertex: ShippedModels.claude + ShippedModels.gemini
                default: []
                }
            case .scripted: []
            }
        return rows.map { ListedModel(id: $0.id) }
    }

    // MARK: Asking

    private func answer(
        of name: String, _ client: UpstreamClient, _ fields: HTTPFields, _ keyFields: [String]
    ) async -> Answer {
        let now = client.loop.clock.now()
        switch settings.provider(name) {
        case .scripted(let upstream):
            return Answer(models: upstream.script.models.map { ListedModel(id: $0) }, problem: nil)
        case .translated(let upstream):
            guard let order = upstream.modelsOrder else { return Answer(models: nil, problem: nil) }
            // After a reload a name may stand for another address.
            return await cache.value("\(name) \(upstream.address)", at: now) {
                (await ask(order, upstream.target, client) { upstream.models(in: $0) }, client.loop.clock.now())
            }
        case .anthropic(let upstream):
            let own = upstream.fieldsForChat(fields, keyFields: keyFields)
            guard own.contains("x-api-key") || own.contains("authorization") else {
                return Answer(models: nil, problem: nil)
            }
            // Whose key it is decides what it sees, so this is nobody else's.
            let order = UpstreamRequest(get: "/v1/models?limit=1000", own)
            return await ask(order, upstream.target, client, ListedModel.anthropic)
        case nil: return Answer(models: nil, problem: nil)
        }
    }

    private func ask(
        _ order: UpstreamRequest, _ target: UpstreamTarget, _ client: UpstreamClient,
        _ read: (JSONValue) -> [ListedModel]
    ) async -> Answer {
        let answer = await WebExchange.run(
            order, to: target, by: client, bytesMax: Self.answerBytesMax, within: Self.time)
        switch answer {
        case .failure(.transfer(let error)): return Answer(models: nil, problem: "\(error)")
        case .failure: return Answer(models: nil, problem: "no answer within \(Self.time)")
        case .success(let answer):
            guard answer.head.status == 200, let value = try? JSONValue(parsing: answer.body) else {
                return Answer(models: nil, problem: "HTTP \(answer.head.status) to \(order.target)")
            }
            return Answer(models: read(value), problem: nil)
        }
    }
}
