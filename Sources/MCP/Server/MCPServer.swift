package import JSON

/// What a server is and offers, the same for all that ask; and what it answers to a request that needs nobody to act. Pure.
package struct MCPServer: Sendable {
    package let name: String
    package let title: String
    package let version: String
    /// For the model of a client, once.
    package let instructions: String
    package let tools: [MCPTool]
    let pageSize: Int
    private let places: [String: Int]
    /// What to tell somebody who calls a tool that is not offered.
    private let unknownTool: @Sendable (String) -> String
    /// Tools that may be there although nobody can list them yet.
    private var mayHave: @Sendable (String) -> Bool = { _ in false }
    /// What other servers have beside tools; nil where there are no others.
    package private(set) var beside: MCPBeside?
    /// Clients with a session are told when there is something else than before.
    package var tellsOfChanges = false

    /// More than any client shows.
    package static let pageSizeStandard = 250
    /// What is offered changes with the process only, but a client may outlive it.
    static let cacheMilliseconds = 300_000

    package init(
        name: String, title: String, version: String, instructions: String, tools: [MCPTool],
        pageSize: Int = MCPServer.pageSizeStandard,
        unknownTool: @escaping @Sendable (String) -> String = { "there is no tool `\($0)`" }
    ) {
        self.name = name
        self.title = title
        self.version = version
        self.instructions = instructions
        self.tools = tools
        self.pageSize = pageSize
        self.unknownTool = unknownTool
        places = Dictionary(tools.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// With what others have behind its own.
    package func joined(
        by others: [MCPTool], _ beside: MCPBeside?, mayHave: @escaping @Sendable (String) -> Bool
    ) -> MCPServer {
        var whole = MCPServer(
            name: name, title: title, version: version, instructions: instructions, tools: tools + others,
            pageSize: pageSize, unknownTool: unknownTool)
        whole.mayHave = mayHave
        whole.tellsOfChanges = tellsOfChanges
        whole.beside = beside
        return whole
    }

    /// What one request comes to.
    package enum Reply: Sendable, Equatable {
        case result(JSONValue)
        /// Somebody has to run a tool first.
        case call(MCPCall)
    }

    func reply(_ request: RPCRequest, _ context: MCPRequestContext) throws(RPCError) -> Reply {
        switch request.method {
        case "tools/list": return .result(finish(try list(request.parameters, context.version), context.version))
        case "tools/call": return .call(try call(request, context))
        case "server/discover" where context.version.isStateless:
            return .result(finish(discovery, context.version))
        case "ping" where !context.version.isStateless: return .result([:])
        default:
            if let reply = try replyBeside(request, context) { return reply }
            throw RPCError(
                .unknownMethod,
                "there is no method `\(request.method.prefix(100))` in version \(context.version.rawValue)"
            )
        }
    }

    // MARK: Who this is

    private var information: JSONValue {
        ["name": .string(name), "title": .string(title), "version": .string(version)]
    }

    private func capabilities(stateless: Bool) -> JSONValue {
        let tells = tellsOfChanges || stateless && beside != nil
        var capabilities: JSONValue = ["tools": tells ? ["listChanged": true] : [:], "logging": [:]]
        guard beside != nil else { return capabilities }
        for member in capabilitiesBeside(stateless: stateless).object?.members ?? [] {
            capabilities[member.key] = member.value
        }
        return capabilities
    }

    /// The answer to `initialize`.
    func opening(_ version: MCPVersion) -> JSONValue {
        [
            "protocolVersion": .string(version.rawValue), "capabilities": capabilities(stateless: false),
            "serverInfo": information, "instructions": .string(instructions),
        ]
    }

    private var discovery: JSONValue {
        cacheable([
            "supportedVersions": .array(MCPVersion.stateless.map { .string($0.rawValue) }),
            "capabilities": capabilities(stateless: true), "instructions": .string(instructions),
        ])
    }

    /// What is offered depends on the policy here, so no proxy may hand it to others.
    func cacheable(_ result: JSONValue) -> JSONValue {
        var result = result
        result["ttlMs"] = .int(Self.cacheMilliseconds)
        result["cacheScope"] = "private"
        return result
    }

    /// What every result of a version has.
    func finish(_ result: JSONValue, _ version: MCPVersion) -> JSONValue {
        guard version.isStateless else { return result }
        var result = result
        if !MCPRounds.isWanted(by: result) { result["resultType"] = "complete" }
        var meta = result["_meta"] ?? [:]
        meta[MCPRequestContext.Key.serverInfo] = information
        result["_meta"] = meta
        return result
    }

    // MARK: Tools

    private func list(_ parameters: JSONValue, _ version: MCPVersion) throws(RPCError) -> JSONValue {
        let page = try MCPPages(names: tools.map(\.name), size: pageSize).page(parameters["cursor"])
        var result: JSONValue = ["tools": .array(tools[page.range].map { $0.json(version) })]
        if let next = page.next { result["nextCursor"] = .string(next) }
        return version.isStateless ? cacheable(result) : result
    }

    private func call(_ request: RPCRequest, _ context: MCPRequestContext) throws(RPCError) -> MCPCall {
        guard let name = request.parameters["name"]?.string else {
            throw RPCError(.invalidParameters, "`name`: the tool to call is missing, or no text")
        }
        guard places[name] != nil || mayHave(name) else { throw RPCError(.invalidParameters, unknownTool(name)) }
        var arguments = request.parameters["arguments"] ?? [:]
        if arguments.isNull { arguments = [:] }
        guard arguments.object != nil else { throw RPCError(.invalidParameters, "`arguments` is no object") }
        return MCPCall(
            id: request.id, method: request.method, tool: name, arguments: arguments, context: context,
            answers: MCPRounds.answers(request.parameters))
    }
}
