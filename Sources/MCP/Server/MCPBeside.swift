package import JSON

/// What servers have beside tools, by the names that clients see. Whoever is asked for one of them asks the server that has it.
package struct MCPBeside: Sendable, Equatable {
    private var lists: [MCPOffered: [JSONValue]] = [:]

    package init() {}

    package subscript(what: MCPOffered) -> [JSONValue] {
        get { lists[what] ?? [] }
        set { lists[what] = newValue }
    }
}

extension MCPServer {
    /// nil: it is nobody's method.
    func replyBeside(_ request: RPCRequest, _ context: MCPRequestContext) throws(RPCError) -> Reply? {
        guard let beside else { return nil }
        let version = context.version
        if let what = MCPOffered.allCases.first(where: { $0 != .tools && $0.method == request.method }) {
            let items = beside[what]
            let names = items.map { $0[what.name]?.string ?? "" }
            let page = try MCPPages(names: names, size: pageSize).page(request.parameters["cursor"])
            var result: JSONValue = [what.key: .array(Array(items[page.range]))]
            if let next = page.next { result["nextCursor"] = .string(next) }
            return .result(finish(version.isStateless ? cacheable(result) : result, version))
        }
        let isKnown =
            switch request.method {
            case "resources/read", "prompts/get", "completion/complete": true
            case "resources/subscribe", "resources/unsubscribe": !version.isStateless && tellsOfChanges
            case "subscriptions/listen": version.isStateless
            default: false
            }
        if !isKnown { return nil }
        var parameters = request.parameters
        parameters["_meta"] = nil
        let answers = MCPRounds.answers(parameters)
        for answer in answers.object?.members ?? [] { parameters[answer.key] = nil }
        return .call(
            MCPCall(
                id: request.id, method: request.method, tool: "", arguments: parameters, context: context,
                answers: answers))
    }

    /// Of what other servers have. Who has no session asks for news; in one they come by themselves, where there is a way.
    func capabilitiesBeside(stateless: Bool) -> JSONValue {
        let tells = stateless || tellsOfChanges
        var capabilities: JSONValue = ["completions": [:]]
        capabilities["resources"] = tells ? ["subscribe": true, "listChanged": true] : [:]
        capabilities["prompts"] = tells ? ["listChanged": true] : [:]
        return capabilities
    }
}
