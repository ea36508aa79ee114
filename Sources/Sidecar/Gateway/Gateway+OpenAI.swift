internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// `POST /v1/chat/completions` and `POST /v1/responses`: OpenAI's clients, with any provider behind.
extension Gateway {
    func openAI(
        _ wire: ChatDialect.Wire, _ exchange: ServerExchange, _ keyFields: [String], _ record: inout RequestRecord
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
        case .translated(let upstream as ChatUpstream) where upstream.dialect.wire == wire:
            ExtraParameters.add(route.parameters, to: body, parser)
            try await pass(body, to: upstream, wantsStream: request.wantsStream, exchange, &record)
        case .translated(let upstream):
            let inbound = try inbound(wire, body, model, isTranslated: true)
            try await translate(
                upstream, inbound.body.buffer, exchange, &record, route.parameters, leftOut: inbound.leftOut,
                for: inbound.answers)
        case .anthropic(let upstream):
            let inbound = try inbound(wire, body, model)
            note(inbound.leftOut, upstream.name, exchange, &record)
            try await translate(inbound, to: upstream, exchange, keyFields, &record, route.parameters)
        case .scripted(let upstream):
            let inbound = try inbound(wire, body, model)
            note(inbound.leftOut, route.provider, exchange, &record)
            try await play(inbound, upstream, exchange, &record)
        case nil:
            throw APIError(500, .api, "provider \(route.provider) is configured but cannot be used")
        }
    }

    /// A request in Anthropic's words, and the way back from them.
    private struct Inbound {
        let body: [UInt8]
        let leftOut: LeftOut
        let answers: any AnswerTranslation
    }

    private func inbound(
        _ wire: ChatDialect.Wire, _ body: ByteBuffer, _ model: String, isTranslated: Bool = false
    ) throws(APIError) -> Inbound {
        let document = try parsed(body)
        let created = Int(WallClock.nanosecondsSince1970() / 1_000_000_000)
        do throws(TranslationRefusal) {
            switch wire {
            case .chat:
                let chat = try ChatInRequest(document.root, model: model, isTranslated: isTranslated)
                let context = ChatOutContext(
                    id: ScriptedUpstream.randomID("chatcmpl-"), model: model, created: created,
                    wantsUsage: chat.wantsUsage)
                return Inbound(
                    body: chat.body, leftOut: chat.leftOut, answers: CodecAnswers<ChatOutStream>(context, parser))
            case .responses:
                let request = try ResponsesInRequest(document.root, model: model, isTranslated: isTranslated)
                let context = ResponsesOutContext(
                    id: ScriptedUpstream.randomID("resp_"), model: model, created: created, request)
                return Inbound(
                    body: request.body, leftOut: request.leftOut,
                    answers: CodecAnswers<ResponsesOutStream>(context, parser))
            }
        } catch {
            throw APIError(400, .invalidRequest, error.message)
        }
    }

    private func note(
        _ leftOut: LeftOut, _ provider: String, _ exchange: ServerExchange, _ record: inout RequestRecord
    ) {
        record.leftOut = leftOut.isEmpty ? nil : leftOut.text
        tellLeftOut(provider, exchange, record)
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
            method: "POST", target: upstream.path, fields: upstream.fields(wantsStream: wantsStream),
            body: .bytes(body))
        try await run(relay, request, to: upstream.target, upstream.name, exchange, &record)
    }

    private func translate(
        _ inbound: Inbound, to upstream: AnthropicUpstream, _ exchange: ServerExchange,
        _ keyFields: [String], _ record: inout RequestRecord, _ parameters: JSONObject?
    ) async throws(APIError) {
        let body = inbound.body.buffer
        removeForeignThinking(body)
        let fields = upstream.fieldsForChat(exchange.head.fields, keyFields: keyFields)
        // Mostly nobody asks for it, and a look at the bytes says so.
        if body.readable.contains(StructuredRequest.anyObjectMark),
            let structured = StructuredRequest(anyObjectIn: try parsed(body).root)
        {
            return try await ask(
                structured, .anthropic(upstream, fields), record.model ?? "", parameters, exchange, &record,
                for: inbound.answers)
        }
        let relay = Relay(
            exchange, parser: parser, provider: upstream.name, address: upstream.address, settings: settings.relay,
            expectsModelAnswer: true, requestID: record.id, extraFields: extraFields(record),
            translation: inbound.answers)
        ExtraParameters.add(parameters, to: body, parser)
        let request = UpstreamRequest(method: "POST", target: "/v1/messages", fields: fields, body: .bytes(body))
        try await run(relay, request, to: upstream.target, upstream.name, exchange, &record)
    }

    private func play(
        _ inbound: Inbound, _ upstream: ScriptedUpstream, _ exchange: ServerExchange, _ record: inout RequestRecord
    ) async throws(APIError) {
        let answer: ScriptedAnswer
        do {
            let root = try parser.parse(copying: inbound.body).root
            answer = upstream.messages(root, fields: exchange.head.fields)
        } catch {
            throw APIError(500, .api, "the translated request is not valid JSON: \(error)")
        }
        record.isStream = answer.isStream
        var fields = extraFields(record)
        fields.append("request-id", record.id)
        do throws(UpstreamFailure) {
            try await answer.play(on: exchange, through: inbound.answers, extraFields: fields)
        } catch {
            throw APIError(error, retryAfter: answer.head.fields["retry-after"])
        }
    }
}
