package import HTTP
internal import JSON
package import LinuxSystem
internal import Translation

/// Answers requests on one event loop: decides what each asks for, has one thing done, and writes down what happened.
/// There is one for each loop, and they share nothing that a request would have to wait for.
package final class Gateway: HTTPHandler, @unchecked Sendable {
    let loop: EventLoop
    let cluster: GatewayCluster
    let log: Log
    package let upstreams: UpstreamClient
    let parser = JSONParser()
    private(set) var settings: GatewaySettings
    package var metrics = Metrics()
    private var ids = RequestIDs()
    var leftOutLog = LeftOutLog()
    /// The last request's provider speaks another API, and most likely the next one's does: its body is read for that at once.
    var expectsTranslation = false
    private var requestsSinceQuiet = 0
    private var onLastRequest: (() -> Void)?
    private lazy var quietTimer = LoopTimer { [unowned self] in becameQuiet() }

    /// After so long without a request, memory that many requests needed is given back. It is not worth it in the pauses of work
    /// that goes on: each page that is needed again costs more than the copy of what it holds.
    private static let quietTime = TimeSpan.seconds(5)
    /// Fewer have left nothing worth looking for.
    private static let requestsWorthTidying = 500
    /// Set when the server exists; it tells how many clients are connected. The server lives as long as the loop.
    package unowned var server: HTTPServer?

    package init(on loop: EventLoop, settings: GatewaySettings, cluster: GatewayCluster, log: Log) {
        self.loop = loop
        self.settings = settings
        self.cluster = cluster
        self.log = log
        upstreams = UpstreamClient(on: loop, limits: settings.configuration.upstreamLimits)
    }

    /// For requests that begin from now on.
    func change(_ settings: GatewaySettings) {
        loop.assertOnLoop()
        self.settings = settings
        server?.change(settings.serverLimits)
    }

    // MARK: One request

    package func respond(to exchange: ServerExchange) async {
        let head = exchange.head
        let route = GatewayRoute(method: head.method, path: head.path)
        var record = RequestRecord(id: ids.next(), method: head.method, path: head.path, route: route)
        metrics.inFlight += 1
        do throws(APIError) {
            if let refusal = exchange.refusal { throw APIError(refusal) }
            try await answer(exchange, route, &record)
        } catch {
            record.error = error.message
            send(error, exchange, record)
        }
        metrics.inFlight -= 1
        finish(exchange, &record)
        requestsSinceQuiet += 1
        if metrics.inFlight == 0 {
            loop.schedule(quietTimer, after: Self.quietTime)
            onLastRequest?()
            onLastRequest = nil
        }
    }

    /// Once no request is under way and each has its line in the log.
    func afterLastRequest(_ done: @escaping () -> Void) {
        loop.assertOnLoop()
        if metrics.inFlight == 0 { done() } else { onLastRequest = done }
    }

    private func becameQuiet() {
        guard metrics.inFlight == 0, requestsSinceQuiet >= Self.requestsWorthTidying else { return }
        requestsSinceQuiet = 0
        parser.release()
        Memory.giveBack()
    }

    private func answer(
        _ exchange: ServerExchange, _ route: GatewayRoute, _ record: inout RequestRecord
    ) async throws(APIError) {
        let access = settings.access
        if let foreign = access.checkOrigin(exchange.head.fields, port: cluster.port) { throw foreign }
        var keyFields: [String] = []
        if access.needsKey {
            keyFields = access.keyFields(exchange.head.fields)
            if keyFields.isEmpty && !route.isOpen {
                throw APIError(
                    401, .authentication,
                    "this sidecar wants one of its keys (auth.keys) as x-api-key or as Authorization: Bearer")
            }
        }
        switch route {
        case .messages(let forcesStream):
            try await messages(exchange, forcesStream: forcesStream, keyFields, &record)
        case .countTokens:
            try await messages(exchange, forcesStream: false, keyFields, &record)
        case .chatCompletions:
            try await openAI(.chat, exchange, keyFields, &record)
        case .responses:
            try await openAI(.responses, exchange, keyFields, &record)
        case .models(let id):
            try await models(exchange, id: id, keyFields, &record)
        case .passThrough:
            try await passThrough(exchange, keyFields, &record)
        case .tools, .tool, .toolRun, .toolMetrics:
            try await tools(exchange, route, record)
        case .servers(let asked):
            try await servers(exchange, asked, record)
        case .mcp:
            try await mcp(exchange, &record)
        case .notYet:
            throw APIError(404, .notFound, "\(record.path) is not yet in this version of sidecar")
        case .wrongMethod(let allowed):
            throw APIError(
                405, .invalidRequest, "\(record.method) is not what \(record.path) takes; it takes \(allowed)")
        case .unknown:
            throw APIError(404, .notFound, "there is nothing at \(record.path); see /, /health, /v1/messages")
        default:
            try await operators(exchange, route, record)
        }
    }

    private func finish(_ exchange: ServerExchange, _ record: inout RequestRecord) {
        record.status = exchange.status
        record.bytesOut = exchange.bytesSent
        // Whoever read the body, and whether or not it was whole.
        record.bytesIn = max(record.bytesIn, exchange.bytesReceived)
        record.wasCutByShutdown = exchange.clientHasLeft && cluster.isCutting
        record.clientLeft = exchange.clientHasLeft && !record.wasCutByShutdown
        record.duration = loop.clock.now() - exchange.began
        metrics.record(record)
        if record.error != nil || record.status >= 400 { cluster.recentErrors.add(record) }
        write(record)
    }

    // MARK: Answers of our own

    func send(_ error: APIError, _ exchange: ServerExchange, _ record: RequestRecord) {
        if exchange.hasAnswered { return }
        var fields: HTTPFields = ["Content-Type": "application/json", "request-id": record.id]
        addRoute(record, to: &fields)
        if let time = error.retryAfter { fields.append("Retry-After", time) }
        if error.isFinal { fields.append("x-should-retry", "false") }
        if error.status == 405, case .wrongMethod(let allowed) = record.route { fields.append("Allow", allowed) }
        exchange.respond(ResponseHead(status: error.status, fields: fields), error.body(for: record))
    }

    func addRoute(_ record: RequestRecord, to fields: inout HTTPFields) {
        if let provider = record.provider { fields.append("x-sidecar-provider", provider) }
        if let model = record.model { fields.append("x-sidecar-model", model.headerText) }
        if let name = record.routeName { fields.append("x-sidecar-route", name) }
        if let leftOut = record.leftOut { fields.append("x-sidecar-dropped", leftOut) }
    }

    private func write(_ record: RequestRecord) {
        let level: Log.Level =
            record.status >= 500 || record.error != nil && record.status >= 200 && record.status < 400
            ? .error
            : record.status >= 400 || record.wasCutByShutdown ? .warn : record.route.isRoutine ? .debug : .info
        guard log.writes(level) else { return }
        var fields: [(String, Log.Value)] = [
            ("method", .text(record.method)), ("path", .text(record.path)), ("status", .int(record.status)),
            ("duration_ms", .milliseconds(record.duration)),
        ]
        if let provider = record.provider { fields.append(("provider", .text(provider))) }
        if let model = record.model { fields.append(("model", .text(model))) }
        if record.isStream { fields.append(("stream", .flag(true))) }
        if let time = record.timeToFirstToken { fields.append(("ttft_ms", .milliseconds(time))) }
        if !record.usage.isEmpty {
            fields.append(("input_tokens", .int(record.usage.input)))
            fields.append(("output_tokens", .int(record.usage.output)))
            if record.usage.cacheRead > 0 { fields.append(("cache_read_tokens", .int(record.usage.cacheRead))) }
        }
        fields.append(("bytes_in", .int(record.bytesIn)))
        fields.append(("bytes_out", .int(record.bytesOut)))
        if record.clientLeft { fields.append(("client_left", .flag(true))) }
        if record.wasCutByShutdown { fields.append(("outcome", .text("shutdown"))) }
        if let leftOut = record.leftOut, level > .info { fields.append(("dropped", .text(leftOut))) }
        if let id = record.upstreamID { fields.append(("upstream_request_id", .text(id))) }
        if let error = record.error { fields.append(("error", .text(error))) }
        log.log(level, "request", record.id, fields)
    }
}
