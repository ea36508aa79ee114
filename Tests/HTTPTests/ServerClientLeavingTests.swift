import HTTP
import LinuxSystem
import TestSupport
import Testing

/// What a server notices of clients that leave, that are slow, or that are too many.
@Suite(.timeLimit(.minutes(1))) struct ServerClientLeavingTests {
    /// What became of one exchange.
    private final class Fate: Sendable {
        let begun = Shared(0)
        let left = Shared(0)
        let cancelled = Shared(0)
        let ended = Shared(0)
        let refusal = Shared<Int?>(nil)
    }

    private static func watch(_ exchange: ServerExchange, _ fate: Fate) {
        exchange.onClientLeft = { fate.left.change { $0 += 1 } }
        fate.begun.change { $0 += 1 }
    }

    private static func finish(_ fate: Fate) {
        if Task.isCancelled { fate.cancelled.change { $0 += 1 } }
        fate.ended.change { $0 += 1 }
    }

    enum Leaving: CaseIterable, Sendable { case closing, resetting, halfClosing }

    private func leave(_ socket: TestSocket, _ how: Leaving) {
        switch how {
        case .closing: socket.close()
        case .resetting: socket.closeWithReset()
        case .halfClosing: socket.shutDownWriting()
        }
    }

    /// A client that closes its sending side cannot be told from one that is gone, so it counts as gone.
    @Test(arguments: Leaving.allCases) func whileItWaitsForTheAnswer(how: Leaving) async throws {
        let fate = Fate()
        try await withServer({ exchange in
            Self.watch(exchange, fate)
            await exchange.loop.sleep(.seconds(1000))
            #expect(exchange.clientHasLeft)
            exchange.respond(ResponseHead(status: 200))
            Self.finish(fate)
        }) { server in
            let socket = try server.connect()
            socket.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { fate.begun.value == 1 })
            leave(socket, how)
            #expect(await eventually { fate.ended.value == 1 })
            #expect(fate.left.value == 1 && fate.cancelled.value == 1)
            #expect(await server.connectionCount() == 0)
        }
    }

    @Test(arguments: Leaving.allCases, [true, false]) func inTheMiddleOfItsBody(
        how: Leaving, inParts: Bool
    ) async throws {
        let fate = Fate()
        try await withServer({ exchange in
            Self.watch(exchange, fate)
            do throws(RequestHeadParser.Refusal) {
                if inParts { while try await exchange.nextBodyPart() != nil {} } else { _ = try await exchange.body() }
            } catch { fate.refusal.set(error.status) }
            Self.finish(fate)
        }) { server in
            let socket = try server.connect()
            socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nsome")
            #expect(await eventually { fate.begun.value == 1 })
            leave(socket, how)
            #expect(await eventually { fate.ended.value == 1 })
            #expect(fate.left.value == 1 && fate.cancelled.value == 1 && fate.refusal.value == 499)
        }
    }

    @Test(arguments: Leaving.allCases) func inTheMiddleOfAStream(how: Leaving) async throws {
        let fate = Fate()
        try await withServer({ exchange in
            Self.watch(exchange, fate)
            exchange.begin(ResponseHead(status: 200), bodyCount: nil)
            while !Task.isCancelled {
                exchange.write("event\n\n")
                await exchange.loop.sleep(.milliseconds(1))
            }
            exchange.end()
            Self.finish(fate)
        }) { server in
            let socket = try server.connect()
            socket.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = socket.read(through: "event")
            leave(socket, how)
            #expect(await eventually { fate.ended.value == 1 })
            #expect(fate.left.value == 1 && fate.cancelled.value == 1)
        }
    }

    /// Fifty megabytes for a client that reads nothing: the writer is held, and the whole arrives in the end.
    @Test func aSlowClientHoldsTheWriterAndNotTheMemory() async throws {
        let total = 50 << 20
        let taken = Shared(0)
        let waits = Shared(0)
        try await withServer({ exchange in
            let piece = [UInt8](repeating: 0x61, count: 64 << 10)
            exchange.begin(ResponseHead(status: 200), bodyCount: total)
            while taken.value < total {
                let goesOn = piece.withUnsafeBytes { exchange.write($0) }
                taken.change { $0 += piece.count }
                if goesOn { continue }
                waits.change { $0 += 1 }
                await withCheckedContinuation { continuation in
                    exchange.onDrain = {
                        exchange.onDrain = nil
                        continuation.resume()
                    }
                }
            }
            exchange.end()
        }) { server in
            let socket = try server.connect()
            socket.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { waits.value == 1 })
            // Nothing more is asked for, however often the loop turns: what is taken fits the kernel and our limit.
            let held = taken.value
            for _ in 0..<100 { _ = await server.loop.call { 0 } }
            #expect(taken.value == held && held < 20 << 20)
            let answer = try #require(socket.readAnswer())
            #expect(answer.isWhole && answer.body.count == total)
            // Looking at every byte takes a debug build ten seconds.
            #expect(stride(from: 0, to: total, by: 4093).allSatisfy { answer.body[$0] == 0x61 })
        }
    }

    @Test(arguments: [nil, 100]) func anAbortedAnswerIsSeenToBeIncomplete(bodyCount: Int?) async throws {
        try await withServer({ exchange in
            exchange.begin(ResponseHead(status: 200), bodyCount: bodyCount)
            exchange.write("part")
            exchange.abort()
        }) { server in
            let answer = try #require(server.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
            #expect(answer.status == 200 && !answer.isWhole)
            let old = try server.connect()
            old.send("GET / HTTP/1.0\r\n\r\n")
            if let answer = old.readAnswer() { #expect(!answer.isWhole) }
            #expect(bodyCount != nil || old.end == .reset)
        }
    }

    @Test func aHandlerWithoutAnAnswerCutsTheConnection() async throws {
        try await withServer({ _ in }) { server in
            #expect(server.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == nil)
        }
    }

    // MARK: Number

    @Test func oneConnectionTooManyIs503() async throws {
        var limits = ServerLimits()
        limits.connections = 2
        try await withServer(limits: limits, echo) { server in
            let sockets = [try server.connect(), try server.connect()]
            #expect(await eventually { await server.connectionCount() == 2 })
            let refused = try #require(server.ask(""))
            #expect(refused.status == 503 && refused["retry-after"] == "1")
            sockets[0].close()
            #expect(await eventually { await server.connectionCount() == 1 })
            #expect(try #require(server.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).status == 200)
        }
    }

    @Test func whoSaysNothingMakesRoom() async throws {
        var limits = ServerLimits()
        limits.connections = 3
        limits.makesRoom = true
        try await withServer(limits: limits, echo) { server in
            let silent = [try server.connect(), try server.connect(), try server.connect()]
            silent[1].send("GET / HTT")
            #expect(await eventually { await server.connectionCount() == 3 })
            for _ in 0..<5 { #expect(try #require(server.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).status == 200) }
            #expect(silent[0].readToEnd().isEmpty && silent[0].end == .closed)
        }
    }

    @Test func stoppingLetsAnswersFinish() async throws {
        let begun = Shared(false)
        let release = Shared(false)
        let stopped = Shared(false)
        try await withServer({ exchange in
            exchange.begin(ResponseHead(status: 200), bodyCount: nil)
            exchange.write("first")
            begun.set(true)
            while !release.value { await exchange.loop.sleep(.milliseconds(1)) }
            exchange.write("last")
            exchange.end()
        }) { server in
            let idle = try server.connect()
            let busy = try server.connect()
            busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { begun.value })
            #expect(await eventually { await server.connectionCount() == 2 })
            await server.loop.call { server.server.stop { stopped.set(true) } }
            #expect(idle.readToEnd().isEmpty && idle.end == .closed)
            #expect(!stopped.value)
            release.set(true)
            let answer = try #require(busy.readAnswer())
            #expect(answer.text == "firstlast" && answer.isWhole)
            #expect(busy.readToEnd().isEmpty)
            #expect(await eventually { stopped.value })
        }
    }

    /// The answer is complete for the handler and still on its way to a client that reads slowly.
    @Test func stoppingSendsWhatIsStillOnItsWay() async throws {
        let count = 30 << 20
        let ended = Shared(false)
        try await withServer({ exchange in
            exchange.respond(ResponseHead(status: 200), [UInt8](repeating: 1, count: count))
            ended.set(true)
        }) { server in
            let socket = try server.connect()
            socket.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { ended.value })
            await server.loop.call { server.server.stop {} }
            let answer = try #require(socket.readAnswer())
            #expect(answer.isWhole && answer.body.count == count)
            #expect(socket.readToEnd().isEmpty && socket.end == .closed)
        }
    }

    @Test func closingAllTellsTheHandlers() async throws {
        let fate = Fate()
        try await withServer({ exchange in
            Self.watch(exchange, fate)
            _ = try? await exchange.body()
            Self.finish(fate)
        }) { server in
            let socket = try server.connect()
            socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
            #expect(await eventually { fate.begun.value == 1 })
            await server.loop.call { server.server.closeAll() }
            #expect(await eventually { fate.ended.value == 1 })
            #expect(fate.left.value == 1 && fate.cancelled.value == 1)
            socket.close()
        }
    }

    /// In a process of its own, where every descriptor that is left over is one of these.
    @Test func aThousandConnectionsLeaveNothingBehind() async {
        await #expect(processExitsWith: .success) {
            try await withServer(echo) { server in
                _ = server.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                must(await eventually { await server.connectionCount() == 0 })
                let before = openSockets()
                for number in 0..<1000 {
                    let socket = try server.connect()
                    switch number % 5 {
                    case 0: break
                    case 1: socket.send("GET / HTTP/1.1\r\nHost: a")
                    case 2: socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
                    case 3: socket.send("bad\r\n\r\n")
                    default:
                        socket.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                        must(socket.readAnswer()?.status == 200)
                    }
                    if number % 2 == 0 { socket.closeWithReset() }
                }
                must(await eventually { await server.connectionCount() == 0 }, "a connection stayed")
                must(openSockets() == before, "a socket stayed")
            }
        }
    }

    /// Out of descriptors the server waits, serves whom it has, and goes on when there are some again.
    @Test func withoutDescriptorsItWaitsForSome() async {
        await #expect(processExitsWith: .success) {
            // There is a pause before each new attempt to accept, and nobody may lose his place meanwhile.
            var limits = ServerLimits()
            limits.headTime = .seconds(1000)
            limits.idleTime = .seconds(1000)
            try await withServer(limits: limits, echo) { server in
                let kept = try server.connect()
                must(await eventually { await server.connectionCount() == 1 })
                let waiting = try (0..<3).map { _ in try server.connect() }
                must(await eventually { await server.connectionCount() == 4 })
                let late = try server.connect()
                must(await eventually { await server.connectionCount() == 5 })
                var fillers: [TestSocket] = []
                lowerDescriptorLimit(to: UInt(openDescriptors().max()! + 2))
                // One more on our side than the server can take on its own.
                while let socket = try? server.connect() { fillers.append(socket) }
                let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
                kept.send(request)
                must(kept.readAnswer()?.status == 200)
                waiting.forEach { $0.close() }
                late.close()
                for socket in fillers {
                    socket.send(request)
                    must(socket.readAnswer()?.status == 200)
                    // There may be more of them than descriptors: they are accepted in their order, so each makes room.
                    socket.close()
                }
            }
        }
    }
}
