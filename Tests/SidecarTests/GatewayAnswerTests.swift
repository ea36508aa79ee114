import Glibc
import LinuxSystem
import Sidecar
import TestSupport
import Testing

/// Answers that are early, empty, large, or that do not come.
@Suite(.timeLimit(.minutes(1))) struct GatewayAnswerTests {
    /// Refused by its head: the client is told so, although it has more to send.
    @Test(arguments: [401, 413], LiveGateway.Way.allCases)
    func anAnswerMayComeBeforeTheRequestIsComplete(status: Int, way: LiveGateway.Way) async throws {
        let upstream = try TestUpstream { socket, _ in
            while socket.read(through: "\r\n\r\n") != nil {
                socket.send(
                    "HTTP/1.1 \(status) No\r\nContent-Length: 7\r\nContent-Type: application/json\r\n\r\n{\"a\":1}")
                _ = socket.readToEnd()
            }
        }
        defer { upstream.close() }
        try await withGateway(upstream, way) { gateway in
            for framing in ["Content-Length: 9000000", "Transfer-Encoding: chunked"] {
                let client = try gateway.connect()
                client.send("POST /v1/files HTTP/1.1\r\nHost: localhost\r\n\(framing)\r\n\r\n5\r\nhello\r\n")
                let answer = try #require(client.readAnswer())
                #expect(answer.status == status && answer.text == #"{"a":1}"# && answer["connection"] == "close")
                client.close()
                #expect(await gateway.holdsNothing())
            }
            // A body that is held whole before it is sent.
            let client = try gateway.connect()
            let large = String(repeating: "x", count: 3_000_000)
            client.send(LiveGateway.post(#"{"model":"m","messages":["\#(large)"]}"#))
            #expect(client.readAnswer()?.status == status)
        }
    }

    @Test(arguments: LiveGateway.Way.allCases) func emptyAnswersAreEmpty(way: LiveGateway.Way) async throws {
        let upstream = try TestUpstream.answering { request in
            switch request.firstLine {
            case let line where line.hasPrefix("HEAD"): "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nx-a: b\r\n\r\n"
            case let line where line.hasPrefix("DELETE"): "HTTP/1.1 204 No Content\r\nx-a: b\r\n\r\n"
            case let line where line.contains("/v1/cached"): "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"
            default:
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                    + TestUpstream.ok("{}", "x-a: b\r\n")
            }
        }
        defer { upstream.close() }
        try await withGateway(upstream, way) { gateway in
            let client = try gateway.connect()
            for _ in 0..<3 {
                client.send("HEAD /v1/files/1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let head = try #require(client.readAnswer(hasBody: false))
                #expect(head.status == 200 && head["content-length"] == "1234" && head["x-a"] == "b")
                client.send("DELETE /v1/files/1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let gone = try #require(client.readAnswer())
                #expect(gone.status == 204 && gone["content-length"] == nil && gone["transfer-encoding"] == nil)
                client.send("GET /v1/cached HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(client.readAnswer()?.status == 304)
                client.send(LiveGateway.ask)
                let message = try #require(client.readAnswer())
                #expect(message.status == 200 && message.text == "{}" && message["link"] == nil)
            }
            #expect(await gateway.hold().connections == 1)
        }
        #expect(upstream.connectionCount == 1)
    }

    private static let large = 48 << 20

    /// The upstream is held while the client does not read, and everything arrives in the end.
    @Test(arguments: LiveGateway.Way.allCases) func aLargeAnswerWaitsForItsClient(way: LiveGateway.Way) async throws {
        let sent = Shared(0)
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(Self.large)\r\n\r\n")
            let piece = [UInt8](repeating: 0x61, count: 1 << 16)
            while sent.value < Self.large, socket.send(piece) { sent.change { $0 += piece.count } }
        }
        defer { upstream.close() }
        try await withGateway(upstream, way) { gateway in
            let client = try gateway.connect()
            client.send(LiveGateway.ask)
            let held = await standsStill(sent, gateway)
            #expect(held < Self.large, "\(held)")
            let answer = try #require(client.readAnswer())
            #expect(answer.status == 200 && answer.isWhole && answer.body.count == Self.large)
            #expect(answer.body.last == 0x61)
        }
    }

    /// And the client while the upstream does not.
    @Test(arguments: LiveGateway.Way.allCases) func aLargeUploadWaitsForItsUpstream(way: LiveGateway.Way) async throws {
        let mayRead = try Descriptor.pipeParts()
        defer { mayRead.close() }
        let sent = Shared(0)
        let upstream = try TestUpstream { socket, _ in
            _ = socket.read(through: "\r\n\r\n")
            waitForByte(mayRead)
            var count = 0
            while count < Self.large, let piece = socket.read(count: 1 << 16) { count += piece.count }
            socket.send(TestUpstream.ok("\(count)"))
        }
        defer { upstream.close() }
        try await withGateway(upstream, way) { gateway in
            let client = try gateway.connect()
            client.send("POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(Self.large)\r\n\r\n")
            try Thread(name: "test-upload") {
                let piece = [UInt8](repeating: 0x62, count: 1 << 16)
                while sent.value < Self.large, client.send(piece) { sent.change { $0 += piece.count } }
            }.detach()
            let held = await standsStill(sent, gateway)
            #expect(held < Self.large, "\(held)")
            write(mayRead)
            #expect(client.readAnswer()?.text == "\(Self.large)")
        }
    }

    /// The count when it has not changed over many turns of the loop. The upper bound on what is taken is loose, so a
    /// machine that stalls meanwhile makes it no failure.
    private func standsStill(_ count: Shared<Int>, _ gateway: LiveGateway) async -> Int {
        var last = -1
        _ = await eventually {
            let seen = count.value
            defer { last = seen }
            for _ in 0..<300 { _ = await gateway.hold() }
            return seen > 0 && seen == last
        }
        return last
    }

    // MARK: Under a clock that the test moves

    @Test(arguments: LiveGateway.Way.allCases) func aProviderThatDoesNotAccept(way: LiveGateway.Way) async throws {
        let upstream = try TestUpstream { _, _ in }
        let deaf = try DeafListener()
        defer { upstream.close() }
        try await withGateway(upstream, way, port: deaf.port) { gateway in
            let client = try gateway.connect()
            client.send(LiveGateway.ask)
            #expect(await gateway.holds(.init(connections: 1, requests: 1, transfers: 1, exchanges: 1)))
            await gateway.pass(.seconds(9))
            #expect(await gateway.hold().transfers == 1)
            await gateway.pass(.seconds(2))
            let answer = try #require(client.readAnswer())
            #expect(answer.status == 502 && answer.text.contains("no connection within 10s"), "\(answer.text)")
        }
    }

    @Test(arguments: LiveGateway.Way.allCases) func aProviderThatDoesNotAnswer(way: LiveGateway.Way) async throws {
        let asked = Shared(0)
        let upstream = try TestUpstream { socket, _ in
            if socket.readRequest() != nil { asked.change { $0 += 1 } }
            if socket.readToEnd().isEmpty { asked.change { $0 += 10 } }
        }
        defer { upstream.close() }
        try await withGateway(upstream, way) { gateway in
            let client = try gateway.connect()
            client.send(LiveGateway.ask)
            #expect(await eventually { asked.value == 1 })
            await gateway.pass(.seconds(590))
            #expect(await gateway.hold().transfers == 1)
            await gateway.pass(.seconds(20))
            #expect(client.readAnswer()?.status == 504)
            #expect(await eventually { asked.value == 11 }, "the upstream's connection is closed")
        }
    }

    @Test(arguments: [true, false], LiveGateway.Way.allCases)
    func aProviderThatFallsSilent(isStream: Bool, way: LiveGateway.Way) async throws {
        let ended = Shared(0)
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send(
                isStream
                    ? "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: ping\ndata: {}\n\n"
                    : "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{")
            _ = socket.readToEnd()
            ended.change { $0 += 1 }
        }
        defer { upstream.close() }
        try await withGateway(upstream, way) { gateway in
            let client = try gateway.connect()
            client.send(isStream ? LiveGateway.askForStream : LiveGateway.ask)
            if isStream {
                #expect(client.read(through: "data: {}\n\n") != nil)
                // It is quiet, and the client is shown that somebody is there.
                await gateway.pass(.seconds(11))
                #expect(client.read(through: "event: ping\n") != nil)
                await gateway.pass(.seconds(600))
                let rest = String(decoding: client.readToEnd(), as: UTF8.self)
                #expect(!rest.hasSuffix("0\r\n\r\n"), "it must not look whole")
            } else {
                #expect(await gateway.holds(.init(connections: 1, requests: 1, transfers: 1, exchanges: 1)))
                // The first byte of the answer may not have come yet; the limits are the same.
                await gateway.pass(.seconds(601))
                await gateway.pass(.seconds(601))
                let status = client.readAnswer()?.status
                #expect(status == 502 || status == 504)
            }
            #expect(await eventually { ended.value == 1 })
        }
    }
}

/// A port where a connection begins and never comes about: the queue of those that wait is full.
private final class DeafListener {
    let port: UInt16
    private let listener: Descriptor
    private var fillers: [Int32] = []

    init() throws {
        listener = try Socket.listen(on: SocketAddress(host: "127.0.0.1", port: 0)!, sharingPort: false)
        port = try Socket.port(of: listener.raw)
        // Again, for one that waits.
        listen(listener.raw, 0)
        for _ in 0..<4 {
            var isConnected = false
            let address = SocketAddress(host: "127.0.0.1", port: port)!
            fillers.append(try Socket.beginConnecting(to: address, isConnected: &isConnected).release())
        }
    }

    deinit { for fd in fillers { close(fd) } }
}
