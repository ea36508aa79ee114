internal import HTTP
internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

/// One POST of an MCP client and its answer: JSON when nothing has to be said before the end, else a stream of events. On the
/// loop of its exchange only, which `@unchecked Sendable` stands on.
final class MCPPost: @unchecked Sendable {
    private let exchange: ServerExchange
    private let session: MCPSession
    private let door: ToolDoor
    private let servers: MCPServers?
    private let accept: MCPAccept
    /// The request stands alone: its errors have a status of their own.
    private let isAlone: Bool
    var fields: HTTPFields
    private(set) var isStream = false
    private var isOver = false
    private var answers: [JSONValue] = []
    private lazy var timer = LoopTimer { [unowned self] in keepAlive() }

    /// Proxies give up on silence after a minute, some after half of one.
    private static let silenceMax = TimeSpan.seconds(15)

    init(
        _ exchange: ServerExchange, _ session: MCPSession, _ door: ToolDoor, _ servers: MCPServers?,
        _ accept: MCPAccept, isAlone: Bool, fields: HTTPFields
    ) {
        self.exchange = exchange
        self.session = session
        self.door = door
        self.servers = servers
        self.accept = accept
        self.isAlone = isAlone
        self.fields = fields
    }

    /// `whenReceived`: before anything is answered.
    func run(_ body: JSONValue, whenReceived: () -> Void = {}) async {
        var calls: [Task<Void, Never>] = []
        let actions = session.receive(body, now: exchange.loop.now)
        whenReceived()
        for action in actions {
            switch action {
            case .send(let message): answers.append(message)
            case .cancel(let ticket, let remainder): session.cancel(ticket, remainder)
            case .answered(let number, let answer): session.questions.take(number, answer)
            case .start(let ticket, let call): calls.append(begin(ticket, call))
            }
        }
        if !calls.isEmpty { await wait(for: calls) }
        end(hadCalls: !calls.isEmpty)
    }

    private func begin(_ ticket: MCPTicket, _ call: MCPCall) -> Task<Void, Never> {
        let task = Task(executorPreference: exchange.loop) { [self] in await run(ticket, call) }
        session.attach(task, to: ticket)
        return task
    }

    /// A client that leaves ends what it asked for: nobody could fetch the answer later.
    private func wait(for calls: [Task<Void, Never>]) async {
        if accept.stream { exchange.loop.schedule(timer, after: Self.silenceMax) }
        await withTaskCancellationHandler {
            for call in calls { await call.value }
        } onCancel: {
            for call in calls { call.cancel() }
        }
        timer.disarm()
    }

    private func run(_ ticket: MCPTicket, _ call: MCPCall) async {
        let result: Result<MCPCallResult, RPCError>
        if call.method == "subscriptions/listen" {
            result = await listen(ticket, call)
        } else if let theirs = await servers?.run(call, hearing(ticket, call), listener: session.listener) {
            result = theirs
        } else {
            result = await runOwn(ticket, call)
        }
        // What was said meanwhile comes first.
        if call.wantsToHear { await exchange.loop.settle() }
        if let message = session.finish(ticket, result, now: exchange.loop.now) { answers.append(message) }
    }

    /// As long as the client stays.
    private func listen(_ ticket: MCPTicket, _ call: MCPCall) async -> Result<MCPCallResult, RPCError> {
        do throws(RPCError) {
            let interest = try MCPInterest(call.arguments)
            guard accept.stream else {
                throw RPCError(.invalidRequest, "news come as \(MCPAccept.streamType), which `Accept` does not want")
            }
            await servers?.audience.listen(interest) {
                tell(session.tell(ticket, interest.acknowledgement))
            } _: {
                tell(session.tell(ticket, $0.notification))
            }
            return .success(MCPCallResult(whole: .subscriptionEnd(call.id)))
        } catch {
            return .failure(error)
        }
    }

    private func hearing(_ ticket: MCPTicket, _ call: MCPCall) -> MCPHearing {
        var hearing = MCPHearing(progress: teller(ticket, call))
        hearing.caller = session.number
        let loop = exchange.loop
        // A question needs a stream to come on.
        if session.isOpen, accept.stream { hearing.ask = asker(ticket, loop) }
        guard let level = call.context.logLevel, accept.stream else { return hearing }
        hearing.level = level
        hearing.note = { [self] level, data, logger in
            loop.submit { [self] in tell(session.note(ticket, level, data, logger: logger)) }
        }
        return hearing
    }

    /// On the stream of the call; the answer comes with a POST of its own.
    private func asker(
        _ ticket: MCPTicket, _ loop: EventLoop
    ) -> @Sendable (MCPAsking, JSONValue) async -> MCPAnswer {
        { [self] kind, parameters in
            await session.questions.ask { [self] number in
                loop.submit { [self] in
                    if let question = session.question(ticket, number, kind, parameters) {
                        tell(question)
                    } else {
                        session.questions.take(number, .nobody("the call is over"))
                    }
                }
            } withdraw: { [self] number in
                loop.submit { [self] in tell(session.withdrawal(number)) }
            }
        }
    }

    /// nil where nobody wants to hear it.
    private func teller(_ ticket: MCPTicket, _ call: MCPCall) -> (@Sendable (Double, String) -> Void)? {
        guard call.context.progressToken != nil, accept.stream else { return nil }
        let loop = exchange.loop
        return { [self] progress, message in
            loop.submit { [self] in tell(session.progress(ticket, progress, message)) }
        }
    }

    private func runOwn(_ ticket: MCPTicket, _ call: MCPCall) async -> Result<MCPCallResult, RPCError> {
        var toolCall = ToolCall(
            tool: call.tool, input: call.arguments, session: session.toolSession, mayGoOn: true)
        if let tell = teller(ticket, call) { toolCall.onProgress = { tell($0.seconds, $0.message) } }
        do throws(ToolDoor.Unusable) {
            let done = try await door.run(toolCall)
            if call.context.logLevel != nil {
                let (level, data) = done.logged
                tell(session.note(ticket, level, data))
            }
            return .success(MCPCallResult(done))
        } catch {
            return .failure(RPCError(.internalError, error.reason))
        }
    }

    // MARK: The answer

    /// Something that is no answer; only a stream has a place for it.
    private func tell(_ message: JSONValue?) {
        guard let message, accept.stream, !isOver else { return }
        beginStream()
        write(message)
    }

    private func beginStream() {
        if isStream { return }
        isStream = true
        var fields = fields
        fields.append("Content-Type", MCPAccept.streamType)
        fields.append("Cache-Control", "no-cache, no-transform")
        fields.append("X-Accel-Buffering", "no")
        exchange.begin(ResponseHead(status: 200, fields: fields), bodyCount: nil)
    }

    private func write(_ message: JSONValue) {
        var bytes = Array("event: message\ndata: ".utf8)
        bytes += message.bytes()
        bytes += [0x0A, 0x0A]
        _ = bytes.withUnsafeBytes { exchange.write($0) }
    }

    private func keepAlive() {
        if isOver { return }
        beginStream()
        _ = Array(": still running\n\n".utf8).withUnsafeBytes { exchange.write($0) }
        exchange.loop.schedule(timer, after: Self.silenceMax)
    }

    private func end(hadCalls: Bool) {
        isOver = true
        if !isStream {
            if answers.isEmpty, !hadCalls || !accept.stream {
                return exchange.respond(ResponseHead(status: 202, fields: fields))
            }
            if let answer = answers.first, accept.json {
                var fields = fields
                fields.append("Content-Type", MCPAccept.jsonType)
                let status = MCPHeaders.status(of: answer, alone: isAlone)
                return exchange.respond(ResponseHead(status: status, fields: fields), answer.bytes())
            }
        }
        // What was cancelled has no answer: its stream ends.
        beginStream()
        for answer in answers { write(answer) }
        exchange.end()
    }
}
