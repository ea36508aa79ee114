internal import HTTP
internal import JSON
internal import LinuxSystem
internal import MCP
internal import Synchronization

/// What a client with a session listens on (GET /mcp): news of lists and resources, as they come. On the loop of its exchange, which
/// `@unchecked Sendable` stands on, but for what says otherwise.
final class MCPSessionStream: @unchecked Sendable {
    private let exchange: ServerExchange
    private let session: MCPSession
    private let audience: MCPAudience
    private let news: AsyncStream<MCPNews>
    private let source: AsyncStream<MCPNews>.Continuation
    private let place = Mutex<Int?>(nil)
    private lazy var timer = LoopTimer { [unowned self] in keepAlive() }

    /// What a client has not read yet: who is that far behind looks at the lists anyway.
    private static let unreadMax = 256
    private static let silenceMax = TimeSpan.seconds(15)

    init(_ exchange: ServerExchange, _ session: MCPSession, _ audience: MCPAudience) {
        self.exchange = exchange
        self.session = session
        self.audience = audience
        (news, source) = AsyncStream.makeStream(of: MCPNews.self, bufferingPolicy: .bufferingNewest(Self.unreadMax))
    }

    /// Its place in the audience. From any loop.
    var listener: Int? { place.withLock { $0 } }

    /// From any loop.
    func end() { source.finish() }

    /// Until the client leaves, listens anew, or nothing more will come.
    func run(_ fields: HTTPFields) async {
        var fields = fields
        fields.append("Content-Type", MCPAccept.streamType)
        fields.append("Cache-Control", "no-cache, no-transform")
        fields.append("X-Accel-Buffering", "no")
        let resources = session.attach(self)
        let number = audience.add(resources) { [source] one in
            if one == .over { source.finish() } else { source.yield(one) }
        }
        place.withLock { $0 = number }
        // Those that came in that moment.
        if let number {
            for uri in session.subscribed.subtracting(resources) { audience.watch(uri, true, for: number) }
        }
        exchange.begin(ResponseHead(status: 200, fields: fields), bodyCount: nil)
        // So that the client knows from when on it misses nothing.
        write(": listening\n\n")
        exchange.loop.schedule(timer, after: Self.silenceMax)
        if number != nil {
            for await one in news {
                guard let message = session.news(one) else { continue }
                write("event: message\ndata: \(message.text())\n\n")
            }
        }
        timer.disarm()
        if let number { audience.remove(number) }
        session.detach(self, now: exchange.loop.now)
        exchange.end()
    }

    private func write(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { exchange.write($0) } }

    private func keepAlive() {
        write(": still here\n\n")
        exchange.loop.schedule(timer, after: Self.silenceMax)
    }
}
