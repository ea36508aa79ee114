internal import HTTP
internal import LinuxSystem

final class Relay: TransferSink {
    let exchange: ServerExchange
    var transfer: Transfer?
    init(_ e: ServerExchange) { exchange = e }
    func transferDidReceive(_ head: ResponseHead) {
        var head = head
        let count = head.fields["content-length"].flatMap { Int($0) }
        head.fields.remove { n in ASCII.equalsIgnoringCase(n, "content-length") || ASCII.equalsIgnoringCase(n, "transfer-encoding") || ASCII.equalsIgnoringCase(n, "connection") || ASCII.equalsIgnoringCase(n, "keep-alive") }
        exchange.begin(head, bodyCount: count)
    }
    func transferDidReceive(_ bytes: UnsafeRawBufferPointer) -> Bool { exchange.write(bytes) }
    func transferDidEnd(_ error: TransferError?) {
        if let error { print(error); if exchange.hasAnswered { exchange.abort() } else { exchange.respond(.init(status: 502)) } } else { exchange.end() }
        done?.resume(); done = nil; ended = true
    }
    var done: CheckedContinuation<Void, Never>?
    var ended = false
}

struct H: HTTPHandler {
    let client: UpstreamClient
    let target: UpstreamTarget
    func respond(to exchange: ServerExchange) async {
        if exchange.head.method == "GET" && exchange.head.target == "/livez" { return exchange.respond(.init(status: 200)) }
        do {
            let body = try await exchange.body()
            var fields = exchange.head.fields
            fields.remove { n in ASCII.equalsIgnoringCase(n, "content-length") || ASCII.equalsIgnoringCase(n, "transfer-encoding") || ASCII.equalsIgnoringCase(n, "connection") || ASCII.equalsIgnoringCase(n, "keep-alive") || ASCII.equalsIgnoringCase(n, "host") || ASCII.equalsIgnoringCase(n, "accept-encoding") }
            let relay = Relay(exchange)
            let t = try client.start(UpstreamRequest(method: exchange.head.method, target: exchange.head.target, fields: fields, body: .bytes(body)), to: target, relay)
            exchange.onClientLeft = { t.cancel(); relay.done?.resume(); relay.done = nil }
            exchange.onDrain = { t.resume() }
            if !relay.ended { await withCheckedContinuation { relay.done = $0 } }
        } catch { print(error); exchange.respond(.init(status: 500)) }
    }
}

Signal.ignoreBrokenPipes()
UpstreamClient.initialize()
let loop = try EventLoop()
let client = try UpstreamClient(on: loop, limits: UpstreamLimits())
let server = HTTPServer(try Socket.listen(on: SocketAddress(host: "127.0.0.1", port: UInt16(CommandLine.arguments[1])!)!, sharingPort: true), on: loop, handler: H(client: client, target: UpstreamTarget(baseURL: CommandLine.arguments[2])))
loop.submit { try! server.start() }
loop.run()
