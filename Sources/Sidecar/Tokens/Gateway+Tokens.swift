internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// `POST /v1/messages/count_tokens` for providers that do not count themselves.
extension Gateway {
    func countTokens(
        _ body: ByteBuffer, _ model: String, _ exchange: ServerExchange, _ record: RequestRecord
    ) async throws(APIError) {
        let source = settings.vocabularies.source(for: model)
        let vocabulary = try await settings.vocabularies.vocabulary(source)
        let document = try parsed(body)
        let count = RequestTokens.count(document.root, TokenCounter(vocabulary))
        var fields: HTTPFields = [
            "Content-Type": "application/json", "request-id": record.id, "x-sidecar-cache": "off",
            "x-sidecar-tokens": source.word,
        ]
        addRoute(record, to: &fields)
        exchange.respond(
            ResponseHead(status: 200, fields: fields), (["input_tokens": .int(count)] as JSONValue).bytes())
    }
}

extension Vocabularies.Source {
    /// How far a count can be trusted: `exact` is true of the texts; what a provider adds around them it alone knows.
    var word: String {
        switch self {
        case .file(_, _, isExact: true): "exact"
        case .file(_, _, isExact: false): "other_vocabulary"
        case .none: "estimate"
        }
    }
}
