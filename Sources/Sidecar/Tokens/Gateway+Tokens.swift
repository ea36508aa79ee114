internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// `POST /v1/messages/count_tokens` for providers that do not count themselves.
extension Gateway {
    /// Counting more than that could hold up everybody else on this thread: a text without any blank takes long.
    private static let countedHereMax = 64 << 10

    func countTokens(
        _ body: ByteBuffer, _ model: String, _ exchange: ServerExchange, _ record: RequestRecord
    ) async throws(APIError) {
        let source = settings.vocabularies.source(for: model)
        let vocabulary = try await settings.vocabularies.vocabulary(source)
        let count: Int
        if body.count > Self.countedHereMax {
            count = try await settings.vocabularies.count(Array(body.readable), vocabulary)
        } else {
            count = RequestTokens.count(try parsed(body).root, TokenCounter(vocabulary))
        }
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
