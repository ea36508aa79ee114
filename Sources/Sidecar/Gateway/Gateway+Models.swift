internal import HTTP
internal import JSON
internal import LinuxSystem

/// `GET /v1/models` and `GET /v1/models/{id}`, in the shape of the API that the client speaks.
extension Gateway {
    func models(
        _ exchange: ServerExchange, id: String?, _ keyFields: [String], _ record: inout RequestRecord
    ) async throws(APIError) {
        let fields = exchange.head.fields
        let isAnthropics = Self.speaksAnthropic(fields)
        // Nothing to add to what Anthropic says itself.
        if isAnthropics, settings.hasAnthropicOnly { return try await passThrough(exchange, keyFields, &record) }
        let offers = ModelOffers(settings: settings, cache: cluster.modelAnswers)
        var models = await offers.all(on: upstreams, fields, keyFields: keyFields).models
        if fields["user-agent"]?.hasPrefix("claude-") == true { models = models.map { Self.forPicker($0) } }
        guard let id else {
            if !isAnthropics { return reply(exchange, record, ModelListing.openAI(models)) }
            guard let page = ModelListing.Page(query: exchange.head.query) else {
                throw APIError(400, .invalidRequest, "limit: takes a number from 1 to 1000")
            }
            return reply(exchange, record, ModelListing.anthropic(models, page))
        }
        let name = ModelName.decoded(id)
        guard let model = models.first(where: { $0.id == name }) ?? offers.named(name) else {
            throw APIError(
                404, .notFound,
                "model '\(name.cut(to: RequestRecord.textMax))' is not known here; GET /v1/models lists those that are")
        }
        reply(exchange, record, isAnthropics ? ModelListing.anthropic(model) : ModelListing.openAI(model))
    }

    /// Its clients name their version, or send their key in a field of its own; the picker of Claude Code does neither.
    private static func speaksAnthropic(_ fields: HTTPFields) -> Bool {
        fields.contains("anthropic-version") || fields.contains("x-api-key")
            || fields["user-agent"]?.hasPrefix("claude-") == true
    }

    /// The picker drops what does not begin so. `ModelRouter` takes the name back.
    private static func forPicker(_ model: OfferedModel) -> OfferedModel {
        if model.id.hasPrefix("claude") || model.id.hasPrefix("anthropic") { return model }
        return OfferedModel(
            id: ModelRouter.pickerPrefix + model.id, provider: model.provider, model: model.model, facts: model.facts)
    }
}
