package import JSON

/// One client's side of a server: which era it speaks, which of its calls run, and what it is told. A state machine: messages
/// go in, actions come out, and whoever owns it does them. What was cancelled is forgotten at once, so that nothing
/// can be sent of it.
package struct MCPConversation: Sendable {
    package enum Action: Sendable, Equatable {
        case send(JSONValue)
        /// Run it, tell `progress` and `note` of it, and end with `finish`.
        case start(MCPTicket, MCPCall)
        /// With what is left to say now of the batch that it was in, to whoever asked for that.
        case cancel(MCPTicket, JSONValue?)
        /// What the client says to the question with that number.
        case answered(Int, MCPAnswer)
    }

    private enum Era: Sendable, Equatable {
        /// No session: every request stands alone.
        case alone
        case session(MCPVersion)
    }

    private struct Running: Sendable {
        let call: MCPCall
        let batch: Int?
        var progress = 0.0
    }

    /// More at once than any agent has; the policy has limits of its own.
    package static let runningMax = 1024

    package private(set) var server: MCPServer
    private var era = Era.alone
    private var logLevel: MCPLogLevel?
    /// What a client with a session can be asked, as it said when it opened it.
    private var abilities: JSONValue = [:]
    /// Questions that it has not answered, by their numbers.
    private var asked: Set<Int> = []
    private var running: [MCPTicket: Running] = [:]
    private var tickets: [RPCID: MCPTicket] = [:]
    private var lastTicket = 0
    private var batches = MCPBatches()
    /// Resources of which a client with a session wants to hear.
    package private(set) var subscribed: Set<String> = []

    package init(_ server: MCPServer) { self.server = server }

    /// nil until the client has opened a session.
    package var sessionVersion: MCPVersion? {
        if case .session(let version) = era { version } else { nil }
    }

    package var hasRunningCalls: Bool { !running.isEmpty }
    package func isRunning(_ ticket: MCPTicket) -> Bool { running[ticket] != nil }

    /// What is offered from now on.
    package mutating func change(_ server: MCPServer) { self.server = server }

    /// Tells a client of a session what has changed; who has none asks to be told (`tell`).
    package func news(_ news: MCPNews) -> JSONValue? {
        guard server.tellsOfChanges, sessionVersion != nil else { return nil }
        if case .updated(let uri) = news, !subscribed.contains(where: { MCPNews.covers($0, uri) }) { return nil }
        return news.notification.json
    }

    // MARK: What comes

    /// A line, or a body.
    package mutating func receive(bytes: [UInt8]) -> [Action] {
        do throws(JSONError) {
            return receive(try JSONValue(parsing: bytes))
        } catch {
            return [.send(RPCError.parse(error).response(to: nil))]
        }
    }

    package mutating func receive(_ json: JSONValue) -> [Action] {
        guard case .array(let messages) = json else { return receiveOne(json, batch: nil) }
        guard sessionVersion?.hasBatches == true else {
            let version = sessionVersion?.rawValue ?? MCPVersion.july2026.rawValue
            return [.send(Self.refusal("version \(version) has no batches: one message at a time"))]
        }
        if messages.isEmpty { return [.send(Self.refusal("an empty batch"))] }
        let number = batches.open()
        var actions = messages.flatMap { receiveOne($0, batch: number) }
        if let list = batches.close(number) { actions.append(.send(list)) }
        return actions
    }

    private static func refusal(_ message: String) -> JSONValue {
        RPCError(.invalidRequest, message).response(to: nil)
    }

    private mutating func receiveOne(_ json: JSONValue, batch: Int?) -> [Action] {
        do throws(RPCMessage.Fault) {
            switch try RPCMessage.read(json) {
            case .request(let request): return answer(request, batch)
            case .notification(let notification): return take(notification)
            case .response(let response):
                guard case .number(let number)? = response.id, asked.remove(number) != nil else { return [] }
                return [.answered(number, MCPAnswer(response))]
            }
        } catch {
            return send(error.response, batch)
        }
    }

    private mutating func send(_ message: JSONValue, _ batch: Int?) -> [Action] {
        guard let batch else { return [.send(message)] }
        return batches.add(message, to: batch).map { [.send($0)] } ?? []
    }

    private mutating func answer(_ request: RPCRequest, _ batch: Int?) -> [Action] {
        do throws(RPCError) {
            switch try reply(request) {
            case .result(let result): return send(request.response(result), batch)
            case .call(let call): return try start(call, batch)
            }
        } catch {
            return send(error.response(to: request.id), batch)
        }
    }

    private mutating func reply(_ request: RPCRequest) throws(RPCError) -> MCPServer.Reply {
        switch (request.method, era) {
        case ("initialize", .alone): return .result(try open(request))
        case ("initialize", .session):
            throw RPCError(.invalidRequest, "this session is open already")
        // A client may ask whether anybody is there before it says what it speaks.
        case ("ping", .alone) where request.parameters["_meta"]?[MCPRequestContext.Key.version] == nil:
            return .result([:])
        case (_, .alone): return try server.reply(request, MCPRequestContext(alone: request))
        case ("logging/setLevel", .session):
            logLevel = try MCPRequestContext.logLevel(request.parameters["level"] ?? .null)
            return .result([:])
        case (_, .session(let version)):
            return try server.reply(
                request, MCPRequestContext(request, session: version, logLevel: logLevel, abilities: abilities))
        }
    }

    private mutating func open(_ request: RPCRequest) throws(RPCError) -> JSONValue {
        guard let asked = request.parameters["protocolVersion"]?.string else {
            throw RPCError(.invalidParameters, "`protocolVersion` is missing, or no text")
        }
        let known = MCPVersion(rawValue: asked)
        let version = known.flatMap { $0.isStateless ? nil : $0 } ?? .newestWithSessions
        era = .session(version)
        abilities = MCPRounds.abilities(request.parameters["capabilities"])
        return server.opening(version)
    }

    private mutating func take(_ notification: RPCNotification) -> [Action] {
        // Of the others none changes anything here.
        guard notification.method == "notifications/cancelled",
            let id = notification.parameters["requestId"].flatMap({ RPCID($0) }), let ticket = tickets[id]
        else { return [] }
        return [.cancel(ticket, forget(ticket)?.batch.flatMap { batches.drop($0) })]
    }

    // MARK: Calls

    /// From the request on: what changes before it is answered is news too.
    private mutating func subscribe(_ call: MCPCall) {
        guard let uri = call.arguments["uri"]?.string, subscribed.count < Self.subscribedMax else { return }
        if call.method == "resources/subscribe" { subscribed.insert(uri) }
        if call.method == "resources/unsubscribe" { subscribed.remove(uri) }
    }

    private static let subscribedMax = 1024

    private mutating func start(_ call: MCPCall, _ batch: Int?) throws(RPCError) -> [Action] {
        if tickets[call.id] != nil {
            throw RPCError(.invalidRequest, "a request with this id is still running; each has its own")
        }
        if running.count >= Self.runningMax {
            throw RPCError(.internalError, "\(Self.runningMax) calls are running already; wait until some have ended")
        }
        subscribe(call)
        lastTicket += 1
        let ticket = MCPTicket(number: lastTicket)
        running[ticket] = Running(call: call, batch: batch)
        tickets[call.id] = ticket
        if let batch { batches.wait(batch) }
        return [.start(ticket, call)]
    }

    @discardableResult
    private mutating func forget(_ ticket: MCPTicket) -> Running? {
        guard let known = running.removeValue(forKey: ticket) else { return nil }
        tickets[known.call.id] = nil
        return known
    }

    /// What there is to send when a call is over: nothing if it was cancelled.
    package mutating func finish(_ ticket: MCPTicket, _ result: Result<MCPCallResult, RPCError>) -> JSONValue? {
        guard let known = forget(ticket) else { return nil }
        let version = known.call.context.version
        let message: JSONValue =
            switch result {
            case .success(let result):
                RPCRequest.response(to: known.call.id, server.finish(result.json(version), version))
            case .failure(let error): error.response(to: known.call.id)
            }
        guard let batch = known.batch else { return message }
        return batches.finish(message, of: batch)
    }

    /// How far a call has come: a message if its caller wants one, and it is further than at the last time.
    package mutating func progress(_ ticket: MCPTicket, _ progress: Double, _ message: String) -> JSONValue? {
        guard let known = running[ticket], let token = known.call.context.progressToken, progress > known.progress
        else { return nil }
        running[ticket]?.progress = progress
        var parameters: JSONValue = ["progressToken": token.json, "progress": .double(progress)]
        if known.call.context.version.hasAnnotations { parameters["message"] = .string(message) }
        return RPCNotification(method: "notifications/progress", parameters: parameters).json
    }

    /// What a client without a session has asked to be told, as long as it listens.
    package func tell(_ ticket: MCPTicket, _ notification: RPCNotification) -> JSONValue? {
        guard let known = running[ticket] else { return nil }
        var parameters = notification.parameters
        parameters["_meta"] = [MCPRequestContext.Key.subscription: known.call.id.json]
        return RPCNotification(method: notification.method, parameters: parameters).json
    }

    /// A line of the log about a call: a message if its caller wants such ones. `logger` nil: this server itself.
    package func note(
        _ ticket: MCPTicket, _ level: MCPLogLevel, _ data: JSONValue, logger: String? = nil
    ) -> JSONValue? {
        guard let wanted = running[ticket]?.call.context.logLevel, wanted.lets(level) else { return nil }
        return RPCNotification(
            method: "notifications/message",
            parameters: ["level": .string(level.rawValue), "logger": .string(logger ?? server.name), "data": data]
        ).json
    }

    /// A question to the client of a session, that came up in a call. Numbers are the owner's, each once.
    package mutating func question(
        _ ticket: MCPTicket, _ number: Int, _ kind: MCPAsking, _ parameters: JSONValue
    ) -> JSONValue? {
        guard running[ticket] != nil, sessionVersion != nil else { return nil }
        asked.insert(number)
        return RPCRequest(id: .number(number), method: kind.rawValue, parameters: parameters).json
    }

    /// Its answer is not waited for any more.
    package mutating func withdrawal(_ number: Int) -> JSONValue? {
        if asked.remove(number) == nil { return nil }
        return MCPClient.cancellation(number, "its answer is not waited for any more")
    }

    /// The client has gone: whose calls there are to end.
    package mutating func end() -> [MCPTicket] {
        let all = Array(running.keys)
        running = [:]
        tickets = [:]
        batches = MCPBatches()
        return all
    }
}

/// A call that runs, for whoever runs it: ids are the client's, and may come again.
package struct MCPTicket: Hashable, Sendable {
    let number: Int
}
