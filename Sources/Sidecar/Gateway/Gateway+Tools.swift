internal import HTTP
internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// The tools over HTTP.
extension Gateway {
    func tools(
        _ exchange: ServerExchange, _ route: GatewayRoute, _ record: RequestRecord
    ) async throws(APIError) {
        switch route {
        case .tools: reply(exchange, record, ToolCatalog.json)
        case .tool(let name): reply(exchange, record, try tool(name).json)
        case .toolMetrics:
            var metrics = await cluster.tools?.metrics().json ?? ToolMetrics().json
            if let servers = cluster.servers { metrics["servers"] = await servers.callMetrics().json }
            reply(exchange, record, metrics)
        case .toolRun(let name):
            let result = try await run(CompanionCalls.names.contains(name) ? name : try tool(name).name, exchange)
            let status = result.ending == .wrongInput ? 400 : 200
            exchange.respond(
                ResponseHead(status: status, fields: ["Content-Type": "application/json", "request-id": record.id]),
                result.json.bytes())
        default: break
        }
    }

    private func tool(_ name: String) throws(APIError) -> ToolDeclaration {
        guard let tool = ToolCatalog.tool(name) else { throw APIError(404, .notFound, ToolCatalog.unknown(name)) }
        return tool
    }

    private func run(_ tool: String, _ exchange: ServerExchange) async throws(APIError) -> ToolResult {
        guard let door = cluster.tools else { throw APIError(503, .api, "this sidecar was started without tools") }
        let session = exchange.head.fields["x-sidecar-session"]
        if let session, !ToolCall.isSessionName(session) {
            throw APIError(400, .invalidRequest, "x-sidecar-session: \(ToolCall.sessionNameRule)")
        }
        let call = ToolCall(tool: tool, input: try await input(exchange), session: session, mayGoOn: true)
        // The tools' loop may be another one, which wakes this one with the result.
        loop.expect(within: Self.quickCall)
        defer { loop.expectNothing() }
        do throws(ToolDoor.Unusable) {
            return try await door.run(call)
        } catch {
            throw APIError(503, .api, error.reason)
        }
    }

    private static let quickCall = TimeSpan.milliseconds(1)

    /// The body is the tool's input; an empty one is an empty input.
    private func input(_ exchange: ServerExchange) async throws(APIError) -> JSONValue {
        let body: ByteBuffer
        do throws(RequestHeadParser.Refusal) {
            body = try await exchange.body()
        } catch {
            throw APIError(error)
        }
        if body.isEmpty { return [:] }
        do {
            return try JSONValue(parsing: withExtendedLifetime(body) { Array(body.readable) })
        } catch {
            throw APIError(400, .invalidRequest, "the request's body is not valid JSON: \(error)")
        }
    }
}
