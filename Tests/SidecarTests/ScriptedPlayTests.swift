import HTTP
import JSON
import LinuxSystem
import Sidecar
import Testing

/// The driver on a real server and real sockets: bytes leave as the actions say, and it stops for a client that left.
@Suite(.timeLimit(.minutes(1))) struct ScriptedPlayTests {
    @Test func aStreamArrivesWhole() throws {
        try ScriptedServer.with("version: 1\ndefaults: { event_delay: 1ms }\nsteps: [{ answer: 'Hello there' }]") {
            server in
            let text = try server.exchange(Scripted.request("x", stream: true))
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.contains("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"))
            #expect(text.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test(arguments: [("end", true, false), ("close", false, false), ("reset", false, true)])
    func aStreamBreaks(_ how: String, _ endsProperly: Bool, _ resets: Bool) throws {
        let script =
            "version: 1\nsteps: [{ answer: { text: Hello, stream: { after_events: 2, silence: 20ms, how: \(how) } } }]"
        try ScriptedServer.with(script) { server in
            let connection = try server.connect()
            try connection.send(Scripted.request("x", stream: true))
            let (text, wasReset) = connection.readToEnd()
            #expect(text.contains("content_block_start"))
            #expect(!text.contains("message_stop"))
            #expect(text.hasSuffix("0\r\n\r\n") == endsProperly)
            #expect(wasReset == resets)
        }
    }

    /// The answer is far larger than what sockets hold, and the client reads only after all of it could have been sent.
    @Test func aSlowReaderGetsEverything() throws {
        let text = String(repeating: "0123456789abcdef", count: 40_000)
        let script = "version: 1\ndefaults: { piece: 16 }\nsteps: [{ answer: '\(text)' }]"
        try ScriptedServer.with(script) { server in
            let connection = try server.connect()
            try connection.send(Scripted.request("x", stream: true))
            // It has written what fits and waits now, or else it would be done.
            #expect(server.nextSign() == .waiting)
            let (answer, _) = connection.readToEnd()
            let pieces = answer.split(separator: "\"text\":\"0123456789abcdef\"").count - 1
            #expect(pieces == text.utf8.count / 16)
            #expect(answer.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test(arguments: ["{ text: Hello, delay: 1h }", "{ text: Hello, stream: { after_events: 1, silence: 1h } }"])
    func aClientThatLeavesEndsIt(_ answer: String) throws {
        try ScriptedServer.with("version: 1\nsteps: [{ answer: \(answer) }]") { server in
            do {
                let connection = try server.connect()
                try connection.send(Scripted.request("x", stream: true))
                #expect(server.nextSign() == .waiting)
            }
            #expect(server.nextSign() == .played)
        }
    }
}

/// A server whose one route is a script, on a thread and a port of its own.
final class ScriptedServer: HTTPHandler {
    /// What the loop tells the test.
    enum Sign: UInt8 {
        /// The answer is under way and has paused.
        case waiting
        case played
    }

    private let upstream: ScriptedUpstream
    private let port: UInt16
    private let signs: Pipe

    private init(_ upstream: ScriptedUpstream, port: UInt16) throws {
        self.upstream = upstream
        self.port = port
        signs = try Descriptor.pipe()
    }

    static func with(_ script: String, _ body: (ScriptedServer) throws -> Void) throws {
        let upstream = try Scripted.upstream(script)
        let listener = try Socket.listen(
            on: try #require(SocketAddress(host: "127.0.0.1", port: 0)), sharingPort: false)
        let handler = try ScriptedServer(upstream, port: try Socket.port(of: listener.raw))
        let loop = try EventLoop()
        let server = HTTPServer(listener, on: loop, handler: handler)
        let thread = try Thread(name: "scripted") { loop.run() }
        loop.submit { try? server.start() }
        let result = Result { try body(handler) }
        loop.submit {
            server.closeAll()
            loop.stop()
        }
        thread.join()
        try result.get()
    }

    func respond(to exchange: ServerExchange) async {
        guard let body = try? await exchange.body(),
            let document = try? JSONParser().parse(copying: Array(body.readable))
        else {
            return
        }
        let answer = document.withRoot { upstream.messages($0, fields: exchange.head.fields) }
        // Runs when `play` has given the thread back for the first time, or has ended without.
        var isPlaying = true
        exchange.loop.atEndOfTurn { if isPlaying { self.give(.waiting) } }
        await answer.play(on: exchange)
        isPlaying = false
        give(.played)
    }

    private func give(_ sign: Sign) { try? signs.writing.writeAll([sign.rawValue]) }

    /// Waits for it. nil when there is none any more.
    func nextSign() -> Sign? {
        var byte: UInt8 = 0
        let count = try? withUnsafeMutableBytes(of: &byte) { try signs.reading.read(into: $0) }
        return count == 1 ? Sign(rawValue: byte) : nil
    }

    func connect() throws -> ScriptedConnection {
        ScriptedConnection(
            try Socket.connect(to: try #require(SocketAddress(host: "127.0.0.1", port: port)), timeout: .seconds(20)))
    }

    func exchange(_ json: String) throws -> String {
        let connection = try connect()
        try connection.send(json)
        return connection.readToEnd().text
    }
}

struct ScriptedConnection: ~Copyable {
    private let socket: Descriptor

    init(_ socket: consuming Descriptor) { self.socket = socket }

    func send(_ json: String) throws {
        let head =
            "POST /v1/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(json.utf8.count)\r\n\r\n"
        try socket.writeAll(Array((head + json).utf8))
    }

    /// Everything until the server closes, and whether it did so with a reset.
    func readToEnd() -> (text: String, wasReset: Bool) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            do {
                let count = try buffer.withUnsafeMutableBytes { try socket.read(into: $0) }
                guard let count, count > 0 else { return (String(decoding: bytes, as: UTF8.self), false) }
                bytes += buffer[..<count]
            } catch {
                return (String(decoding: bytes, as: UTF8.self), true)
            }
        }
    }
}
