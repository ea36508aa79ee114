internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// Whom answers by a schema are asked of in words.
enum StructuredUpstream: Sendable {
    case translated(any TranslatingUpstream)
    /// With the fields of the client's request.
    case anthropic(AnthropicUpstream, HTTPFields)

    var name: String {
        switch self {
        case .translated(let upstream): upstream.name
        case .anthropic(let upstream, _): upstream.name
        }
    }

    func answer(
        _ request: JSONValue, _ parameters: JSONObject?, _ door: ModelDoor
    ) async throws(AgentProblem) -> AgentAnswer {
        switch self {
        case .translated(let upstream): try await door.send(upstream, request, parameters)
        case .anthropic(let upstream, let fields): try await door.send(upstream, request, fields, parameters)
        }
    }
}

/// Answers by a schema, from providers that have no such thing. Nothing is said before an answer was held against the
/// schema, so these do not stream, whatever the client asks for; one that waits for a stream sees that it lives.
extension Gateway {
    func ask(
        _ structured: StructuredRequest, _ upstream: StructuredUpstream, _ model: String,
        _ parameters: JSONObject?, _ exchange: ServerExchange, _ record: inout RequestRecord,
        for client: (any AnswerTranslation)?
    ) async throws(APIError) {
        let pulse = structured.wantsStream ? pulse(exchange, record, client) : nil
        defer { pulse?.stop() }
        do throws(APIError) {
            try await converse(structured, upstream, model, parameters, exchange, &record, pulse, for: client)
        } catch {
            guard let pulse, pulse.hasBegun else { throw error }
            record.error = error.message
            var writer = AnthropicStreamWriter()
            writer.fail(
                UpstreamFailure(
                    status: error.status, kind: UpstreamFailure.Kind(rawValue: error.kind.rawValue), error.message),
                requestID: record.id)
            var event: [UInt8] = []
            writer.drain { event += $0 }
            pulse.finish((try? Self.translated(event, client, isStream: true)) ?? event)
        }
    }

    private func pulse(
        _ exchange: ServerExchange, _ record: RequestRecord, _ client: (any AnswerTranslation)?
    ) -> StreamPulse {
        var fields: HTTPFields = [
            "Content-Type": "text/event-stream; charset=utf-8", "request-id": record.id, "x-sidecar-cache": "off",
        ]
        addRoute(record, to: &fields)
        return StreamPulse(
            exchange, settings.relay, sign: client?.signOfLife ?? "event: ping\ndata: {\"type\":\"ping\"}\n\n", fields)
    }

    private func converse(
        _ structured: StructuredRequest, _ upstream: StructuredUpstream, _ model: String,
        _ parameters: JSONObject?, _ exchange: ServerExchange, _ record: inout RequestRecord, _ pulse: StreamPulse?,
        for client: (any AnswerTranslation)?
    ) async throws(APIError) {
        var structured = structured
        let door = ModelDoor(settings, upstreams, environment: [:])
        while true {
            guard let answer = try await answer(structured.request, parameters, door, upstream, exchange) else {
                return
            }
            record.usage.input += answer.usage.input
            record.usage.output += answer.usage.output
            record.usage.cacheRead += answer.usage.cacheRead
            record.usage.cacheCreation += answer.usage.cacheCreation
            let stop = answer.stopReason.flatMap(StopReason.init(rawValue:)) ?? .endTurn
            var content = answer.content
            // A call, a refusal and an answer that was cut are no answers yet.
            if stop == .endTurn || stop == .stopSequence {
                switch structured.judge(content) {
                case .again: continue
                case .failed(let problem):
                    throw APIError(
                        502, .api,
                        "provider \(upstream.name) gave no answer that is valid by the schema, in "
                            + "\(structured.attempts) attempts; the last one: \(problem)")
                case .fits(let value):
                    content =
                        content.filter { $0["type"] != "text" } + [["type": "text", "text": .string(value.text())]]
                }
            }
            return try send(content, stop, structured, model, exchange, &record, pulse, client)
        }
    }

    /// nil: the client has left.
    private func answer(
        _ request: JSONValue, _ parameters: JSONObject?, _ door: ModelDoor, _ upstream: StructuredUpstream,
        _ exchange: ServerExchange
    ) async throws(APIError) -> AgentAnswer? {
        let task = Task(executorPreference: loop) { () -> Result<AgentAnswer, AgentProblem> in
            do throws(AgentProblem) {
                return .success(try await upstream.answer(request, parameters, door))
            } catch {
                return .failure(error)
            }
        }
        exchange.onClientLeft = { task.cancel() }
        let result = await task.value
        exchange.onClientLeft = nil
        if exchange.clientHasLeft { return nil }
        switch result {
        case .success(let answer): return answer
        case .failure(let problem):
            let failure = problem.failure ?? UpstreamFailure(status: 502, problem.message)
            throw APIError(failure, retryAfter: problem.retryAfterSeconds.map { "\($0)" })
        }
    }

    private func send(
        _ content: [JSONValue], _ stop: StopReason, _ structured: StructuredRequest, _ model: String,
        _ exchange: ServerExchange, _ record: inout RequestRecord, _ pulse: StreamPulse?,
        _ client: (any AnswerTranslation)?
    ) throws(APIError) {
        var counts = TokenCounts()
        counts.input = record.usage.input
        counts.output = record.usage.output
        counts.cacheRead = record.usage.cacheRead
        counts.cacheCreation = record.usage.cacheCreation
        let id = ScriptedUpstream.randomID("msg_")
        record.isStream = structured.wantsStream
        var fields: HTTPFields = [
            "Content-Type": record.isStream ? "text/event-stream; charset=utf-8" : "application/json",
            "request-id": record.id, "x-sidecar-cache": "off", "x-sidecar-attempts": "\(structured.attempts)",
        ]
        addRoute(record, to: &fields)
        var body =
            record.isStream
            ? WholeMessage.events(id: id, model: model, content, stop, counts)
            : WholeMessage.body(id: id, model: model, content, stop, counts)
        do throws(UpstreamFailure) {
            body = try Self.translated(body, client, isStream: record.isStream)
        } catch {
            throw APIError(error, retryAfter: nil)
        }
        record.keepAlives = pulse?.count ?? 0
        if let pulse, pulse.hasBegun { return pulse.finish(body) }
        pulse?.stop()
        exchange.respond(ResponseHead(status: 200, fields: fields), body)
    }

    private static func translated(
        _ body: [UInt8], _ client: (any AnswerTranslation)?, isStream: Bool
    ) throws(UpstreamFailure) -> [UInt8] {
        guard let client else { return body }
        return try body.withUnsafeBufferPointer { (bytes) throws(UpstreamFailure) in
            let bytes = UnsafeRawBufferPointer(bytes)
            guard isStream else { return try client.whole(status: 200, bytes) }
            var output: [UInt8] = []
            client.scan(bytes) { output += $0 }
            client.end(cut: nil) { output += $0 }
            return output
        }
    }
}
