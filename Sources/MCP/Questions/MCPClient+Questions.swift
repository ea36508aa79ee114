internal import JSON
package import LinuxSystem

/// What a server with sessions asks while it works on something. Such a question names no call, and nothing says whose it is; so it
/// is put to whoever called only where there is no doubt who that was.
extension MCPClient {
    /// A question that has not been answered yet.
    struct Question: Sendable {
        let kind: MCPAsking
        /// Of the call in which it came up; nil: whoever owns this answers it.
        let call: Int?
        let deadline: Instant
    }

    /// More than any dialog has.
    private static let questionsMax = 16

    /// `call`: the request on whose stream it came, where there are streams.
    mutating func asked(_ request: RPCRequest, during call: Int?, _ now: Instant) -> [Action] {
        guard let kind = MCPAsking(rawValue: request.method) else {
            let error = RPCError(.unknownMethod, "this client has no `\(request.method.prefix(100))`")
            return [.send(error.response(to: request.id))]
        }
        if questions[request.id] != nil {
            return [.noise("a second question with the id \(request.id.json) of one that is still open")]
        }
        if questions.count >= Self.questionsMax {
            let why = "\(Self.questionsMax) of its questions are open already"
            return [.send(kind.unanswered(request.id, why))]
        }
        switch whom(kind, request.parameters, call) {
        case .success(let number):
            pending[number]?.questions += 1
            pending[number]?.deadline = .distantFuture
            return [open(request, kind, number, now)]
        case .failure(let nobody):
            switch kind {
            case .roots where !settings.roots.isEmpty:
                return [.send(request.response(["roots": .array(settings.roots.map { ["uri": .string($0)] })]))]
            case .sampling where settings.samples: return [open(request, kind, nil, now)]
            default: return [.send(kind.unanswered(request.id, nobody.why))]
            }
        }
    }

    private mutating func open(_ request: RPCRequest, _ kind: MCPAsking, _ call: Int?, _ now: Instant) -> Action {
        questions[request.id] = Question(kind: kind, call: call, deadline: now + settings.questionTime)
        return .asked(request.id, call.map { MCPRequestTicket(number: $0) }, kind, request.parameters)
    }

    private struct Nobody: Error { let why: String }

    /// The call whose caller is asked.
    private func whom(_ kind: MCPAsking, _ parameters: JSONValue, _ call: Int?) -> Result<Int, Nobody> {
        var calls = pending.filter { $0.value.caller != nil }
        if let call, let known = calls[call] { calls = [call: known] }
        if Set(calls.values.compactMap(\.caller)).count > 1 {
            let why = "calls of several clients run in this server, and its question does not say to which it belongs"
            return .failure(Nobody(why: why))
        }
        guard let newest = calls.max(by: { $0.key < $1.key }) else {
            return .failure(Nobody(why: "no call is running whose caller could be asked"))
        }
        if let obstacle = kind.obstacle(parameters, newest.value.abilities) { return .failure(Nobody(why: obstacle)) }
        return .success(newest.key)
    }

    /// Hands an answer on, if it is still waited for.
    package mutating func answer(_ id: RPCID, _ answer: MCPAnswer, _ now: Instant) -> [Action] {
        guard let question = questions.removeValue(forKey: id) else { return [] }
        resume(question, now)
        switch answer {
        case .result(let result): return [.send(RPCRequest.response(to: id, result))]
        case .error(let error): return [.send(["jsonrpc": "2.0", "id": id.json, "error": error])]
        case .nobody(let why): return [.send(question.kind.unanswered(id, why))]
        }
    }

    /// The time that a person needed is not the server's.
    private mutating func resume(_ question: Question, _ now: Instant) {
        guard let call = question.call, let waiting = pending[call] else { return }
        pending[call]?.questions -= 1
        if waiting.questions == 1 { pending[call]?.deadline = now + waiting.limit }
    }

    /// The server does not want to know any more.
    mutating func withdrawn(_ id: RPCID, _ now: Instant) -> [Action] {
        guard let question = questions.removeValue(forKey: id) else { return [] }
        resume(question, now)
        return [.withdrawn(id)]
    }

    /// What came up in a call that is over: nobody need answer it, and the server is told so.
    mutating func withdrawQuestions(of call: Int) -> [Action] {
        questions.filter { $0.value.call == call }.flatMap { id, question -> [Action] in
            questions[id] = nil
            return [.send(question.kind.unanswered(id, "the call in which it came up is over")), .withdrawn(id)]
        }
    }

    mutating func overdueQuestions(_ now: Instant) -> [Action] {
        questions.filter { $0.value.deadline <= now }.flatMap { id, question -> [Action] in
            questions[id] = nil
            resume(question, now)
            let why = "nobody answered within \(settings.questionTime)"
            return [.send(question.kind.unanswered(id, why)), .withdrawn(id)]
        }
    }

    var nextQuestionDeadline: Instant { questions.values.map(\.deadline).min() ?? .distantFuture }
}
