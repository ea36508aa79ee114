import LinuxSystem
import Sidecar
import TestSupport
import Testing

/// A client may leave whenever it likes: nothing of its request may stay, neither here nor at the upstream.
@Suite(.timeLimit(.minutes(1))) struct GatewayLeavingTests {
    enum Stage: String, CaseIterable, Sendable {
        case inTheHead, inTheBody, inAnUpload, beforeTheAnswer, inAnAnswerThatIsHeld, inAnAnswerThatPasses
        case inAStream, afterTheLastByte
    }

    /// What the upstream does with a request, by its path; and how many of its connections are open.
    private static func upstream(_ open: Shared<Int>) throws -> TestUpstream {
        try TestUpstream { socket, _ in
            open.change { $0 += 1 }
            defer { open.change { $0 -= 1 } }
            while let head = socket.read(through: "\r\n\r\n") {
                let count = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.split(separator: " ").last ?? "") }
                if head.contains("/v1/upload") { break }
                _ = socket.read(count: count ?? 0)
                if head.contains("/v1/silent") { break }
                if head.contains("/v1/part") {
                    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart")
                    break
                }
                if head.contains("x-test: held") {
                    socket.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
                    break
                }
                if head.contains("x-test: stream") {
                    socket.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "e\r\ndata: \"first\"\n\r\n")
                    break
                }
                socket.send(TestUpstream.ok("{}"))
            }
            _ = socket.readToEnd()
        }
    }

    /// Sends what brings the gateway to that stage, and waits until it is there.
    private func go(to stage: Stage, _ client: TestSocket, _ gateway: LiveGateway) async throws {
        let message = #"{"model":"m","max_tokens":9,"messages":[]}"#
        switch stage {
        case .inTheHead:
            client.send("POST /v1/messages HTTP/1.1\r\nHost: loc")
            #expect(await gateway.holds(.init(connections: 1)))
        case .inTheBody:
            client.send(LiveGateway.ask.dropLast(5).description)
            #expect(await gateway.holds(.init(connections: 1, requests: 1, exchanges: 1)))
        case .inAnUpload:
            client.send("POST /v1/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nbegin")
            #expect(await gateway.holds(.init(connections: 1, requests: 1, transfers: 1, exchanges: 1)))
        case .beforeTheAnswer:
            client.send("POST /v1/silent HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nok")
            #expect(await gateway.holds(.init(connections: 1, requests: 1, transfers: 1, exchanges: 1)))
        case .inAnAnswerThatIsHeld:
            client.send(LiveGateway.post(message, "/v1/messages", "x-test: held\r\n"))
            #expect(await gateway.holds(.init(connections: 1, requests: 1, transfers: 1, exchanges: 1)))
        case .inAnAnswerThatPasses:
            client.send("GET /v1/part HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(client.read(through: "part") != nil)
        case .inAStream:
            client.send(LiveGateway.post(message, "/v1/messages", "x-test: stream\r\n"))
            #expect(client.read(through: "first") != nil)
        case .afterTheLastByte:
            client.send(LiveGateway.ask)
            #expect(client.readAnswer()?.text == "{}")
        }
    }

    enum Leaving: CaseIterable, Sendable { case closing, resetting }

    @Test(arguments: Stage.allCases, LiveGateway.Way.allCases)
    func nothingStays(stage: Stage, way: LiveGateway.Way) async throws {
        let open = Shared(0)
        let upstream = try Self.upstream(open)
        defer { upstream.close() }
        try await withGateway(upstream, way) { gateway in
            for how in Leaving.allCases {
                let client = try gateway.connect()
                try await go(to: stage, client, gateway)
                if how == .closing { client.close() } else { client.closeWithReset() }
                #expect(await gateway.holdsNothing(), "\(how)")
                // Only a connection whose answer was whole may be kept.
                let kept = stage == .afterTheLastByte ? 1 : 0
                #expect(await eventually { open.value == kept }, "\(open.value) connections to the upstream")
            }
            // And it serves the next one.
            let client = try gateway.connect()
            client.send(LiveGateway.ask)
            #expect(client.readAnswer()?.text == "{}")
        }
        #expect(await eventually { open.value == 0 })
    }

    /// In a process of its own, where every descriptor that is left over is one of these.
    @Test(arguments: LiveGateway.Way.allCases) func aThousandExchangesLeaveNothing(way: LiveGateway.Way) async {
        await #expect(processExitsWith: .success) { [way] in
            let open = Shared(0)
            let upstream = try Self.upstream(open)
            try await withGateway(upstream, way) { gateway in
                let stages = Stage.allCases
                func exchange(_ number: Int) async throws {
                    let client = try gateway.connect()
                    try await Self().go(to: stages[number % stages.count], client, gateway)
                    if number % 3 == 0 { client.closeWithReset() } else { client.close() }
                    let isQuiet = await gateway.holdsNothing()
                    precondition(isQuiet, "something stays of an exchange")
                }
                // The last stage leaves one connection behind, which is kept.
                for number in 0..<stages.count { try await exchange(number) }
                let before = await settled()
                for number in 0..<1000 { try await exchange(number) }
                let begun = await gateway.begun()
                precondition(begun >= 800)
                let isClean = await eventually { openSockets().count == before }
                precondition(isClean, "a socket stayed")
            }
        }
    }
}

/// How many sockets are open when the threads of the test have closed theirs.
private func settled() async -> Int {
    var last = -1
    _ = await eventually {
        let count = openSockets().count
        defer { last = count }
        for _ in 0..<20 { await Task.yield() }
        return count == last && count == openSockets().count
    }
    return last
}
