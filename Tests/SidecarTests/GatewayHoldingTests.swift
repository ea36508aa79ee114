import LinuxSystem
import Sidecar
import TestSupport
import Testing

/// What of an answer reaches the client before its end has come.
@Suite(.timeLimit(.minutes(1))) struct GatewayHoldingTests {
    private static let event = "event: message_start\ndata: {\"type\":\"message_start\"}\n\n"
    private static let last = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

    static let beginnings: [(type: String, pieces: [String])] = [
        ("text/event-stream", [event]), ("Text/Event-Stream; charset=utf-8", [event]), ("application/json", [event]),
        ("application/json", ["e", "ve", String(event.dropFirst(3))]), ("text/plain", ["\n", "d", "ata: {}\n\n"]),
        ("text/event-stream", event.map { String($0) }), ("application/json", event.map { String($0) }),
        ("application/json", [":", " hello\n\n"]), ("application/json", ["\u{feff}event: ping\ndata: {}\n\n"]),
    ]

    /// An event stream under a wrong name, or in pieces that tell little: its events go on as they come.
    @Test(arguments: beginnings, LiveGateway.Way.allCases)
    func eventsAreNotHeldBack(_ answer: (type: String, pieces: [String]), way: LiveGateway.Way) async throws {
        let mayEnd = try Descriptor.pipeParts()
        defer { mayEnd.close() }
        let upstream = try TestUpstream { socket, _ in
            while socket.readRequest() != nil {
                Socket.sendAtOnce(socket.fd)
                socket.send("HTTP/1.1 200 OK\r\nContent-Type: \(answer.type)\r\nTransfer-Encoding: chunked\r\n\r\n")
                for piece in answer.pieces { socket.send("\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n") }
                waitForByte(mayEnd)
                socket.send("\(String(Self.last.utf8.count, radix: 16))\r\n\(Self.last)\r\n0\r\n\r\n")
            }
        }
        defer { upstream.close() }
        try await withGateway(upstream, way) { gateway in
            let client = try gateway.connect()
            client.send(LiveGateway.askForStream)
            let head = try #require(client.read(through: "\r\n\r\n"))
            #expect(head.hasPrefix("HTTP/1.1 200"))
            // The upstream has not ended yet: what is here was not held back.
            let expected = answer.pieces.joined()
            var seen = ""
            while seen.utf8.count < expected.utf8.count {
                let size = try #require(client.read(through: "\r\n"))
                let count = try #require(Int(size.dropLast(), radix: 16))
                let piece = try #require(client.read(count: count))
                seen += String(decoding: piece, as: UTF8.self)
                _ = client.read(through: "\r\n")
            }
            #expect(seen == expected)
            write(mayEnd)
            #expect(client.read(through: "\r\n0\r\n\r\n")?.contains(Self.last) == true)
        }
    }

    /// JSON that comes slowly is held until it is whole: half of it must not pass for an answer.
    @Test(arguments: LiveGateway.Way.allCases) func halfAMessageIsNoAnswer(way: LiveGateway.Way) async throws {
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"type\":")
        }
        defer { upstream.close() }
        try await withGateway(upstream, way) { gateway in
            let client = try gateway.connect()
            client.send(LiveGateway.ask)
            #expect(client.readAnswer()?.status == 502)
        }
    }
}
