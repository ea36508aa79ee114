internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

extension ModelDoor {
    /// To a provider of another API: translated there and back as a client's request is.
    func send(
        _ upstream: any TranslatingUpstream, _ request: JSONValue, _ parameters: JSONObject?
    ) async throws(AgentProblem) -> AgentAnswer {
        let order = try self.order(request, upstream, parameters)
        let authorized: UpstreamRequest
        do throws(APIError) {
            authorized = try await upstream.authorize(order.request, on: upstreams)
        } catch {
            throw AgentProblem(.provider, error.message)
        }
        let (head, body) = try await collect(authorized, upstream.target)
        let isStream = head.status == 200 && head.isStream(of: order.answers.streamType)
        var answer: [UInt8] = []
        do throws(UpstreamFailure) {
            if isStream {
                body.withUnsafeBytes { bytes in order.answers.scan(bytes) { answer += $0 } }
                order.answers.end(cut: nil) { answer += $0 }
                if let failure = order.answers.failure { throw failure }
            } else {
                answer = try body.withUnsafeBufferPointer { (bytes) throws(UpstreamFailure) in
                    try order.answers.whole(status: head.status, UnsafeRawBufferPointer(bytes))
                }
            }
        } catch {
            var error = error
            // It may quote what it was sent.
            error.message = settings.redaction.with(authorized.fields).redact(error.message)
            var problem = AgentProblem(
                .provider, "The provider answered with status \(error.status): \(error.message)",
                isPassing: !error.isFinal && ([408, 429].contains(error.status) || error.status >= 500),
                retryAfterSeconds: head.fields["retry-after"].flatMap { Int($0) })
            problem.failure = error
            throw problem
        }
        return try AnswerReader.read(status: 200, isStream: isStream, retryAfter: nil, answer)
    }

    private func order(
        _ request: JSONValue, _ upstream: any TranslatingUpstream, _ parameters: JSONObject?
    ) throws(AgentProblem) -> TranslatedOrder {
        let document: JSONDocument
        do throws(JSONError) {
            document = try parser.parse(copying: request.bytes())
        } catch {
            throw AgentProblem(.broken, "the request is no JSON: \(error)")
        }
        do throws(TranslationRefusal) {
            var task = TranslationTask(model: request["model"]?.string ?? "", requestID: "")
            task.parameters = parameters
            task.note(settings.catalog, upstream.name)
            return try upstream.fullOrder(document.root, task, parser)
        } catch {
            throw AgentProblem(.provider, error.message)
        }
    }
}
