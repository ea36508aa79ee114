import HTTP
import LinuxSystem
import TestSupport
import Testing

/// Heads that two readers could understand differently are refused alike, whichever way the request went.
@Suite(.timeLimit(.minutes(1))) struct AnswerStrictnessTests {
    static let refused = [
        // Ends of lines.
        "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\nok", "HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX: a\rContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
        // Status lines.
        "HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.10 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/2 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/3 200\r\nContent-Length: 2\r\n\r\nok", "http/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1  200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1\t200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 20\r\nContent-Length: 2\r\n\r\nok",
        // Lengths.
        "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok", "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\nok", "HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n 3\r\n\r\nok",
        // Encodings of the transfer.
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok",
        // Fields.
        "HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX y: z\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\n: z\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX: a\u{1}b\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\n folded\r\nContent-Length: 2\r\n\r\nok",
    ]

    @Test(arguments: refused, bothTransports)
    func whatIsRefused(answer: String, transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send(answer)
            socket.shutDownWriting()
            _ = socket.readToEnd()
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let sink = try await client.send(to: upstream.target())
            #expect(sink.error?.kind == .malformed && sink.headCount == 0, "\(String(describing: sink.error))")
        }
        #expect(upstream.connectionCount == 1)
    }

    static let taken = [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", "HTTP/1.0 200 OK\r\n\r\nok",
        "HTTP/1.1 200 OK\r\ncontent-length:2\r\nContent-Length: 2 \r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 0002\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ]

    @Test(arguments: taken, bothTransports)
    func whatIsTaken(answer: String, transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send(answer)
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let sink = try await client.send(to: upstream.target())
            #expect(sink.succeeded && sink.text == "ok", "\(String(describing: sink.error))")
            // The length of something else must not be handed on.
            #expect(["2", "0002", nil].contains(sink.head?.fields["content-length"]))
        }
    }
}
