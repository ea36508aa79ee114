internal import JSON
internal import LinuxSystem
internal import MCP
internal import Synchronization

/// Between a client without a session and a server with one. The server asks in the middle of a call and waits; the client takes a
/// question as the result of its call, and calls again with the answer. Meanwhile the call is kept here, under a state that nobody guesses.
final class MCPParkedCalls: Sendable {
    typealias Outcome = Result<MCPCallResult, RPCError>

    private struct Place {
        let call: MCPParkedCall
        let since: Instant
    }

    private let places = Mutex<[String: Place]>([:])

    /// Tells our states from those that servers make for themselves, another sidecar's among them.
    private let mark = "sidecar-\(MCPSessions.name(words: 1))."
    private static let countMax = 256
    /// The server has long been told that nobody answers.
    private static let timeMax = TimeSpan.seconds(1800)

    /// nil: `work` says that it is nobody's.
    func run(
        _ call: MCPCall, _ hearing: MCPHearing, on loop: EventLoop,
        _ work: @escaping @Sendable (MCPHearing) async -> Outcome?
    ) async -> Outcome? {
        let parked: MCPParkedCall
        if let state = MCPRounds.state(of: call.answers), state.hasPrefix(mark) {
            guard let known = take(state, of: call) else {
                return .failure(
                    RPCError(
                        .invalidParameters,
                        "`requestState` belongs to no call that waits for this answer; call again without it"))
            }
            parked = known
            parked.proceed(hearing, MCPRounds.responses(of: call.answers))
        } else {
            parked = MCPParkedCall(call, hearing, on: loop, work)
        }
        switch await parked.next() {
        case .over(let outcome): return outcome
        case .question(let number, let kind, let parameters):
            let state = mark + MCPSessions.name()
            put(parked, state, loop.clock.now())
            let result = MCPRounds.question(MCPParkedCall.name(number), kind, parameters, state: state)
            return .success(MCPCallResult(whole: result))
        }
    }

    /// Once: a state that was used leads nowhere.
    private func take(_ state: String, of call: MCPCall) -> MCPParkedCall? {
        places.withLock { places in
            guard let place = places[state], place.call.isSame(call) else { return nil }
            places[state] = nil
            return place.call
        }
    }

    private func put(_ call: MCPParkedCall, _ state: String, _ now: Instant) {
        let left = places.withLock { places in
            var left = places.filter { now - $0.value.since >= Self.timeMax }
            if places.count - left.count >= Self.countMax,
                let oldest = places.min(by: { $0.value.since < $1.value.since })
            {
                left[oldest.key] = oldest.value
            }
            for key in left.keys { places[key] = nil }
            places[state] = Place(call: call, since: now)
            return left
        }
        for place in left.values { place.call.cancel() }
    }

    func end() {
        let all = places.withLock { places in
            defer { places = [:] }
            return places.values.map(\.call)
        }
        for call in all { call.cancel() }
    }
}

/// One call that may be interrupted by questions.
final class MCPParkedCall: Sendable {
    enum Turn: Sendable {
        case over(MCPParkedCalls.Outcome?)
        case question(Int, MCPAsking, JSONValue)
    }

    private let original: MCPCall
    private let questions = MCPOpenQuestions()
    private let turns: AsyncStream<Turn>
    private let source: AsyncStream<Turn>.Continuation
    private let task = Mutex<Task<Void, Never>?>(nil)
    /// The question that the client has; it gets it again for as long as it does not answer it.
    private let asked = Mutex<(number: Int, kind: MCPAsking, parameters: JSONValue)?>(nil)
    /// Of the request that is being answered now: progress is told to that one.
    private let hearing: Mutex<MCPHearing>

    init(
        _ call: MCPCall, _ hearing: MCPHearing, on loop: EventLoop,
        _ work: @escaping @Sendable (MCPHearing) async -> MCPParkedCalls.Outcome?
    ) {
        original = call
        self.hearing = Mutex(hearing)
        (turns, source) = AsyncStream.makeStream(of: Turn.self)
        var own = hearing
        own.ask = { [questions, source] kind, parameters in
            await questions.ask {
                source.yield(.question($0, kind, parameters))
            } withdraw: { _ in
            }
        }
        if hearing.progress != nil {
            own.progress = { [weak self] in self?.hearing.withLock { $0.progress }?($0, $1) }
        }
        let begun = own
        let running = Task(executorPreference: loop) { [source] in
            source.yield(.over(await work(begun)))
            source.finish()
        }
        task.withLock { $0 = running }
    }

    static func name(_ number: Int) -> String { "question-\(number)" }

    func isSame(_ call: MCPCall) -> Bool {
        (call.method, call.tool) == (original.method, original.tool) && call.arguments == original.arguments
    }

    func proceed(_ hearing: MCPHearing, _ answers: [(name: String, result: JSONValue)]) {
        self.hearing.withLock { $0 = hearing }
        for (name, result) in answers {
            guard let number = Int(name.dropFirst(Self.name(0).count - 1)), Self.name(number) == name else { continue }
            questions.take(number, result.object == nil ? .nobody("the client's answer is no object") : .result(result))
            asked.withLock { if $0?.number == number { $0 = nil } }
        }
    }

    /// Ends it when the task that waits is cancelled.
    func next() async -> Turn {
        if let open = asked.withLock({ $0 }), questions.has(open.number) {
            return .question(open.number, open.kind, open.parameters)
        }
        let turn = await withTaskCancellationHandler {
            var turns = turns.makeAsyncIterator()
            return await turns.next()
        } onCancel: {
            cancel()
        }
        if case .question(let number, let kind, let parameters) = turn {
            asked.withLock { $0 = (number, kind, parameters) }
        }
        return turn ?? .over(.failure(RPCError(.internalError, "the call was cancelled")))
    }

    func cancel() {
        questions.end()
        task.withLock { $0 }?.cancel()
    }
}
