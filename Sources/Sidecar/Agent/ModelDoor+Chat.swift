internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

extension ModelDoor {
    /// To a provider that speaks chat completions: translated there and back as a client's request is.
    func send(_ upstream: ChatUpstream, _ request: JSONValue) async throws(AgentProblem) -> AgentAnswer {
        let chat = try chatRequest(request, upstream)
        let model = request["model"]?.string ?? ""
        let translation = ChatAnswers(
            ChatAnswerContext(
                messageID: ScriptedUpstream.randomID("msg_"), shownModel: model, model: model, provider: upstream.name,
                dialect: upstream.dialect, request: chat, requestID: ""), parser)
        let bytes = ByteBuffer(capacity: chat.body.count)
        bytes.append(chat.body)
        let (head, body) = try await collect(
            UpstreamRequest(
                method: "POST", target: ChatUpstream.path, fields: upstream.fields(wantsStream: chat.wantsStream),
                body: .bytes(bytes)), upstream.target)
        let isStream = head.status == 200 && head.isEventStream
        var answer: [UInt8] = []
        do throws(UpstreamFailure) {
            if isStream {
                body.withUnsafeBytes { bytes in translation.scan(bytes) { answer += $0 } }
                translation.end(cut: nil) { answer += $0 }
                if let failure = translation.failure { throw failure }
            } else {
                answer = try Self.whole(translation, head.status, body)
            }
        } catch {
            throw AgentProblem(
                .provider, "The provider answered with status \(error.status): \(error.message)",
                isPassing: !error.isFinal && ([408, 429].contains(error.status) || error.status >= 500),
                retryAfterSeconds: head.fields["retry-after"].flatMap { Int($0) })
        }
        return try AnswerReader.read(status: 200, isStream: isStream, retryAfter: nil, answer)
    }

    private static func whole(
        _ translation: ChatAnswers, _ status: Int, _ body: [UInt8]
    ) throws(UpstreamFailure) -> [UInt8] {
        let bytes = ByteBuffer(capacity: body.count)
        bytes.append(body)
        return try translation.whole(status: status, bytes.readable)
    }

    private func chatRequest(_ request: JSONValue, _ upstream: ChatUpstream) throws(AgentProblem) -> ChatRequest {
        let document: JSONDocument
        do throws(JSONError) {
            document = try parser.parse(copying: request.bytes())
        } catch {
            throw AgentProblem(.broken, "the request is no JSON: \(error)")
        }
        do throws(TranslationRefusal) {
            return try ChatRequest(
                document.root, model: request["model"]?.string ?? "", provider: upstream.name, dialect: upstream.dialect
            )
        } catch {
            throw AgentProblem(.provider, error.message)
        }
    }
}
