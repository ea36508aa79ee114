import HTTP
import LinuxSystem
import TestSupport
import Testing

/// What an upstream sends beyond its answer must never be somebody else's answer, whichever way the request went.
@Suite(.timeLimit(.minutes(1))) struct SurplusAnswerTests {
    private static let evil = TestUpstream.ok("evil")

    static let whole = [
        TestUpstream.ok("good"), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\n",
    ]

    @Test(arguments: whole, bothTransports)
    func inOnePieceWithTheAnswer(answer: String, transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream { socket, _ in
            while socket.readRequest() != nil { socket.send(answer + Self.evil) }
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            for _ in 0..<5 {
                let sink = try await client.send(to: upstream.target())
                #expect(sink.succeeded && sink.text == "good", "\(sink.text) \(String(describing: sink.error))")
            }
        }
        // libcurl drops what came together with the last chunk, and uses the connection again.
        #expect(upstream.connectionCount == 5 || transport == .curl && answer.contains("chunked"))
    }

    /// The surplus comes after the answer; the loop has seen it, or is too busy to look before the next request.
    @Test(arguments: [true, false], bothTransports)
    func onAnUnusedConnection(loopLooks: Bool, transport: UpstreamTarget.Transport) async throws {
        let (mayGoOn, isSent) = (try Descriptor.pipeParts(), try Descriptor.pipeParts())
        defer {
            mayGoOn.close()
            isSent.close()
        }
        let upstream = try TestUpstream { socket, _ in
            while socket.readRequest() != nil {
                socket.send(TestUpstream.ok("good"))
                waitForByte(mayGoOn)
                socket.send(Self.evil)
                write(isSent)
            }
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            for _ in 0..<5 {
                let sink = try await client.send(to: upstream.target())
                #expect(sink.succeeded && sink.text == "good", "\(sink.text) \(String(describing: sink.error))")
                // This holds the loop up.
                write(mayGoOn)
                waitForByte(isSent)
                if loopLooks { for _ in 0..<3 { await client.loop.sleep(.zero) } }
            }
        }
        #expect(upstream.connectionCount == 5)
    }

    /// Answers that have no body, whatever they say, and one behind them all the same.
    @Test(arguments: ["HEAD", "204", "304"], bothTransports)
    func behindAnAnswerWithoutABody(kind: String, transport: UpstreamTarget.Transport) async throws {
        let status = kind == "HEAD" ? "200" : kind
        let upstream = try TestUpstream { socket, _ in
            while let request = socket.readRequest() {
                socket.send(
                    request.firstLine.contains("/empty")
                        ? "HTTP/1.1 \(status) X\r\nContent-Length: \(Self.evil.utf8.count)\r\n\r\n\(Self.evil)"
                        : TestUpstream.ok("good"))
            }
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            for _ in 0..<3 {
                let empty = try await client.send(kind == "HEAD" ? "HEAD" : "GET", "/empty", to: upstream.target())
                #expect(empty.succeeded && empty.text.isEmpty, "\(String(describing: empty.error))")
                let next = try await client.send(to: upstream.target())
                #expect(next.succeeded && next.text == "good", "\(next.text) \(String(describing: next.error))")
            }
        }
    }

    /// Where nothing is left over the connection is used again.
    @Test(arguments: whole, bothTransports)
    func aCleanConnectionIsKept(answer: String, transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream.answering { _ in answer }
        defer { upstream.close() }
        try await withClient(transport) { client in
            for _ in 0..<5 {
                let text = try await client.send(to: upstream.target()).text
                #expect(text == "good")
            }
        }
        #expect(upstream.connectionCount == 1)
    }
}
