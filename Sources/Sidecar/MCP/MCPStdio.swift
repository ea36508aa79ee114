internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

/// The tools for one client on standard input and output. The end of the input is the end of everything that runs. On its
/// loop only, which `@unchecked Sendable` stands on.
final class MCPStdio: @unchecked Sendable {
    private let loop: EventLoop
    private let door: ToolDoor
    private let combined: MCPCombined
    private let servers: MCPServers?
    /// Of all calls: a process belongs to one client.
    private let session: String
    private var conversation: MCPConversation
    private var lines = RPCLines()
    private var calls: [MCPTicket: Task<Void, Never>] = [:]
    /// What the client was asked.
    private let questions = MCPOpenQuestions()
    private var hasBegun = false
    private let input: MCPInput
    private let output: MCPOutput
    private var ending: CheckedContinuation<Void, Never>?
    private var isOver = false
    /// Its place among those who hear what changes.
    private var listener: Int?

    /// What a client has not read yet; beyond it nothing more is taken from it.
    private static let outputBytesMax = 16 << 20

    init(
        _ combined: MCPCombined, _ servers: MCPServers?, _ door: ToolDoor, session: String, on loop: EventLoop
    ) {
        self.combined = combined
        self.servers = servers
        self.loop = loop
        self.door = door
        self.session = session
        conversation = MCPConversation(combined.server)
        input = MCPInput(on: loop)
        output = MCPOutput(on: loop)
    }

    /// Until the client has gone, or the task is cancelled.
    func serve() async throws(SystemError) {
        loop.assertOnLoop()
        output.onFailure = { [weak self] in self?.end() }
        output.onDrain = { [weak self] in self?.input.resume() }
        listener = servers?.audience.add { [weak self] news in
            guard let self else { return }
            loop.submit { [weak self] in self?.tell(news) }
        }
        try input.start { [weak self] bytes in self?.take(bytes) }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if isOver { continuation.resume() } else { ending = continuation }
            }
        } onCancel: {
            loop.submit { [self] in end() }
        }
        input.stop()
        // Forgotten first, so that nothing is said of them any more.
        _ = conversation.end()
        questions.end()
        let left = calls.values.map { $0 }
        for call in left { call.cancel() }
        for call in left { await call.value }
        async let theirEnd: Void? = servers?.stop()
        await door.stop()
        await theirEnd
        output.stop()
    }

    private func end() {
        isOver = true
        ending?.resume()
        ending = nil
    }

    /// nil: there is no more.
    private func take(_ bytes: UnsafeRawBufferPointer?) {
        guard let bytes else {
            if let last = lines.end() { take(last) }
            return end()
        }
        for line in lines.take(Array(bytes)) { take(line) }
        if output.count > Self.outputBytesMax { input.pause() }
    }

    private func take(_ line: RPCLines.Line) {
        switch line {
        case .text(let bytes):
            do throws(JSONError) {
                take(try JSONValue(parsing: bytes))
            } catch {
                output.write(RPCError.parse(error).response(to: nil))
            }
        case .tooLong(_):
            let error = RPCError(.parse, "a message of more than \(RPCLines.lineBytesMax) bytes was left unread")
            output.write(error.response(to: nil))
        }
    }

    private func take(_ message: JSONValue) {
        if !hasBegun { begin(message) }
        conversation.change(combined.server)
        if let servers, servers.isBeingIntroduced, message.asksForLists { return answerLater(message, servers) }
        for action in conversation.receive(message) { perform(action) }
    }

    /// Servers are told when they are started what the client can be asked, so its first word is waited for. It is no secret that long:
    /// whoever starts a server speaks to it.
    private func begin(_ message: JSONValue) {
        if message["method"]?.string == "ping" { return }
        hasBegun = true
        servers?.open(abilities: MCPRounds.abilities(declaredBy: message))
    }

    /// Servers that have only just been started may say in a moment what they offer.
    private func answerLater(_ message: JSONValue, _ servers: MCPServers) {
        Task(executorPreference: loop) { [self] in
            await servers.introduced(within: MCPServers.introductionTime)
            conversation.change(combined.server)
            for action in conversation.receive(message) { perform(action) }
        }
    }

    /// What changes, for whoever has a session.
    func tell(_ news: MCPNews) {
        if isOver { return }
        conversation.change(combined.server)
        send(conversation.news(news))
    }

    private func perform(_ action: MCPConversation.Action) {
        switch action {
        case .send(let message): output.write(message)
        case .answered(let number, let answer): questions.take(number, answer)
        case .cancel(let ticket, let remainder):
            calls[ticket]?.cancel()
            send(remainder)
        case .start(let ticket, let call):
            calls[ticket] = Task(executorPreference: loop) { [self] in
                await run(ticket, call)
                calls[ticket] = nil
            }
        }
    }

    private func run(_ ticket: MCPTicket, _ call: MCPCall) async {
        if call.method == "subscriptions/listen" {
            return send(conversation.finish(ticket, await listen(ticket, call)))
        }
        if let theirs = await servers?.run(call, hearing(ticket, call), listener: listener) {
            // What was said meanwhile comes first.
            if call.wantsToHear { await loop.settle() }
            return send(conversation.finish(ticket, theirs))
        }
        var toolCall = ToolCall(tool: call.tool, input: call.arguments, session: session, mayGoOn: true)
        if let tell = teller(ticket, call) { toolCall.onProgress = { tell($0.seconds, $0.message) } }
        let result: Result<MCPCallResult, RPCError>
        do throws(ToolDoor.Unusable) {
            let done = try await door.run(toolCall)
            let (level, data) = done.logged
            send(conversation.note(ticket, level, data))
            result = .success(MCPCallResult(done))
        } catch {
            result = .failure(RPCError(.internalError, error.reason))
        }
        send(conversation.finish(ticket, result))
    }

    private func listen(_ ticket: MCPTicket, _ call: MCPCall) async -> Result<MCPCallResult, RPCError> {
        do throws(RPCError) {
            let interest = try MCPInterest(call.arguments)
            await servers?.audience.listen(interest) {
                send(conversation.tell(ticket, interest.acknowledgement))
            } _: {
                send(conversation.tell(ticket, $0.notification))
            }
            return .success(MCPCallResult(whole: .subscriptionEnd(call.id)))
        } catch {
            return .failure(error)
        }
    }

    private func hearing(_ ticket: MCPTicket, _ call: MCPCall) -> MCPHearing {
        var hearing = MCPHearing(progress: teller(ticket, call))
        hearing.caller = Self.client
        if conversation.sessionVersion != nil { hearing.ask = asker(ticket) }
        guard let level = call.context.logLevel else { return hearing }
        hearing.level = level
        hearing.note = { [self] level, data, logger in
            loop.submit { [self] in send(conversation.note(ticket, level, data, logger: logger)) }
        }
        return hearing
    }

    /// There is one, whichever era it speaks.
    private static let client = 1

    private func asker(_ ticket: MCPTicket) -> @Sendable (MCPAsking, JSONValue) async -> MCPAnswer {
        { [self] kind, parameters in
            await questions.ask { [self] number in
                loop.submit { [self] in
                    if let question = conversation.question(ticket, number, kind, parameters) {
                        output.write(question)
                    } else {
                        questions.take(number, .nobody("the call is over"))
                    }
                }
            } withdraw: { [self] number in
                loop.submit { [self] in send(conversation.withdrawal(number)) }
            }
        }
    }

    /// nil where nobody wants to hear it.
    private func teller(_ ticket: MCPTicket, _ call: MCPCall) -> (@Sendable (Double, String) -> Void)? {
        guard call.context.progressToken != nil else { return nil }
        return { [self] progress, message in
            loop.submit { [self] in send(conversation.progress(ticket, progress, message)) }
        }
    }

    private func send(_ message: JSONValue?) {
        if let message { output.write(message) }
    }
}

extension JSONValue {
    /// Of a request: whether it asks which tools, resources or prompts there are.
    var asksForLists: Bool { self["method"]?.string?.hasSuffix("/list") == true }

    /// What is said when there will be no more news.
    static func subscriptionEnd(_ id: RPCID) -> JSONValue {
        ["_meta": [MCPRequestContext.Key.subscription: id.json]]
    }
}
