internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// `POST /v1/chat/completions`: OpenAI's clients, with any provider behind.
extension Gateway {
    func chatCompletions(
        _ exchange: ServerExchange, _ keyFields: [String], _ record: inout RequestRecord
    ) async throws(APIError) {
        let body: ByteBuffer
        do { body = try await exchange.body() } catch { throw APIError(error) }
        record.bytesIn = body.count
        var request = try MessagesRequest(body, parser)
        record.model = request.model
        let route = try settings.router.route(
            model: request.model, override: exchange.head.fields["x-sidecar-model"])
        guard let model = route.model ?? request.model else {
            throw APIError(400, .invalidRequest, "model: Field required")
        }
        if model != request.model { request.setModel(model) }
        record.provider = route.provider
        record.model = model
        record.routeName = route.name
        switch settings.provider(route.provider) {
        case .chat(let upstream):
            try await pass(body, to: upstream, wantsStream: request.wantsStream, exchange, &record)
        case .anthropic(let upstream):
            let chat = try chatInRequest(body, model, upstream.name, exchange, &record)
            try await translate(chat, model, to: upstream, exchange, keyFields, &record)
        case .scripted(let upstream):
            let chat = try chatInRequest(body, model, route.provider, exchange, &record)
            try await play(chat, model, upstream, exchange, &record)
        case nil:
            throw APIError(500, .api, "provider \(route.provider) is configured but cannot be used")
        }
    }

    private func chatInRequest(
        _ body: ByteBuffer, _ model: String, _ provider: String, _ exchange: ServerExchange,
        _ record: inout RequestRecord
    ) throws(APIError) -> ChatInRequest {
        let document: JSONDocument
        do {
            document = try parser.parse(body.readable)
        } catch {
            throw APIError(400, .invalidRequest, "the request's body is not valid JSON: \(error)")
        }
        do throws(TranslationRefusal) {
            let chat = try ChatInRequest(document.root, model: model)
            record.leftOut = chat.leftOut.isEmpty ? nil : chat.leftOut.text
            tellLeftOut(provider, exchange, record)
            return chat
        } catch {
            throw APIError(400, .invalidRequest, error.message)
        }
    }

    private func answers(_ chat: ChatInRequest, _ model: String) -> MessageAnswers {
        MessageAnswers(
            ChatOutContext(
                id: ScriptedUpstream.randomID("chatcmpl-"), model: model,
                created: Int(WallClock.nanosecondsSince1970() / 1_000_000_000), wantsUsage: chat.wantsUsage),
            parser)
    }

    private func extraFields(_ record: RequestRecord) -> HTTPFields {
        var extra: HTTPFields = ["x-sidecar-cache": "off", "x-sidecar-attempts": "1"]
        addRoute(record, to: &extra)
        return extra
    }

    // MARK: To each kind of provider

    /// Both speak the same API: the bytes pass.
    private func pass(
        _ body: ByteBuffer, to upstream: ChatUpstream, wantsStream: Bool, _ exchange: ServerExchange,
        _ record: inout RequestRecord
    ) async throws(APIError) {
        let relay = Relay(
            exchange, parser: parser, provider: upstream.name, address: upstream.address,
            // What shows Anthropic's clients that a stream lives means nothing to these.
            settings: Relay.Settings(keepAlive: .zero, keepAliveInterval: settings.relay.keepAliveInterval),
            expectsModelAnswer: true, requestID: record.id, extraFields: extraFields(record))
        let request = UpstreamRequest(
            method: "POST", target: ChatUpstream.path, fields: upstream.fields(wantsStream: wantsStream),
            body: .bytes(body))
        try await run(relay, request, to: upstream.target, upstream.name, exchange, &record)
    }

    private func translate(
        _ chat: ChatInRequest, _ model: String, to upstream: AnthropicUpstream, _ exchange: ServerExchange,
        _ keyFields: [String], _ record: inout RequestRecord
    ) async throws(APIError) {
        let relay = Relay(
            exchange, parser: parser, provider: upstream.name, address: upstream.address, settings: settings.relay,
            expectsModelAnswer: true, requestID: record.id, extraFields: extraFields(record),
            translation: answers(chat, model))
        let bytes = ByteBuffer(capacity: chat.body.count)
        bytes.append(chat.body)
        let request = UpstreamRequest(
            method: "POST", target: "/v1/messages",
            fields: upstream.fieldsForChat(exchange.head.fields, keyFields: keyFields), body: .bytes(bytes))
        try await run(relay, request, to: upstream.target, upstream.name, exchange, &record)
    }

    private func play(
        _ chat: ChatInRequest, _ model: String, _ upstream: ScriptedUpstream, _ exchange: ServerExchange,
        _ record: inout RequestRecord
    ) async throws(APIError) {
        let answer: ScriptedAnswer
        do {
            let root = try parser.parse(copying: chat.body).root
            answer = upstream.messages(root, fields: exchange.head.fields)
        } catch {
            throw APIError(500, .api, "the translated request is not valid JSON: \(error)")
        }
        record.isStream = answer.isStream
        var fields = extraFields(record)
        fields.append("request-id", record.id)
        do throws(UpstreamFailure) {
            try await answer.play(on: exchange, through: answers(chat, model), extraFields: fields)
        } catch {
            throw APIError(error, retryAfter: answer.head.fields["retry-after"])
        }
    }
}
