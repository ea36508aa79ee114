internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// Requests in Anthropic's words to providers that speak another API.
extension Gateway {
    /// `read`: what the body holds, where that is known already. `leftOut` and `client`: what became of a client's own API on the way to Anthropic's words, and the way back from them.
    func translate(
        _ upstream: any TranslatingUpstream, _ body: ByteBuffer, _ exchange: ServerExchange,
        _ record: inout RequestRecord, _ parameters: JSONObject?, read: JSONDocument? = nil,
        leftOut: LeftOut = LeftOut(), for client: (any AnswerTranslation)? = nil
    ) async throws(APIError) {
        guard let model = record.model else { throw APIError(400, .invalidRequest, "model: Field required") }
        let betas = exchange.head.fields.values("anthropic-beta").flatMap { $0.split(separator: ",") }
        var task = TranslationTask(
            model: model, requestID: record.id, betas: betas.map { String($0.filter { $0 != " " }) })
        task.parameters = parameters
        task.note(settings.catalog, upstream.name)
        guard let order = try self.order(body, read, task, upstream, record.route) else {
            return try await countTokens(body, model, exchange, record)
        }
        var leftOut = leftOut
        leftOut.note(order.leftOut)
        // A provider without answers by a schema is asked for one in words.
        let structured =
            order.leftOut.features.contains(.outputFormat)
            ? StructuredRequest(try parsed(body).root, model: model) : nil
        if structured != nil { leftOut.forget(.outputFormat) }
        record.leftOut = leftOut.isEmpty ? nil : leftOut.text
        tellLeftOut(upstream.name, exchange, record)
        if let structured {
            return try await ask(structured, .translated(upstream), model, parameters, exchange, &record, for: client)
        }
        // What came is not looked at any more, and a long stream should not hold it.
        parser.release()
        body.letGo()
        var extra: HTTPFields = ["x-sidecar-cache": "off", "x-sidecar-attempts": "1"]
        addRoute(record, to: &extra)
        let relay = Relay(
            exchange, parser: parser, provider: upstream.name, address: upstream.address, settings: settings.relay,
            expectsModelAnswer: true, requestID: record.id, extraFields: extra,
            translation: client.map { ChainedAnswers(order.answers, $0) } ?? order.answers)
        let request = try await upstream.authorize(order.request, on: upstreams)
        try await run(relay, request, to: upstream.target, upstream.name, exchange, &record)
    }

    /// nil: to count tokens, which the provider leaves to us.
    private func order(
        _ body: ByteBuffer, _ read: JSONDocument?, _ task: TranslationTask, _ upstream: any TranslatingUpstream,
        _ route: GatewayRoute
    ) throws(APIError) -> TranslatedOrder? {
        let document = if let read, read.isCurrent { read } else { try parsed(body) }
        do throws(TranslationRefusal) {
            return route == .countTokens
                ? try upstream.countOrder(document.root, task, parser)
                : try upstream.fullOrder(document.root, task, parser)
        } catch {
            throw APIError(400, .invalidRequest, error.message)
        }
    }

    func parsed(_ body: ByteBuffer) throws(APIError) -> JSONDocument {
        do {
            return try parser.parse(body.readable)
        } catch {
            throw APIError(400, .invalidRequest, "the request's body is not valid JSON: \(error)")
        }
    }

    /// Once for each conversation; every answer has it in `x-sidecar-dropped`.
    func tellLeftOut(_ provider: String, _ exchange: ServerExchange, _ record: RequestRecord) {
        guard let leftOut = record.leftOut else { return }
        cluster.noteDropped(record)
        let fields = exchange.head.fields
        let conversation = fields["x-claude-code-session-id"] ?? fields["x-sidecar-session"]
        guard leftOutLog.isNew(conversation: conversation, provider: provider, leftOut: leftOut) else { return }
        log.log(
            .info, "not carried", record.id,
            [("provider", .text(provider)), ("dropped", .text(leftOut)), ("see", .text("docs/compatibility.md"))])
    }
}
