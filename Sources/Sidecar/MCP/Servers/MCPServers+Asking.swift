internal import JSON
internal import LinuxSystem
internal import MCP
internal import Sandbox
internal import ToolRuntime

/// What clients ask of all servers as of one: each request goes to the server whose name is in what it asks for.
extension MCPServers {
    /// nil: it is nobody's here. From any loop; the answer comes back there. `listener`: who hears of resources in a session.
    func run(
        _ call: MCPCall, _ hearing: MCPHearing, listener: Int? = nil
    ) async -> Result<MCPCallResult, RPCError>? {
        let hearing = hearing.of(call)
        // What comes up in the middle of its calls has to be the result of one.
        if hearing.takesRounds, hearing.abilities.object?.isEmpty == false, isTheirs(call) {
            return await parked.run(call, hearing, on: loop) { [self] in await carryOut(call, $0, listener) }
        }
        return await carryOut(call, hearing, listener)
    }

    private func isTheirs(_ call: MCPCall) -> Bool {
        if call.method != "tools/call" { return ["resources/read", "prompts/get"].contains(call.method) }
        return hidesTools && MCPMetaTools.has(call.tool) || offer.place(call.tool) != nil
    }

    private func carryOut(
        _ call: MCPCall, _ hearing: MCPHearing, _ listener: Int?
    ) async -> Result<MCPCallResult, RPCError>? {
        if call.method != "tools/call" {
            return await askBeside(call, hearing, listener).map { MCPCallResult(whole: $0) }
        }
        if hidesTools, MCPMetaTools.has(call.tool) {
            switch MCPMetaTools.run(call, offer) {
            case .answer(let result): return .success(result)
            case .call(let place, let arguments): return await run(place, arguments, hearing)
            }
        }
        guard let place = offer.place(call.tool) else { return nil }
        return await run(place, call.arguments, hearing)
    }

    private func run(
        _ place: MCPOffer.Place, _ arguments: JSONValue, _ hearing: MCPHearing
    ) async -> Result<MCPCallResult, RPCError> {
        switch await call(place.server, place.tool, arguments, hearing: hearing) {
        case .success(let answer): return .success(MCPCallResult(answer, of: place.server))
        case .failure(.unknown(let message)): return .failure(RPCError(.invalidParameters, message))
        case .failure(.denied(let denial)):
            return .success(MCPCallResult(denial, MCPAccounts.name(place.server, place.tool)))
        // The model is to see what is wrong, and to do better.
        case .failure(let trouble):
            return .success(MCPCallResult(content: [.text(trouble.message)], isError: true))
        }
    }

    private func askBeside(
        _ call: MCPCall, _ hearing: MCPHearing, _ listener: Int?
    ) async -> Result<JSONValue, RPCError> {
        do throws(RPCError) {
            switch call.method {
            case "resources/read": return .success(try await read(call, hearing))
            case "prompts/get": return .success(try await prompt(call, hearing))
            case "completion/complete": return .success(try await complete(call, hearing))
            case "resources/subscribe", "resources/unsubscribe":
                let (_, uri) = try resource(call.arguments["uri"])
                if let listener { audience.watch(uri.offered, call.method == "resources/subscribe", for: listener) }
                return .success([:])
            default: throw RPCError(.unknownMethod, "there is no method `\(call.method)`")
            }
        } catch {
            return .failure(error)
        }
    }

    private func read(_ call: MCPCall, _ hearing: MCPHearing) async throws(RPCError) -> JSONValue {
        let (server, uri) = try resource(call.arguments["uri"])
        var parameters = call.arguments
        parameters["uri"] = .string(uri.own)
        var answer = try await ask(server, call.method, parameters, .resources, hearing)
        if MCPRounds.isWanted(by: answer) { return answer }
        let contents = answer["contents"]?.array ?? []
        answer["contents"] = .array(contents.map { MCPResourceNames.renamed($0, server) })
        // How long it may be kept its server says, and nobody else.
        if call.context.version.isStateless {
            if answer["ttlMs"]?.int == nil { answer["ttlMs"] = 0 }
            answer["cacheScope"] = "private"
        }
        return answer
    }

    private func prompt(_ call: MCPCall, _ hearing: MCPHearing) async throws(RPCError) -> JSONValue {
        let place = try promptPlace(call.arguments["name"])
        var parameters = call.arguments
        parameters["name"] = .string(place.tool)
        var answer = try await ask(place.server, call.method, parameters, .prompts, hearing)
        if MCPRounds.isWanted(by: answer) { return answer }
        let messages = answer["messages"]?.array ?? []
        answer["messages"] = .array(
            messages.map { message in
                var message = message
                if let content = message["content"] {
                    message["content"] = MCPResourceNames.renamed(content: content, place.server)
                }
                return message
            })
        return answer
    }

    private func complete(_ call: MCPCall, _ hearing: MCPHearing) async throws(RPCError) -> JSONValue {
        var parameters = call.arguments
        let reference = parameters["ref"] ?? .null
        let server: String
        switch reference["type"]?.string {
        case "ref/prompt":
            let place = try promptPlace(reference["name"])
            server = place.server
            parameters["ref"]?["name"] = .string(place.tool)
        case "ref/resource":
            let (named, uri) = try resource(reference["uri"])
            server = named
            parameters["ref"]?["uri"] = .string(uri.own)
        default: throw RPCError(.invalidParameters, "`ref`: its `type` is neither ref/prompt nor ref/resource")
        }
        let empty: JSONValue = ["completion": ["values": [], "total": 0, "hasMore": false]]
        let asked = parameters
        let result = await onLoop { servers throws(MCPTrouble) in
            let found = try servers.find(server)
            try await found.readied()
            // One that completes nothing has nothing to add; that is no mistake of whoever asks.
            guard found.client?.capabilities["completions"]?.object != nil else { return empty }
            return try await found.ask("completion/complete", asked, of: nil, hearing: hearing)
        }
        return try Self.settled(result)
    }

    // MARK: Whose it is

    private typealias Address = (own: String, offered: String)

    private func resource(_ json: JSONValue?) throws(RPCError) -> (server: String, uri: Address) {
        guard let uri = json?.string else { throw RPCError(.invalidParameters, "`uri` is missing, or no text") }
        guard let (server, own) = MCPResourceNames.parse(uri) else {
            throw RPCError(
                .invalidParameters,
                "there is no resource `\(uri.prefix(200))`; those of a server begin with sidecar://SERVER/",
                data: ["uri": .string(uri)])
        }
        guard offer.resourceServers[server]?.offers(own) == true else {
            throw RPCError(
                .invalidParameters, "there is no resource `\(uri.prefix(200))`", data: ["uri": .string(uri)])
        }
        return (server, (own, uri))
    }

    private func promptPlace(_ json: JSONValue?) throws(RPCError) -> MCPOffer.Place {
        guard let name = json?.string else { throw RPCError(.invalidParameters, "`name` is missing, or no text") }
        let offer = offer
        if let place = offer.prompts[name] { return place }
        throw RPCError(.invalidParameters, "there is no prompt `\(name)`\(offer.hint(forPrompt: name))")
    }

    private func ask(
        _ server: String, _ method: String, _ parameters: JSONValue, _ what: MCPOffered, _ hearing: MCPHearing
    ) async throws(RPCError) -> JSONValue {
        let result = await onLoop { servers throws(MCPTrouble) in
            try await servers.find(server).ask(method, parameters, of: what, hearing: hearing)
        }
        return try Self.settled(result)
    }

    /// Without what is of the conversation with that server and not of its answer.
    private static func settled(_ result: Result<JSONValue, MCPTrouble>) throws(RPCError) -> JSONValue {
        switch result {
        case .success(var answer):
            if !MCPRounds.isWanted(by: answer) { answer["resultType"] = nil }
            if var meta = answer["_meta"] {
                meta[MCPRequestContext.Key.serverInfo] = nil
                answer["_meta"] = meta.object?.isEmpty == true ? nil : meta
            }
            return answer
        case .failure(.unknown(let message)): throw RPCError(.invalidParameters, message)
        // Some had a number of its own for what is not there.
        case .failure(.refused(-32002, let message)): throw RPCError(.invalidParameters, message)
        case .failure(.refused(let code, let message)):
            throw RPCError(RPCError.Code(rawValue: code) ?? .internalError, message)
        case .failure(let trouble): throw RPCError(.internalError, trouble.message)
        }
    }
}

extension MCPCallResult {
    /// As the sidecar's own tools have it.
    fileprivate init(_ denial: RunDenial, _ tool: String) {
        let place = denial.place.map { " (\(denial.rule), \($0))" } ?? " (\(denial.rule))"
        let hint = denial.suggestion.map { "\nThis would allow it:\n\($0)" } ?? ""
        self.init(
            content: [.text("Denied by the policy: \(denial.detail)\(place)\(hint)")], structured: ["code": "denied"],
            isError: true, meta: ["sidecar/run": ["tool": .string(tool), "denied": denial.json]])
    }

    /// As a server gave it.
    init(_ answer: JSONValue, of server: String) {
        if MCPRounds.isWanted(by: answer) {
            self.init(whole: answer)
            return
        }
        self.init(
            content: (answer["content"]?.array ?? []).map { .raw(MCPResourceNames.renamed(content: $0, server)) },
            structured: answer["structuredContent"],
            isError: answer["isError"]?.bool == true, meta: answer["_meta"] ?? [:])
    }
}
