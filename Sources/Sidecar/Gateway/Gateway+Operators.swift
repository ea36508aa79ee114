internal import HTTP
internal import JSON
internal import LinuxSystem

/// What operators, probes and scrapers ask.
extension Gateway {
    func operators(
        _ exchange: ServerExchange, _ route: GatewayRoute, _ record: RequestRecord
    ) async throws(APIError) {
        switch route {
        case .home: reply(exchange, record, home)
        case .hello: reply(exchange, record, ["message": "hello"])
        case .live: reply(exchange, record, ["status": "alive"])
        case .ready:
            let stopping = cluster.isStopping
            reply(exchange, record, ["status": .string(stopping ? "stopping" : "ready")], status: stopping ? 503 : 200)
        case .health: reply(exchange, record, ["status": .string(cluster.isStopping ? "stopping" : "ok")])
        case .healthDetailed: reply(exchange, record, await detailedHealth())
        case .status: reply(exchange, record, await status())
        case .metrics:
            var text = PrometheusText(await cluster.metrics(takesLag: true), process: ProcessUsage()).text
            text += await cluster.servers?.callMetrics().text ?? ""
            exchange.respond(
                ResponseHead(
                    status: 200,
                    fields: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8", "request-id": record.id]),
                Array(text.utf8))
        case .debug, .recentErrors, .errorStatistics, .oneError:
            try debug(exchange, route, record)
        default:
            throw APIError(404, .notFound, "there is nothing at \(record.path)")
        }
    }

    private func debug(_ exchange: ServerExchange, _ route: GatewayRoute, _ record: RequestRecord) throws(APIError) {
        guard settings.configuration.debug else {
            throw APIError(
                404, .notFound,
                "\(record.path) is there only with `debug: true` in the configuration, which takes effect once the file is saved"
            )
        }
        switch route {
        case .debug:
            guard record.path == "/debug" else {
                throw APIError(404, .notFound, "there is nothing at \(record.path); see /debug")
            }
            reply(
                exchange, record,
                ["routes": .array(GatewayRoute.debugListed.map { .string($0) }), "dropped": cluster.dropped])
        case .recentErrors: reply(exchange, record, ["errors": cluster.recentErrors.recent])
        case .errorStatistics: reply(exchange, record, cluster.recentErrors.statistics)
        case .oneError(let id):
            guard let entry = cluster.recentErrors.find(id) else {
                throw APIError(
                    404, .notFound, "no error of request '\(id.cut(to: RequestRecord.textMax))' is remembered")
            }
            reply(exchange, record, entry)
        default: break
        }
    }

    func reply(_ exchange: ServerExchange, _ record: RequestRecord, _ value: JSONValue, status: Int = 200) {
        exchange.respond(
            ResponseHead(status: status, fields: ["Content-Type": "application/json", "request-id": record.id]),
            value.bytes(style: .pretty) + [0x0a])
    }

    private var home: JSONValue {
        [
            "name": "sidecar", "version": .string(Version.current),
            "messages": .string("http://\(cluster.address)/v1/messages"), "health": "/health", "status": "/status",
            "metrics": "/metrics",
            "routes": .array(GatewayRoute.listed(debug: settings.configuration.debug).map { .string($0) }),
        ]
    }

    private func detailedHealth() async -> JSONValue {
        let results = await probeAll()
        var providers: [JSONValue] = []
        var allReachable = true
        for provider in settings.configuration.providers {
            var entry: [(String, JSONValue)] = [("name", .string(provider.name)), ("type", .string(provider.typeName))]
            if let (address, result) = results[provider.name] {
                let age = loop.clock.now() - result.at
                entry.append(("address", .string(address)))
                entry.append(("reachable", .bool(result.isReachable)))
                entry.append(("detail", .string(result.detail)))
                entry.append(("age_seconds", .int(Int(age.nanoseconds / 1_000_000_000))))
                if !result.isReachable { allReachable = false }
            } else {
                entry.append(("reachable", true))
                entry.append(("detail", "answers from a file"))
                entry.append(("age_seconds", 0))
            }
            providers.append(.object(JSONObject(entry.map { .init(key: $0.0, value: $0.1) })))
        }
        return [
            "status": .string(cluster.isStopping ? "stopping" : allReachable ? "ok" : "degraded"),
            "version": .string(Version.current),
            "uptime_seconds": .int(Int(cluster.uptime.nanoseconds / 1_000_000_000)),
            "providers": .array(providers),
        ]
    }

    /// All at once, so that one which hangs costs no more than its own time.
    private func probeAll() async -> [String: (address: String, result: ProviderProbes.Result)] {
        await withTaskGroup(of: (String, String, ProviderProbes.Result).self) { group in
            for provider in settings.configuration.providers {
                guard let target = settings.provider(provider.name)?.target else { continue }
                group.addTask(executorPreference: loop) { [self] in
                    (
                        provider.name, target.baseURL,
                        await cluster.probes.result(of: provider.name, at: target, on: upstreams)
                    )
                }
            }
            var results: [String: (address: String, result: ProviderProbes.Result)] = [:]
            for await (name, address, result) in group { results[name] = (address, result) }
            return results
        }
    }

    func status() async -> JSONValue {
        let metrics = await cluster.metrics()
        let usage = ProcessUsage()
        let configuration = settings.configuration
        return [
            "name": "sidecar", "version": .string(Version.current), "pid": .int(ProcessInfo.pid),
            "address": .string("http://\(cluster.address)"),
            "uptime_seconds": .int(Int(cluster.uptime.nanoseconds / 1_000_000_000)),
            "state": .string(cluster.isStopping ? "stopping" : "running"),
            "configuration": [
                "file": cluster.configurationFile.map { .string($0) } ?? .null, "reloads": .int(cluster.reloads),
                "problem": cluster.reloadProblem.map { .string($0) } ?? .null,
            ],
            "providers": .array(
                configuration.providers.map { ["name": .string($0.name), "type": .string($0.typeName)] }),
            "default_route": configuration.routes.default.map { .string($0.description) } ?? .null,
            "requests": [
                "total": .int(metrics.requests.values.reduce(0, +)), "in_flight": .int(metrics.inFlight),
                "streams": .int(metrics.streamsOpen), "clients_left": .int(metrics.clientsLeft),
            ],
            "connections": .int(metrics.connections), "event_loops": .int(cluster.gateways.count),
            "memory_bytes": .int(usage.residentBytes), "descriptors": .int(usage.openDescriptors),
        ]
    }
}
