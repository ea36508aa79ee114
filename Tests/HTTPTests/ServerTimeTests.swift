import HTTP
import LinuxSystem
import TestSupport
import Testing

/// How long a server waits for its clients, under a clock that only the test moves.
@Suite(.timeLimit(.minutes(1))) struct ServerTimeTests {
    private let clock = ManualClock()

    private func isOpen(_ server: TestServer) async -> Bool { await server.connectionCount() == 1 }

    /// The second request begins in the same piece as the first, so it is there when the first is answered.
    @Test func aHeadThatDoesNotComeIs408() async throws {
        try await withServer(clock: clock, echo) { server in
            let slow = try server.connect()
            slow.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost:")
            #expect(try #require(slow.readAnswer()).text == "GET /1 ")
            await clock.pass(.zero, on: server.loop)
            await clock.pass(.seconds(9), on: server.loop)
            #expect(await isOpen(server))
            await clock.pass(.seconds(2), on: server.loop)
            let answer = try #require(slow.readAnswer())
            #expect(answer.status == 408 && answer["connection"] == "close")
        }
    }

    /// A byte now and then gives it no more time.
    @Test func aHeadThatDripsIs408() async throws {
        try await withServer(clock: clock, echo) { server in
            let slow = try server.connect()
            slow.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nX:")
            #expect(try #require(slow.readAnswer()).text == "GET /1 ")
            for _ in 0..<11 {
                slow.send("x")
                await clock.pass(.seconds(1), on: server.loop)
            }
            #expect(try #require(slow.readAnswer()).status == 408)
        }
    }

    @Test func aConnectionWithoutARequestIsClosed() async throws {
        try await withServer(clock: clock, echo) { server in
            let silent = try server.connect()
            #expect(await eventually { await isOpen(server) })
            await clock.pass(.seconds(9), on: server.loop)
            #expect(await isOpen(server))
            await clock.pass(.seconds(2), on: server.loop)
            #expect(silent.readToEnd().isEmpty && silent.end == .closed)

            let kept = try server.connect()
            kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try #require(kept.readAnswer()).status == 200)
            await clock.pass(.seconds(74), on: server.loop)
            #expect(await isOpen(server))
            await clock.pass(.seconds(2), on: server.loop)
            #expect(kept.readToEnd().isEmpty && kept.end == .closed)
        }
    }

    @Test func aBodyThatStopsComingIs408() async throws {
        let begun = Shared(false)
        try await withServer(
            clock: clock,
            { exchange in
                begun.set(true)
                await echo(exchange)
            }
        ) { server in
            let socket = try server.connect()
            socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            #expect(await eventually { begun.value })
            await clock.pass(.seconds(59), on: server.loop)
            #expect(await isOpen(server))
            await clock.pass(.seconds(2), on: server.loop)
            let answer = try #require(socket.readAnswer())
            #expect(answer.status == 408 && answer["connection"] == "close")
        }
    }

    /// The client's time does not run while it is the handler that lets it wait.
    @Test func aHandlerThatTakesItsTimeWithTheBodyGetsIt() async throws {
        let begun = Shared(false)
        try await withServer(
            clock: clock,
            { exchange in
                do {
                    let first = try await exchange.nextBodyPart()
                    begun.set(true)
                    await exchange.loop.sleep(.seconds(1000))
                    exchange.begin(ResponseHead(status: 200), bodyCount: nil)
                    exchange.write("\(first?.count ?? 0)")
                    while try await exchange.nextBodyPart() != nil {}
                    exchange.end()
                } catch { exchange.abort() }
            }
        ) { server in
            let socket = try server.connect()
            socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
            #expect(await eventually { begun.value })
            await clock.pass(.seconds(999), on: server.loop)
            #expect(await isOpen(server))
            await clock.pass(.seconds(2), on: server.loop)
            _ = socket.read(through: "\r\n\r\n")
            socket.send("world")
            #expect(String(decoding: socket.readToEnd(), as: UTF8.self) == "1\r\n5\r\n0\r\n\r\n")
        }
    }

    /// The handler keeps adding a little, which must not give the client more time.
    @Test func aClientThatDoesNotReadIsCutAfterTheStallTime() async throws {
        let (isFull, left, ended) = (Shared(false), Shared(false), Shared(false))
        try await withServer(
            clock: clock,
            { exchange in
                exchange.onClientLeft = { left.set(true) }
                exchange.begin(ResponseHead(status: 200), bodyCount: nil)
                let piece = [UInt8](repeating: 0x61, count: 1 << 20)
                while piece.withUnsafeBytes({ exchange.write($0) }) {}
                isFull.set(true)
                while !Task.isCancelled {
                    exchange.write("more")
                    await exchange.loop.sleep(.seconds(10))
                }
                ended.set(true)
            }
        ) { server in
            let socket = try server.connect()
            socket.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { isFull.value })
            for _ in 0..<5 { await clock.pass(.seconds(10), on: server.loop) }
            #expect(!left.value)
            // The kernel may have taken a little more meanwhile, which counts as progress.
            #expect(
                await eventually {
                    await clock.pass(.seconds(10), on: server.loop)
                    return ended.value
                })
            #expect(left.value)
            #expect(try #require(socket.readAnswer()).isWhole == false)
        }
    }
}
