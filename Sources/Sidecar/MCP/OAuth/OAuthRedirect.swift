internal import HTTP
internal import LinuxSystem
internal import MCP

/// Where the person's browser comes back to: one page on this machine, as long as somebody waits there. On the loop that waits,
/// which `@unchecked Sendable` stands on.
final class OAuthRedirect: HTTPHandler, @unchecked Sendable {
    enum Outcome: Sendable {
        case code(String)
        case refused(String)
        case timedOut
    }

    private static let path = "/callback"
    private var listener: Descriptor?
    private var attempt: OAuthAttempt?
    private var waiting: CheckedContinuation<Outcome, Never>?
    /// By the number: a name could mean another machine.
    let address: String

    /// From now on it is ours, before the address is told to anybody. Port 0: any that is free.
    init(port: UInt16) throws(SystemError) {
        guard let place = SocketAddress(host: "127.0.0.1", port: port) else {
            throw SystemError(call: "127.0.0.1 is no address", code: 0)
        }
        let socket = try Socket.listen(on: place, sharingPort: false)
        address = "http://127.0.0.1:\(try Socket.port(of: socket.raw))\(Self.path)"
        listener = consume socket
    }

    func wait(for attempt: OAuthAttempt, within limit: TimeSpan, on loop: EventLoop) async -> Outcome {
        guard let socket = listener.take() else { return .timedOut }
        self.attempt = attempt
        var limits = ServerLimits()
        limits.bodyBytes = 0
        limits.connections = 16
        // Else whoever connects and says nothing keeps the browser out.
        limits.makesRoom = true
        let server = HTTPServer(socket, on: loop, limits: limits, handler: self)
        let timer = LoopTimer { [self] in finish(.timedOut) }
        loop.schedule(timer, after: limit)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting = continuation
                do { try server.start() } catch { finish(.refused("nobody can come back to \(address): \(error)")) }
            }
        } onCancel: {
            loop.submit { [self] in finish(.refused("interrupted")) }
        }
        timer.disarm()
        // What the browser is told leaves at the end of this turn.
        await loop.settle()
        server.stop {}
        server.closeAll()
        return outcome
    }

    private func finish(_ outcome: Outcome) {
        waiting?.resume(returning: outcome)
        waiting = nil
    }

    func respond(to exchange: ServerExchange) async {
        guard exchange.refusal == nil, exchange.head.method == "GET", exchange.head.path == Self.path, let attempt
        else { return Self.tell(exchange, 404, "There is nothing here.") }
        switch attempt.read(exchange.head.query) {
        // Any page can send a browser here; it must not end the login.
        case .stranger: Self.tell(exchange, 400, "This is no answer to the login that is waited for.")
        case .refused(let why):
            Self.tell(exchange, 400, "The login has failed. The terminal says why.")
            finish(.refused(why))
        case .code(let code):
            Self.tell(exchange, 200, "The answer has arrived. You can close this page; the terminal says the rest.")
            finish(.code(code))
        }
    }

    private static func tell(_ exchange: ServerExchange, _ status: Int, _ words: String) {
        let fields: HTTPFields = [
            "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
        ]
        exchange.respond(ResponseHead(status: status, fields: fields), Array("\(words)\n".utf8))
    }
}
