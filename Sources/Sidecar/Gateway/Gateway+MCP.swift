internal import HTTP
internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

/// The tools for MCP clients: `/mcp`.
extension Gateway {
    func mcp(_ exchange: ServerExchange, _ record: inout RequestRecord) async throws(APIError) {
        guard let sessions = cluster.mcp, let door = cluster.tools else {
            throw APIError(503, .api, "this sidecar was started without tools")
        }
        let given = exchange.head.fields
        let headers = MCPHeaders(
            version: given.values(MCPHeaders.versionField), method: given.values(MCPHeaders.methodField),
            name: given.values(MCPHeaders.nameField), session: given[MCPHeaders.sessionField])
        if exchange.head.method == "DELETE" { return try endSession(exchange, headers, sessions, record) }
        let accept = MCPAccept(given)
        if exchange.head.method == "GET" { return try await listen(exchange, headers, sessions, accept, &record) }
        guard accept.json || accept.stream else {
            throw APIError(
                406, .invalidRequest,
                "answers are \(MCPAccept.jsonType) or \(MCPAccept.streamType); `Accept` wants neither")
        }
        guard MCPAccept.isJSON(given["content-type"]) else {
            throw APIError(
                415, .invalidRequest, "the body has to be \(MCPAccept.jsonType), and `Content-Type` to say so")
        }
        let toolSession = given["x-sidecar-session"]
        if let toolSession, !ToolCall.isSessionName(toolSession) {
            throw APIError(400, .invalidRequest, "x-sidecar-session: \(ToolCall.sessionNameRule)")
        }
        guard let body = try await mcpBody(exchange, record) else { return }
        let servers = cluster.servers
        if body.asksForLists { await servers?.introduced(within: MCPServers.introductionTime) }
        let fields: HTTPFields = ["request-id": record.id]
        switch headers.judge(body) {
        case .refused(let status, let fault): refuse(exchange, record, status, fault.response)
        case .acknowledged: exchange.respond(ResponseHead(status: 202, fields: fields))
        case .alone:
            let session = sessions.single(toolSession: toolSession, now: loop.now)
            let post = MCPPost(exchange, session, door, servers, accept, isAlone: true, fields: fields)
            await post.run(body)
            record.isStream = post.isStream
        case .opening:
            let session = sessions.fresh(toolSession: toolSession, now: loop.now)
            let post = MCPPost(exchange, session, door, servers, accept, isAlone: false, fields: fields)
            await post.run(body) {
                guard session.isOpen else { return }
                sessions.enter(session, now: loop.now)
                post.fields.append(MCPHeaders.sessionField, session.id)
            }
        case .inSession(let id):
            guard let session = sessions.find(id) else { return refuse(exchange, record, 404, Self.unknownSession) }
            let post = MCPPost(exchange, session, door, servers, accept, isAlone: false, fields: fields)
            await post.run(body)
            record.isStream = post.isStream
        }
    }

    private static let unknownSession = RPCError(
        .invalidRequest, "there is no such session (any more); open another with `initialize`"
    ).response(to: nil)

    /// nil when it was no JSON, which the client has been told.
    private func mcpBody(_ exchange: ServerExchange, _ record: RequestRecord) async throws(APIError) -> JSONValue? {
        let body: ByteBuffer
        do throws(RequestHeadParser.Refusal) {
            body = try await exchange.body()
        } catch {
            throw APIError(error)
        }
        do throws(JSONError) {
            return try JSONValue(parsing: withExtendedLifetime(body) { Array(body.readable) })
        } catch {
            refuse(exchange, record, 400, RPCError.parse(error).response(to: nil))
            return nil
        }
    }

    private func refuse(_ exchange: ServerExchange, _ record: RequestRecord, _ status: Int, _ response: JSONValue) {
        exchange.respond(
            ResponseHead(status: status, fields: ["Content-Type": MCPAccept.jsonType, "request-id": record.id]),
            response.bytes())
    }

    /// For what servers say unasked to a client with a session.
    private func listen(
        _ exchange: ServerExchange, _ headers: MCPHeaders, _ sessions: MCPSessions, _ accept: MCPAccept,
        _ record: inout RequestRecord
    ) async throws(APIError) {
        guard let id = headers.session, headers.version.first != MCPVersion.july2026.rawValue,
            let servers = cluster.servers
        else {
            return onlyPost(
                exchange, record, "only a session has a stream to listen on; without one POST `subscriptions/listen`")
        }
        guard let session = sessions.find(id) else { return refuse(exchange, record, 404, Self.unknownSession) }
        guard accept.stream else {
            throw APIError(406, .invalidRequest, "news come as \(MCPAccept.streamType), which `Accept` does not want")
        }
        record.isStream = true
        await MCPSessionStream(exchange, session, servers.audience).run(["request-id": record.id])
    }

    private func onlyPost(_ exchange: ServerExchange, _ record: RequestRecord, _ message: String) {
        exchange.respond(
            ResponseHead(
                status: 405, fields: ["Content-Type": MCPAccept.jsonType, "Allow": "POST", "request-id": record.id]),
            RPCError(.invalidRequest, message).response(to: nil).bytes())
    }

    private func endSession(
        _ exchange: ServerExchange, _ headers: MCPHeaders, _ sessions: MCPSessions, _ record: RequestRecord
    ) throws(APIError) {
        if headers.version.first == MCPVersion.july2026.rawValue {
            return onlyPost(exchange, record, "version \(MCPVersion.july2026.rawValue) has no sessions to end")
        }
        guard let id = headers.session else {
            throw APIError(400, .invalidRequest, "\(MCPHeaders.sessionField) is missing: which session is to end?")
        }
        guard sessions.end(id) else { return refuse(exchange, record, 404, Self.unknownSession) }
        exchange.respond(ResponseHead(status: 204, fields: ["request-id": record.id]))
    }
}

extension APIError {
    /// For clients that speak JSON-RPC and nothing else.
    func rpcBody() -> [UInt8] {
        RPCError(status >= 500 ? .internalError : .invalidRequest, message).response(to: nil).bytes()
    }
}
