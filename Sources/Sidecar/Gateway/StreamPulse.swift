internal import HTTP
internal import LinuxSystem

/// Signs of life for a client that waits for a stream while nothing of it can be said yet. The first one begins the answer;
/// from then on an error can only be an event.
final class StreamPulse {
    private let exchange: ServerExchange
    private let settings: Relay.Settings
    private let text: String
    private let fields: HTTPFields
    private lazy var timer = LoopTimer { [unowned self] in beat() }
    private(set) var count = 0

    init(_ exchange: ServerExchange, _ settings: Relay.Settings, sign text: String, _ fields: HTTPFields) {
        self.exchange = exchange
        self.settings = settings
        self.text = text
        self.fields = fields
        if settings.keepAlive > .zero { exchange.loop.schedule(timer, after: settings.keepAlive) }
    }

    var hasBegun: Bool { count > 0 }

    private func beat() {
        if exchange.clientHasLeft { return }
        if !hasBegun { exchange.begin(ResponseHead(status: 200, fields: fields), bodyCount: nil) }
        count += 1
        var text = text
        text.withUTF8 { _ = exchange.write(UnsafeRawBufferPointer($0)) }
        exchange.loop.schedule(timer, after: settings.keepAliveInterval)
    }

    func stop() { timer.disarm() }

    /// Says all that there is, and ends the answer.
    func finish(_ bytes: [UInt8]) {
        stop()
        bytes.withUnsafeBytes { _ = exchange.write($0) }
        exchange.end()
    }
}
