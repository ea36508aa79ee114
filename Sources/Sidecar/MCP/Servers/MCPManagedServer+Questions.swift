internal import JSON
internal import LinuxSystem
internal import MCP

/// What the server asks in the middle of calls: whoever called is asked, or the sidecar answers itself where its entry says so.
extension MCPManagedServer {
    /// As often as that a call comes again with answers.
    private static let roundsMax = 10

    /// nil: no model is asked for it.
    var sampling: MCPSampler? { entry.sampling == nil ? nil : sampler }

    // MARK: In sessions

    func ask(_ id: RPCID, _ ticket: MCPRequestTicket?, _ kind: MCPAsking, _ parameters: JSONValue) {
        let ask = ticket.flatMap { requests[$0]?.hearing.ask }
        questions[id] = Task(executorPreference: loop) { [self] in
            let answer: MCPAnswer
            if let ask {
                answer = await ask(kind, parameters)
            } else if ticket == nil, kind == .sampling {
                answer = await sampled(parameters)
            } else {
                answer = .nobody("nobody is there to be asked")
            }
            // One that was withdrawn may have been asked again by the same id.
            if Task.isCancelled { return }
            questions[id] = nil
            perform(client?.answer(id, answer, loop.clock.now()) ?? [])
        }
    }

    func withdraw(_ id: RPCID) { questions.removeValue(forKey: id)?.cancel() }

    private func sampled(_ parameters: JSONValue) async -> MCPAnswer {
        guard let sampling else { return .nobody("the sidecar has no model to ask for it") }
        return await sampling.answer(parameters, for: self)
    }

    // MARK: Without sessions

    /// A request that comes again with answers for as long as its result asks for something, unless whoever calls does that itself.
    func insist(
        _ method: String, _ parameters: JSONValue, limit: TimeSpan, hearing: MCPHearing
    ) async -> Result<JSONValue, MCPClientFailure> {
        var hearing = hearing
        let theirs = hearing.abilities
        // In a session the server was told when it was started.
        if sampling != nil, theirs["sampling"] == nil, client?.version?.isStateless == true {
            hearing.abilities["sampling"] = [:]
        }
        var asked = parameters
        for _ in 0..<Self.roundsMax {
            let result = await request(method, asked, limit: limit, hearing: hearing)
            guard case .success(let answer) = result, MCPRounds.isWanted(by: answer) else { return result }
            let questions = MCPRounds.questions(answer)
            let isTheirs = questions.allSatisfy { $0.kind.obstacle($0.parameters, theirs) == nil }
            if hearing.takesRounds, isTheirs { return result }
            var answers: JSONValue = [:]
            for question in questions {
                switch await answered(question.kind, question.parameters, theirs, hearing) {
                case .result(let result): answers[question.name] = result
                case let other:
                    let why = other.problem ?? "nobody answers it"
                    return .failure(.malformed("it asks for `\(question.kind.rawValue)`: \(why)"))
                }
            }
            asked = MCPRounds.again(parameters, after: answer, answers)
        }
        return .failure(.malformed("it has asked \(Self.roundsMax) times in a row for something more"))
    }

    private func answered(
        _ kind: MCPAsking, _ parameters: JSONValue, _ abilities: JSONValue, _ hearing: MCPHearing
    ) async -> MCPAnswer {
        if let obstacle = kind.obstacle(parameters, abilities) {
            return kind == .sampling && sampling != nil ? await sampled(parameters) : .nobody(obstacle)
        }
        guard let ask = hearing.ask else { return .nobody("nobody is there to be asked") }
        return await ask(kind, parameters)
    }
}
