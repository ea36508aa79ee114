import HTTP
import LinuxSystem
import TestSupport
import Testing

typealias Respond = @Sendable (ServerExchange) async -> Void

struct TestHandler: HTTPHandler {
    let action: Respond
    func respond(to exchange: ServerExchange) async { await action(exchange) }
}

/// A server on a port of its own.
struct TestServer: Sendable {
    let server: HTTPServer
    let loop: EventLoop
    let port: UInt16

    func connect() throws -> TestSocket { try TestSocket(connectingTo: port) }

    /// Sends `text` on a connection of its own and reads one answer.
    func ask(_ text: String, hasBody: Bool = true) -> TestMessage? {
        guard let socket = try? connect() else { return nil }
        socket.send(text)
        return socket.readAnswer(hasBody: hasBody)
    }

    func connectionCount() async -> Int { await loop.call { server.connectionCount } }
}

func withServer(
    limits: ServerLimits = ServerLimits(), clock: any Clock = MonotonicClock(), _ action: @escaping Respond,
    _ body: (TestServer) async throws -> Void
) async throws {
    try await withLoop(clock: clock) { loop in
        let listener = try Socket.listen(on: SocketAddress(host: "127.0.0.1", port: 0)!, sharingPort: false)
        let port = try Socket.port(of: listener.raw)
        let server = HTTPServer(listener, on: loop, limits: limits, handler: TestHandler(action: action))
        await loop.call { do { try server.start() } catch { Issue.record(error) } }
        defer { withExtendedLifetime(server) {} }
        do {
            try await body(TestServer(server: server, loop: loop, port: port))
        } catch {
            await finish(server, loop)
            throw error
        }
        await finish(server, loop)
    }
}

private func finish(_ server: HTTPServer, _ loop: EventLoop) async {
    await loop.call {
        server.stop {}
        server.closeAll()
    }
    #expect(await eventually { await loop.call { server.connectionCount } == 0 })
    // What the handlers still had to do.
    _ = await loop.call { 0 }
}

/// Answers with what it was asked: method, target and body.
let echo: Respond = { exchange in
    do throws(RequestHeadParser.Refusal) {
        if let refusal = exchange.refusal { throw refusal }
        let body = try await exchange.body()
        let text = "\(exchange.head.method) \(exchange.head.target) "
        exchange.respond(ResponseHead(status: 200), Array(text.utf8) + Array(body.readable))
    } catch {
        exchange.respond(ResponseHead(status: error.status), Array(error.reason.utf8))
    }
}

/// For tests that run in a process of their own, where there is nobody to record an issue.
func must(_ holds: Bool, _ what: StaticString = "what must hold does not") {
    if !holds { preconditionFailure("\(what)") }
}
