internal import HTTP
package import JSON
internal import LinuxSystem
internal import Translation

/// Whom an agent asks.
package protocol AgentModel: Sendable {
    /// - request: a body of the Messages API.
    func ask(_ request: JSONValue, session: String) async throws(AgentProblem) -> AgentAnswer
}

/// The providers of the configuration, by its routing, without a socket to ourselves. On its loop only, which
/// `@unchecked Sendable` stands on.
final class ModelDoor: AgentModel, @unchecked Sendable {
    let settings: GatewaySettings
    let upstreams: UpstreamClient
    private let environment: [String: String]
    let parser = JSONParser()
    /// Told of every answer, for whoever counts.
    var onAnswer: ((RequestRecord) -> Void)?

    init(_ settings: GatewaySettings, _ upstreams: UpstreamClient, environment: [String: String]) {
        self.settings = settings
        self.upstreams = upstreams
        self.environment = environment
    }

    func ask(_ request: JSONValue, session: String) async throws(AgentProblem) -> AgentAnswer {
        var request = request
        let route: ModelRouter.Route
        do throws(APIError) {
            route = try settings.router.route(model: request["model"]?.string, override: nil)
        } catch {
            throw AgentProblem(.provider, error.message)
        }
        if let model = route.model { request["model"] = .string(model) }
        var record = RequestRecord(id: "", method: "POST", path: "", route: .messages(forcesStream: false))
        record.provider = route.provider
        record.model = route.model
        let began = upstreams.loop.clock.now()
        defer {
            record.duration = upstreams.loop.clock.now() - began
            onAnswer?(record)
        }
        do throws(AgentProblem) {
            let answer = try await ask(request, session, route)
            record.status = 200
            record.usage.input = answer.usage.input
            record.usage.output = answer.usage.output
            record.usage.cacheRead = answer.usage.cacheRead
            record.usage.cacheCreation = answer.usage.cacheCreation
            return answer
        } catch {
            record.status = error.failure?.status ?? 502
            throw error
        }
    }

    private func ask(
        _ request: JSONValue, _ session: String, _ route: ModelRouter.Route
    ) async throws(AgentProblem) -> AgentAnswer {
        var fields: HTTPFields = ["Content-Type": "application/json", "x-sidecar-session": session]
        switch settings.provider(route.provider) {
        case .scripted(let upstream): return try await play(upstream, request, fields)
        case .anthropic(let upstream):
            fields.append("anthropic-version", "2023-06-01")
            addCredentials(&fields)
            return try await send(upstream, request, fields, route.parameters)
        case .translated(let upstream): return try await send(upstream, request, route.parameters)
        case nil: throw AgentProblem(.provider, "provider \(route.provider) is configured but cannot be used")
        }
    }

    /// A key of the provider's own replaces them.
    private func addCredentials(_ fields: inout HTTPFields) {
        if let key = environment["ANTHROPIC_API_KEY"], !key.isEmpty {
            fields.append("x-api-key", key)
        } else if let token = environment["ANTHROPIC_AUTH_TOKEN"], !token.isEmpty {
            fields.append("Authorization", "Bearer \(token)")
        }
    }

    // MARK: A script

    private func play(
        _ upstream: ScriptedUpstream, _ request: JSONValue, _ fields: HTTPFields
    ) async throws(AgentProblem) -> AgentAnswer {
        let answer: ScriptedAnswer
        do throws(JSONError) {
            answer = try parser.parse(copying: request.bytes()).withRoot { upstream.messages($0, fields: fields) }
        } catch {
            throw AgentProblem(.broken, "the request is no JSON: \(error)")
        }
        var body: [UInt8] = []
        for action in answer {
            if Task.isCancelled { throw .cancelled }
            switch action {
            case .bytes(let bytes): body += bytes
            case .wait(let time): await upstreams.loop.sleep(time)
            case .head, .end, .close, .reset: break
            }
        }
        if Task.isCancelled { throw .cancelled }
        return try AnswerReader.read(
            status: answer.status, isStream: answer.isStream, retryAfter: answer.head.fields["retry-after"], body)
    }

    // MARK: An upstream

    func send(
        _ upstream: AnthropicUpstream, _ request: JSONValue, _ fields: HTTPFields, _ parameters: JSONObject?
    ) async throws(AgentProblem) -> AgentAnswer {
        let bytes = ByteBuffer()
        request.bytes().withUnsafeBytes { bytes.append($0) }
        ExtraParameters.add(parameters, to: bytes, parser)
        let order = UpstreamRequest(
            method: "POST", target: "/v1/messages", fields: upstream.fields(fields, keyFields: []), body: .bytes(bytes))
        let (head, body) = try await collect(order, upstream.target)
        return try AnswerReader.read(
            status: head.status, isStream: head.isEventStream, retryAfter: head.fields["retry-after"], body)
    }

    /// The whole answer of an upstream.
    func collect(
        _ order: UpstreamRequest, _ target: UpstreamTarget
    ) async throws(AgentProblem) -> (head: ResponseHead, body: [UInt8]) {
        let collector = AnswerCollector()
        let (client, loop) = (upstreams, upstreams.loop)
        let problem = await withTaskCancellationHandler {
            await collector.run { sink throws(CannotStart) in try client.start(order, to: target, sink) }
        } onCancel: {
            loop.submit { collector.cancel() }
        }
        if Task.isCancelled { throw .cancelled }
        if let problem { throw problem }
        guard let head = collector.head else { throw AgentProblem(.broken, "The provider gave no answer.") }
        return (head, collector.body)
    }
}

extension ResponseHead {
    var isEventStream: Bool { isStream(of: Relay.streamType) }

    func isStream(of type: String) -> Bool { fields["content-type"]?.hasPrefixIgnoringCase(type) == true }
}

extension AgentProblem {
    static let cancelled = AgentProblem(.cancelled, "It was cancelled.")
}

/// All of an upstream's answer. On its loop only, which `@unchecked Sendable` stands on.
private final class AnswerCollector: TransferSink, @unchecked Sendable {
    private(set) var head: ResponseHead?
    private(set) var body: [UInt8] = []
    private var transfer: Transfer?
    private var waiter: CheckedContinuation<AgentProblem?, Never>?
    private var isOver = false
    private var problem: AgentProblem?

    /// No model writes more in one answer.
    private static let bytesMax = 32 << 20

    func run(_ start: (any TransferSink) throws(CannotStart) -> Transfer) async -> AgentProblem? {
        if isOver { return problem }
        do throws(CannotStart) {
            let started = try start(self)
            // It may have ended before it was handed out.
            if isOver { return problem }
            transfer = started
        } catch {
            return AgentProblem(.unreachable, "The provider cannot be asked: \(error)")
        }
        return await withCheckedContinuation { waiter = $0 }
    }

    func cancel() {
        if isOver { return }
        transfer?.cancel()
        finish(.cancelled)
    }

    private func finish(_ problem: AgentProblem?) {
        isOver = true
        self.problem = problem
        transfer = nil
        waiter?.resume(returning: problem)
        waiter = nil
    }

    func transferDidReceive(_ head: ResponseHead) { self.head = head }

    func transferDidReceive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if body.count + bytes.count <= Self.bytesMax { body.append(contentsOf: bytes) }
        return true
    }

    func transferDidEnd(_ error: TransferError?) {
        guard let error else { return finish(nil) }
        let kind: AgentProblem.Kind = head == nil ? .unreachable : .broken
        finish(AgentProblem(kind, "The provider cannot be asked: \(error)", isPassing: true))
    }
}
