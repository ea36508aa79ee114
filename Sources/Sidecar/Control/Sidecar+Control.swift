internal import HTTP
internal import JSON
internal import LinuxSystem

/// The running program as commands reach it.
extension Sidecar {
    /// Not having it keeps nobody from being served, so trouble with it is told and no reason to end.
    func openControl(port: UInt16, environment: [String: String]) {
        do throws(RuntimeFolder.Unusable) {
            let folder = try RuntimeFolder.prepare(environment)
            do throws(SystemError) {
                let socket = try ControlSocket.claim(in: folder, port: port)
                if socket.isSecond {
                    log.warn("another sidecar runs; this one is reached by \(socket.path)")
                }
                let removal = socket.removal
                let server = HTTPServer(
                    socket.takeListener(), on: main, limits: ControlServer.limits, admits: ControlServer.admits,
                    handler: ControlServer(controlRoutes))
                try server.start()
                control = Control(server: server, removal: removal)
            } catch {
                throw RuntimeFolder.Unusable(message: error.description)
            }
        } catch {
            log.warn(
                "no control socket: `sidecar stop` and `sidecar status` will not find this sidecar",
                [("error", .text(error.message))])
        }
    }

    struct Control {
        let server: HTTPServer
        let removal: ControlSocket.Removal
    }

    /// What commands can ask. Each runs on the main loop.
    private var controlRoutes: [ControlRoute] {
        [
            ControlRoute("GET", "/status") { [self] _ in ControlAnswer(await mainGateway.status()) },
            ControlRoute("GET", "/client") { [self] _ in
                ControlAnswer(ClientFacts(settings.configuration, address: cluster.address).json)
            },
            ControlRoute("POST", "/stop") { [self] request in await stopAnswer(now: request.body["now"]?.bool == true)
            },
            ControlRoute("POST", MCPQuestion.route) { [self] request in await serverAnswer(request.body) },
            ControlRoute("POST", "/reload") { [self] _ in
                reload(because: "a command asked for it")
                return ControlAnswer(["problem": cluster.reloadProblem.map { .string($0) } ?? .null])
            },
        ]
    }

    private func serverAnswer(_ body: JSONValue) async -> ControlAnswer {
        guard let servers = cluster.servers else { return .wrong(503, "this sidecar was started without MCP servers") }
        guard let question = MCPQuestion(body) else { return .wrong(400, "nothing that could be asked of MCP servers") }
        switch await question.answer(servers) {
        case .success(let result): return ControlAnswer(["result": result])
        case .failure(let trouble): return ControlAnswer(["trouble": trouble.json])
        }
    }

    private func stopAnswer(now: Bool) async -> ControlAnswer {
        let grace = now ? .zero : settings.configuration.shutdown.grace
        let body: JSONValue = [
            "pid": .int(ProcessInfo.pid), "in_flight": .int(await cluster.metrics().inFlight),
            "grace_ms": .int(grace.milliseconds),
        ]
        return ControlAnswer(body, status: 202) { [self] in
            if now { stopNow(because: "sidecar stop --now") } else { stop(because: "sidecar stop") }
        }
    }
}
