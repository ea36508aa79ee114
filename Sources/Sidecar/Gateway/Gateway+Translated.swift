internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// Requests in Anthropic's words to providers that speak another API.
extension Gateway {
    func translate(
        _ upstream: ChatUpstream, _ body: ByteBuffer, _ exchange: ServerExchange, _ record: inout RequestRecord
    ) async throws(APIError) {
        guard let model = record.model else { throw APIError(400, .invalidRequest, "model: Field required") }
        guard record.route != .countTokens else {
            // Clients have an estimate of their own, which is better than a wrong number from here.
            throw APIError(404, .notFound, "provider \(upstream.name) counts no tokens")
        }
        let request = try chatRequest(body, model, upstream)
        record.leftOut = request.leftOut.isEmpty ? nil : request.leftOut.text
        tellLeftOut(upstream.name, exchange, record)
        var extra: HTTPFields = ["x-sidecar-cache": "off", "x-sidecar-attempts": "1"]
        addRoute(record, to: &extra)
        let context = ChatAnswerContext(
            messageID: ScriptedUpstream.randomID("msg_"), shownModel: model, model: model, provider: upstream.name,
            dialect: upstream.dialect, request: request, requestID: record.id)
        let relay = Relay(
            exchange, parser: parser, provider: upstream.name, address: upstream.address, settings: settings.relay,
            expectsModelAnswer: true, requestID: record.id, extraFields: extra,
            translation: ChatAnswers(context, parser))
        let bytes = ByteBuffer(capacity: request.body.count)
        bytes.append(request.body)
        try await run(
            relay,
            UpstreamRequest(
                method: "POST", target: ChatUpstream.path, fields: upstream.fields(wantsStream: request.wantsStream),
                body: .bytes(bytes)),
            to: upstream.target, upstream.name, exchange, &record)
    }

    private func chatRequest(
        _ body: ByteBuffer, _ model: String, _ upstream: ChatUpstream
    ) throws(APIError) -> ChatRequest {
        let document: JSONDocument
        do {
            document = try parser.parse(body.readable)
        } catch {
            throw APIError(400, .invalidRequest, "the request's body is not valid JSON: \(error)")
        }
        do throws(TranslationRefusal) {
            return try ChatRequest(document.root, model: model, provider: upstream.name, dialect: upstream.dialect)
        } catch {
            throw APIError(400, .invalidRequest, error.message)
        }
    }

    /// Once for each conversation; every answer has it in `x-sidecar-dropped`.
    func tellLeftOut(_ provider: String, _ exchange: ServerExchange, _ record: RequestRecord) {
        guard let leftOut = record.leftOut else { return }
        let fields = exchange.head.fields
        let conversation = fields["x-claude-code-session-id"] ?? fields["x-sidecar-session"]
        guard leftOutLog.isNew(conversation: conversation, provider: provider, leftOut: leftOut) else { return }
        log.log(
            .info, "not carried", record.id,
            [("provider", .text(provider)), ("dropped", .text(leftOut)), ("see", .text("docs/compatibility.md"))])
    }
}
