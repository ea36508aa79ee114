internal import HTTP
internal import JSON
internal import LinuxSystem

/// What a command asked over the control socket.
struct ControlRequest {
    /// `.null` when nothing was sent.
    let body: JSONValue
}

struct ControlAnswer {
    let status: Int
    let body: JSONValue
    /// Run once the answer is on its way: what ends the program must not end it before.
    let afterwards: (@Sendable () -> Void)?

    init(_ body: JSONValue, status: Int = 200, afterwards: (@Sendable () -> Void)? = nil) {
        self.status = status
        self.body = body
        self.afterwards = afterwards
    }

    static func wrong(_ status: Int, _ message: String) -> ControlAnswer {
        ControlAnswer(["error": .string(message)], status: status)
    }
}

/// One thing that can be asked. A feature that commands manage adds its own to `Sidecar.controlRoutes`.
struct ControlRoute {
    let method: String
    let path: String
    let answer: @Sendable (ControlRequest) async -> ControlAnswer

    init(_ method: String, _ path: String, _ answer: @escaping @Sendable (ControlRequest) async -> ControlAnswer) {
        self.method = method
        self.path = path
        self.answer = answer
    }
}

/// HTTP over a unix socket, on the main loop: the same server as for clients, and none of their routes.
final class ControlServer: HTTPHandler, Sendable {
    private let routes: [ControlRoute]

    /// Who can connect to the socket of mode 0600 anyway; asked again, because folders and modes change.
    static func admits(_ fd: Int32) -> Bool {
        guard let uid = try? Socket.peerUID(fd) else { return false }
        return uid == ProcessInfo.uid || uid == 0
    }

    static var limits: ServerLimits {
        var limits = ServerLimits()
        // Commands send a few words, and there are few of them.
        limits.bodyBytes = 1 << 20
        limits.connections = 64
        return limits
    }

    init(_ routes: [ControlRoute]) { self.routes = routes }

    func respond(to exchange: ServerExchange) async {
        let answer = await answer(exchange)
        exchange.respond(
            ResponseHead(status: answer.status, fields: ["Content-Type": "application/json"]),
            answer.body.bytes(style: .compact) + [0x0a])
        answer.afterwards?()
    }

    private func answer(_ exchange: ServerExchange) async -> ControlAnswer {
        if let refusal = exchange.refusal { return .wrong(refusal.status, refusal.reason) }
        let head = exchange.head
        let here = routes.filter { $0.path == head.path }
        guard let route = here.first(where: { $0.method == head.method }) else {
            // A command of a newer version may ask for what this sidecar does not have.
            return here.isEmpty
                ? .wrong(404, "the running sidecar (version \(Version.current)) knows nothing of \(head.path)")
                : .wrong(405, "\(head.path) takes \(here.map(\.method).joined(separator: ", "))")
        }
        do throws(RequestHeadParser.Refusal) {
            let buffer = try await exchange.body()
            let bytes = withExtendedLifetime(buffer) { Array(buffer.readable) }
            guard !bytes.isEmpty else { return await route.answer(ControlRequest(body: .null)) }
            guard let body = try? JSONValue(parsing: bytes) else { return .wrong(400, "the body is not JSON") }
            return await route.answer(ControlRequest(body: body))
        } catch {
            return .wrong(error.status, error.reason)
        }
    }
}
