internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// The routes that name a model: decode what routing needs, choose, pass on.
extension Gateway {
    func messages(
        _ exchange: ServerExchange, forcesStream: Bool, _ keyFields: [String], _ record: inout RequestRecord
    ) async throws(APIError) {
        let body: ByteBuffer
        do { body = try await exchange.body() } catch { throw APIError(error) }
        record.bytesIn = body.count
        var request = try MessagesRequest(body, parser, wantsWhole: expectsTranslation)
        record.model = request.model
        let route = try settings.router.route(
            model: request.model, override: exchange.head.fields["x-sidecar-model"])
        if forcesStream { request.setStreaming() }
        let provider = settings.provider(route.provider)
        expectsTranslation = provider?.isTranslated == true
        // Who translates writes the model anew, whatever the body says.
        if let model = route.model, model != request.model, !expectsTranslation { request.setModel(model) }
        record.provider = route.provider
        record.model = route.model ?? request.model
        record.routeName = route.name
        let target = forcesStream ? Self.withoutStreamSuffix(exchange.head.target) : exchange.head.target
        switch provider {
        case .anthropic(let upstream):
            removeForeignThinking(body)
            if record.route != .countTokens { ExtraParameters.add(route.parameters, to: body, parser) }
            try await relay(
                exchange, to: upstream, target: target, body: .bytes(body), expectsModelAnswer: true, keyFields, &record
            )
        case .translated(let upstream):
            try await translate(upstream, body, exchange, &record, route.parameters, read: request.document)
        case .scripted(let upstream):
            try await play(upstream, body, exchange, &record)
        case nil:
            throw APIError(500, .api, "provider \(route.provider) is configured but cannot be used")
        }
    }

    /// A conversation that another provider has led so far. Mostly there is nothing, and a look at the bytes says so.
    func removeForeignThinking(_ body: ByteBuffer) {
        guard body.readable.contains(ThinkingSignature.mark), let document = try? parser.parse(body.readable) else {
            return
        }
        let ranges = ForeignThinking.ranges(in: document.root)
        for range in ranges.reversed() { body.replace(range, with: UnsafeRawBufferPointer(start: nil, count: 0)) }
    }

    /// Anthropic knows no `/v1/messages/stream`: it is `/v1/messages` with `stream` set.
    private static func withoutStreamSuffix(_ target: String) -> String {
        let path = "/v1/messages/stream"
        return target.hasPrefix(path) ? "/v1/messages" + target.dropFirst(path.count) : target
    }

    /// What names no model goes to the Anthropic upstream as it is, while it arrives.
    func passThrough(
        _ exchange: ServerExchange, _ keyFields: [String], _ record: inout RequestRecord
    ) async throws(APIError) {
        guard let name = settings.passThroughProvider, case .anthropic(let upstream) = settings.provider(name) else {
            throw APIError(
                404, .notFound, "\(record.path) would go to a provider of type anthropic, and none is configured")
        }
        record.provider = name
        record.routeName = "pass"
        let upload: Upload?
        let body: UpstreamRequest.Body
        switch exchange.head.body {
        case _ where exchange.head.method == "HEAD":
            // A body there means nothing (RFC 9110, section 9.3.2), and libcurl would wait for one in the answer.
            upload = nil
            body = .none
        case .none:
            upload = nil
            body = .none
        case .counted(let count):
            let source = Upload(exchange)
            upload = source
            body = .stream(source, count)
        case .chunked:
            let source = Upload(exchange)
            upload = source
            body = .stream(source, nil)
        }
        upload?.start()
        try await relay(
            exchange, to: upstream, target: exchange.head.target, body: body, expectsModelAnswer: false, keyFields,
            &record,
            upload)
        if let upload { record.bytesIn = upload.total }
    }

    private func relay(
        _ exchange: ServerExchange, to upstream: AnthropicUpstream, target: String, body: UpstreamRequest.Body,
        expectsModelAnswer: Bool, _ keyFields: [String], _ record: inout RequestRecord, _ upload: Upload? = nil
    ) async throws(APIError) {
        var extra: HTTPFields = ["x-sidecar-cache": "off", "x-sidecar-attempts": "1"]
        addRoute(record, to: &extra)
        let relay = Relay(
            exchange, parser: parser, provider: upstream.name, address: upstream.address, settings: settings.relay,
            expectsModelAnswer: expectsModelAnswer, requestID: record.id, extraFields: extra)
        let request = UpstreamRequest(
            method: exchange.head.method, target: target,
            fields: upstream.fields(exchange.head.fields, keyFields: keyFields), body: body)
        try await run(relay, request, to: upstream.target, upstream.name, exchange, &record, upload)
    }

    func run(
        _ relay: Relay, _ request: UpstreamRequest, to target: UpstreamTarget, _ provider: String,
        _ exchange: ServerExchange, _ record: inout RequestRecord, _ upload: Upload? = nil
    ) async throws(APIError) {
        // What is said of an upstream's answer may quote it.
        let redact = { [settings] text in
            settings.redaction.with(exchange.head.fields).with(request.fields).redact(text)
        }
        relay.translation?.redact = redact
        relay.onStream = { [self] in metrics.streamsOpen += 1 }
        let outcome = await relay.run(request, to: target, on: upstreams, upload: upload)
        if relay.passedStream { metrics.streamsOpen -= 1 }
        note(relay, exchange, &record)
        switch outcome {
        case .answered:
            record.error = relay.streamFailure.map(redact)
        case .clientLeft:
            break
        case .broken(let message, let kind):
            metrics.recordUpstreamError(provider, kind.rawValue)
            record.error = redact(message)
        case .failed(let error, let kind):
            if let kind { metrics.recordUpstreamError(provider, kind.rawValue) }
            throw error.saying(redact(error.message))
        }
    }

    /// The script sees the body as it is after routing.
    private func play(
        _ upstream: ScriptedUpstream, _ body: ByteBuffer, _ exchange: ServerExchange, _ record: inout RequestRecord
    ) async throws(APIError) {
        var extra: HTTPFields = ["request-id": record.id, "x-sidecar-cache": "off", "x-sidecar-attempts": "1"]
        addRoute(record, to: &extra)
        let answer: ScriptedAnswer
        do {
            let root = try parser.parse(body.readable).root
            answer =
                record.route == .countTokens
                ? upstream.countTokens(root, fields: exchange.head.fields, extraFields: extra)
                : upstream.messages(root, fields: exchange.head.fields, extraFields: extra)
        } catch {
            throw APIError(400, .invalidRequest, "the request's body is not valid JSON: \(error)")
        }
        record.isStream = answer.isStream
        record.error = answer.failure?.message
        if let usage = answer.usage {
            record.usage.input = usage.input
            record.usage.output = usage.output
            record.usage.cacheRead = usage.cacheRead
            record.usage.cacheCreation = usage.cacheCreation
        }
        if answer.isStream { metrics.streamsOpen += 1 }
        await answer.play(on: exchange)
        if answer.isStream { metrics.streamsOpen -= 1 }
    }

    private func note(_ relay: Relay, _ exchange: ServerExchange, _ record: inout RequestRecord) {
        record.upstreamID = relay.upstreamID
        record.usage = relay.usage
        record.keepAlives = relay.keepAlives
        record.isStream = relay.isStream
        if let first = relay.firstContentAt { record.timeToFirstToken = first - exchange.began }
    }
}
