internal import JSON
internal import LinuxSystem
internal import MCP

/// Who waits for an answer. On the server's loop only.
struct MCPPendingRequest {
    let continuation: CheckedContinuation<Result<JSONValue, MCPClientFailure>, Never>
    let hearing: MCPHearing

    func finish(_ result: Result<JSONValue, MCPClientFailure>) { continuation.resume(returning: result) }
}

extension MCPManagedServer {
    /// A call that says how it goes may take as long as it likes, as long as it says so.
    static let callTime = TimeSpan.seconds(300)
    private static let listTime = TimeSpan.seconds(20)

    func request(
        _ method: String, _ parameters: JSONValue, limit: TimeSpan, hearing: MCPHearing = .nothing
    ) async -> Result<JSONValue, MCPClientFailure> {
        await send(hearing) { client, now in
            client.request(
                method, parameters, limit: limit, wantsProgress: hearing.progress != nil, abilities: hearing.abilities,
                caller: hearing.caller, now: now)
        }
    }

    func ping(limit: TimeSpan) async -> Result<JSONValue, MCPClientFailure> {
        await send(.nothing) { client, now in client.ping(limit: limit, now: now) }
    }

    /// A task that is cancelled cancels what it asked for.
    private func send(
        _ hearing: MCPHearing,
        _ ask: (inout MCPClient, Instant) -> (ticket: MCPRequestTicket, message: JSONValue)
    ) async -> Result<JSONValue, MCPClientFailure> {
        loop.assertOnLoop()
        guard var asked = client, asked.version != nil, let link else {
            return .failure(.gone(error ?? "the server `\(name)` does not run"))
        }
        let (ticket, message) = ask(&asked, loop.clock.now())
        client = asked
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                requests[ticket] = MCPPendingRequest(continuation: continuation, hearing: hearing)
                link.send(message)
                // The time that it has.
                perform([])
            }
        } onCancel: {
            loop.submit { [self] in
                perform(client?.cancel(ticket, "whoever asked does not want it any more") ?? [])
            }
        }
    }

    func endRequests(_ reason: String) {
        guard var gone = client else { return }
        let actions = gone.end(reason)
        client = gone
        perform(actions)
    }

    // MARK: What it offers

    /// nil, or why it is of no use.
    func listAll() async -> String? {
        for what in MCPOffered.allCases where client?.offers(what) == true {
            if let failure = await list(what) {
                if what == .tools { return "`tools/list`: \(failure.message)" }
                // What promises resources or prompts and has no list of them is as good as without.
                offered[what] = []
            }
        }
        return nil
    }

    private func list(_ what: MCPOffered) async -> MCPClientFailure? {
        var listing = MCPListing(what)
        var next: JSONValue? = [:]
        while let parameters = next {
            switch await request(listing.method, parameters, limit: Self.listTime) {
            case .success(let page): next = listing.take(page)
            case .failure(let failure): return failure
            }
        }
        offered[what] = what == .tools ? readParameterFields(listing.items) : listing.items
        client?.didList(what, holdsFor: listing.timeToLive, loop.clock.now())
        perform([])
        return nil
    }

    func listAgain(_ what: MCPOffered) {
        guard state == .ready else { return }
        Task(executorPreference: loop) { [self] in
            _ = await list(what)
            whenChanged?()
        }
    }

    /// Its tools by their own names, those that the filter lets through.
    var tools: [JSONValue] {
        (offered[.tools] ?? []).filter { $0["name"]?.string.map { entry.tools.offers($0) } ?? false }
    }

    // MARK: Calls

    /// Running, or why not; one that was never asked for is started.
    func readied() async throws(MCPTrouble) {
        startIfWanted()
        await settled()
        if state == .ready { return }
        throw .notReady(notReady)
    }

    private var notReady: String {
        switch state {
        case .disabled where entry.pending != nil: "the server `\(name)` \(entry.pending ?? "")"
        case .disabled: "the server `\(name)` is disabled; `sidecar mcp enable \(name)` allows it again"
        case .failed: "the server `\(name)` has failed: \(error ?? "no reason known")"
        case .stopped where isHeldBack: "the server `\(name)` was stopped; `sidecar mcp start \(name)` starts it"
        default: "the server `\(name)` is \(state.rawValue)\(error.map { ": \($0)" } ?? "")"
        }
    }

    func call(
        _ tool: String, _ arguments: JSONValue, limit: TimeSpan? = nil, hearing: MCPHearing = .nothing
    ) async throws(MCPTrouble) -> JSONValue {
        try await readied()
        let names = tools.compactMap { $0["name"]?.string }
        guard let declared = tools.first(where: { $0["name"]?.string == tool }) else {
            throw .unknown(Self.unknownTool(tool, name, names))
        }
        let problems = MCPSchema(declared["inputSchema"] ?? true).problems(with: arguments)
        if !problems.isEmpty { throw .wrongArguments(tool: tool, problems) }
        let parameters = await heeding(hearing, ["name": .string(tool), "arguments": arguments])
        let result = await insist(
            "tools/call", parameters, limit: limit ?? entry.callTime ?? Self.callTime, hearing: hearing.named)
        switch result {
        case .success(let answer): return try checked(answer, declared)
        case .failure(let failure): throw trouble(failure, tool)
        }
    }

    /// What it has beside tools.
    func ask(
        _ method: String, _ parameters: JSONValue, of what: MCPOffered?, hearing: MCPHearing
    ) async throws(MCPTrouble) -> JSONValue {
        try await readied()
        if let what, client?.offers(what) != true {
            throw .unknown("the server `\(name)` has no \(what.capability)")
        }
        let parameters = await heeding(hearing, parameters)
        let limit = entry.callTime ?? Self.callTime
        switch await insist(method, parameters, limit: limit, hearing: hearing.named) {
        case .success(let answer): return answer
        case .failure(.refused(let code, let message, _)): throw .refused(code: code, "`\(name)`: \(message)")
        case .failure(let failure): throw trouble(failure, method)
        }
    }

    /// With what whoever asks has to say beside it. A server tells its log to those who ask for it: with each request, or in a session
    /// once and for all.
    private func heeding(_ hearing: MCPHearing, _ asked: JSONValue) async -> JSONValue {
        var parameters = asked
        for answer in hearing.answers.object?.members ?? [] { parameters[answer.key] = answer.value }
        guard let level = hearing.level, client?.capabilities["logging"]?.object != nil else { return parameters }
        if client?.version?.isStateless == true {
            parameters["_meta"] = [MCPRequestContext.Key.logLevel: .string(level.rawValue)]
            return parameters
        }
        if logLevel?.lets(level) != true || logLevel == nil {
            logLevel = level
            _ = await request("logging/setLevel", ["level": .string(level.rawValue)], limit: Self.listTime)
        }
        return parameters
    }

    /// What a server says has to be what it promised.
    private func checked(_ answer: JSONValue, _ declared: JSONValue) throws(MCPTrouble) -> JSONValue {
        if MCPRounds.isWanted(by: answer) { return answer }
        guard answer["content"]?.array != nil else {
            throw .failed(withLastWords("the answer of `\(name)` cannot be used: it has no `content`"))
        }
        guard let schema = declared["outputSchema"], answer["isError"]?.bool != true,
            let structured = answer["structuredContent"]
        else { return answer }
        let problems = MCPSchema(schema).problems(with: structured)
        if problems.isEmpty { return answer }
        let what = problems.joined(separator: "; ")
        throw .failed(withLastWords("the result of `\(name)` is not what its own schema promises: \(what)"))
    }

    func trouble(_ failure: MCPClientFailure, _ what: String) -> MCPTrouble {
        let message = "`\(what)` of `\(name)`: \(failure.message)"
        switch failure {
        case .timedOut: return .timedOut(withLastWords(message))
        case .malformed: return .failed(withLastWords(message))
        default: return .failed(message)
        }
    }

    private func withLastWords(_ message: String) -> String {
        lastWords.map { "\(message); its last words: \($0)" } ?? message
    }
}
