import HTTP
import LinuxSystem
import TestSupport
import Testing

/// Whole requests over real sockets.
@Suite(.timeLimit(.minutes(1))) struct ServerRequestTests {
    @Test func aConnectionTakesRequestAfterRequest() async throws {
        try await withServer(echo) { server in
            let socket = try server.connect()
            for number in 0..<20 {
                let body = String(repeating: "x", count: number * 100)
                socket.send("POST /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                let answer = try #require(socket.readAnswer())
                #expect(answer.status == 200 && answer.text == "POST /\(number) \(body)")
                #expect(answer["connection"] == nil && answer["date"] != nil)
            }
            #expect(await server.connectionCount() == 1)
        }
    }

    @Test(arguments: [true, false])
    func requestsSentAheadAreAnsweredInOrder(handlerWaits: Bool) async throws {
        try await withServer({ exchange in
            if handlerWaits { await exchange.loop.sleep(.zero) }
            await echo(exchange)
        }) { server in
            let socket = try server.connect()
            let requests = (0..<100).map { number in
                number % 3 == 0
                    ? "GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n"
                    : number % 3 == 1
                        ? "POST /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                        : "POST /\(number) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
            }
            socket.send(requests.joined())
            for number in 0..<100 {
                let answer = try #require(socket.readAnswer(), "answer \(number)")
                #expect(answer.text == (number % 3 == 0 ? "GET /\(number) " : "POST /\(number) hello"))
            }
        }
    }

    @Test func aRequestMayComeByteByByte() async throws {
        try await withServer(echo) { server in
            let socket = try server.connect()
            Socket.sendAtOnce(socket.fd)
            for byte
                in "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nT: x\r\n\r\n"
                .utf8
            {
                socket.send([byte])
            }
            #expect(try #require(socket.readAnswer()).text == "POST /a hello")
        }
    }

    @Test(arguments: [0, 1, 1000, 65_535, 65_536, 300_000, 5_000_000])
    func bodiesOfAnySizeArrive(count: Int) async throws {
        try await withServer(echo) { server in
            let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let socket = try server.connect()
            socket.send(Array("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n".utf8) + body)
            #expect(try #require(socket.readAnswer()).body == Array("PUT / ".utf8) + body)
            let chunks = stride(from: 0, to: count, by: 70_000).flatMap { start in
                let piece = body[start..<min(count, start + 70_000)]
                return Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [0x0d, 0x0a]
            }
            socket.send(
                Array("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8) + chunks
                    + Array("0\r\n\r\n".utf8))
            #expect(try #require(socket.readAnswer()).body == Array("PUT / ".utf8) + body)
        }
    }

    @Test func theGoAheadComesOnlyWhenTheBodyIsWanted() async throws {
        try await withServer({ exchange in
            if exchange.head.target == "/no" { return exchange.respond(ResponseHead(status: 401)) }
            await echo(exchange)
        }) { server in
            let socket = try server.connect()
            socket.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            #expect(socket.read(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            socket.send("hello")
            #expect(try #require(socket.readAnswer()).text == "POST / hello")

            // The body came along: nothing to say.
            socket.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")
            #expect(try #require(socket.readAnswer()).status == 200)

            socket.send("POST /no HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            let refusal = try #require(socket.readAnswer())
            #expect(refusal.status == 401 && refusal["connection"] == "close")
            #expect(socket.readToEnd().isEmpty && socket.end == .closed)
        }
    }

    @Test func http10EndsWithTheConnectionUnlessAsked() async throws {
        try await withServer({ exchange in
            if exchange.head.target == "/stream" {
                exchange.begin(ResponseHead(status: 200), bodyCount: nil)
                _ = exchange.write("part")
                _ = exchange.write("s")
                return exchange.end()
            }
            await echo(exchange)
        }) { server in
            let socket = try server.connect()
            socket.send("GET / HTTP/1.0\r\n\r\n")
            let answer = try #require(socket.readAnswer())
            #expect(answer["connection"] == "close" && answer.text == "GET / ")
            #expect(socket.readToEnd().isEmpty && socket.end == .closed)

            let kept = try server.connect()
            for _ in 0..<3 {
                kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(try #require(kept.readAnswer())["connection"] == "keep-alive")
            }
            kept.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let stream = try #require(kept.readAnswer())
            #expect(stream["transfer-encoding"] == nil && stream["connection"] == "close")
            #expect(stream.text == "parts" && stream.isWhole)
        }
    }

    @Test func headHasTheFieldsAndNoBody() async throws {
        try await withServer({ exchange in
            if exchange.head.target == "/stream" {
                exchange.begin(ResponseHead(status: 200), bodyCount: nil)
                _ = exchange.write("parts")
                return exchange.end()
            }
            exchange.respond(ResponseHead(status: exchange.head.target == "/204" ? 204 : 200), Array("hello".utf8))
        }) { server in
            let socket = try server.connect()
            socket.send(
                "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHEAD /stream HTTP/1.1\r\nHost: a\r\n\r\nGET /204 HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            #expect(try #require(socket.readAnswer(hasBody: false))["content-length"] == "5")
            #expect(try #require(socket.readAnswer(hasBody: false))["transfer-encoding"] == "chunked")
            let none = try #require(socket.readAnswer())
            #expect(none.status == 204 && none["content-length"] == nil && none["transfer-encoding"] == nil)
            socket.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try #require(socket.readAnswer()).text == "hello")
            #expect(socket.readToEnd().isEmpty && socket.end == .closed)
        }
    }

    @Test func whatIsNoRequestIsToldSoAndTheConnectionEnds() async throws {
        try await withServer(echo) { server in
            for (text, status) in [
                ("NONSENSE\r\n\r\n", 400), ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
                ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 70_000))\r\n\r\n", 431),
                ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
            ] {
                let socket = try server.connect()
                socket.send(text + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = try #require(socket.readAnswer())
                #expect(answer.status == status && answer["connection"] == "close")
                #expect(socket.readToEnd().isEmpty, "nothing after it is read as a request")
            }
        }
    }

    /// A client that sends everything before it looks for an answer must find it all the same.
    @Test(arguments: [true, false])
    func anEarlyAnswerIsReadByAClientThatGoesOnSending(isChunked: Bool) async throws {
        try await withServer({ $0.respond(ResponseHead(status: 403), Array("no".utf8)) }) { server in
            let socket = try server.connect()
            let piece = [UInt8](repeating: 0x78, count: 100_000)
            socket.send(
                "POST / HTTP/1.1\r\nHost: a\r\n"
                    + (isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 3000000\r\n\r\n"))
            for _ in 0..<30 {
                let sent =
                    isChunked
                    ? socket.send(Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [0x0d, 0x0a])
                    : socket.send(piece)
                #expect(sent)
            }
            let answer = try #require(socket.readAnswer())
            #expect(answer.status == 403 && answer.text == "no" && answer["connection"] == "close")
            #expect(socket.readToEnd().isEmpty && socket.end == .closed)
            #expect(await eventually { await server.connectionCount() == 0 })
        }
    }

    /// The chunk that goes over the limit arrives together with more of the body.
    @Test(arguments: [true, false])
    func aBodyThatIsTooLargeIs413(isChunked: Bool) async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 1000
        try await withServer(limits: limits, echo) { server in
            let exact = String(repeating: "x", count: 1000)
            let text = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n\(exact)"
            #expect(try #require(server.ask(text)).status == 200)
            let socket = try server.connect()
            if isChunked {
                let chunks = (0..<100).map { _ in "64\r\n\(String(repeating: "y", count: 100))\r\n" }.joined()
                socket.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n")
            } else {
                let large = String(repeating: "y", count: 300_000)
                socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n\(large)")
            }
            let answer = try #require(socket.readAnswer())
            #expect(answer.status == 413 && answer["connection"] == "close")
            #expect(socket.readToEnd().isEmpty && socket.end == .closed)
        }
    }

    @Test func aBodyMayBeTakenPieceByPiece() async throws {
        try await withServer({ exchange in
            var total = 0
            do throws(RequestHeadParser.Refusal) {
                while let part = try await exchange.nextBodyPart() {
                    total += part.count
                    await exchange.loop.sleep(.zero)
                }
                exchange.respond(ResponseHead(status: 200), Array("\(total)".utf8))
            } catch { exchange.respond(ResponseHead(status: error.status)) }
        }) { server in
            let socket = try server.connect()
            let body = [UInt8](repeating: 1, count: 2_000_000)
            for _ in 0..<2 {
                socket.send(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n".utf8) + body)
                #expect(try #require(socket.readAnswer()).text == "2000000")
            }
            socket.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<20 { socket.send(Array("186a0\r\n".utf8) + body[..<100_000] + [0x0d, 0x0a]) }
            socket.send("0\r\n\r\n")
            #expect(try #require(socket.readAnswer()).text == "2000000")
        }
    }

    /// The answer is complete while another task still reads the body: that task must learn of it.
    @Test func anAnswerEndsTheWaitForTheBody() async throws {
        let told = Shared<Int?>(nil)
        try await withServer({ exchange in
            let reader = Task(executorPreference: exchange.loop) {
                do throws(RequestHeadParser.Refusal) { while try await exchange.nextBodyPart() != nil {} } catch {
                    told.set(error.status)
                }
            }
            await exchange.loop.sleep(.milliseconds(1))
            exchange.respond(ResponseHead(status: 429))
            await reader.value
        }) { server in
            let socket = try server.connect()
            socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nsome")
            #expect(try #require(socket.readAnswer()).status == 429)
            #expect(await eventually { told.value != nil })
        }
    }

    /// The answer said that the connection ends, so it does, even if the body has arrived meanwhile.
    @Test func whatTheHeadSaysOfTheConnectionHolds() async throws {
        try await withServer({ exchange in
            exchange.begin(ResponseHead(status: 200), bodyCount: nil)
            _ = exchange.write("a")
            do { while try await exchange.nextBodyPart() != nil {} } catch { return exchange.abort() }
            exchange.end()
        }) { server in
            let socket = try server.connect()
            socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
            _ = socket.read(through: "\r\n\r\n")
            socket.send("hello")
            #expect(String(decoding: socket.readToEnd(), as: UTF8.self) == "1\r\na\r\n0\r\n\r\n")
            #expect(socket.end == .closed)
        }
    }

    @Test func moreThanWasAnnouncedIsNotSent() async throws {
        try await withServer({ exchange in
            exchange.begin(ResponseHead(status: 200), bodyCount: 3)
            _ = exchange.write("ab")
            _ = exchange.write("cdef")
            _ = exchange.write("g")
            exchange.end()
        }) { server in
            let socket = try server.connect()
            for _ in 0..<2 {
                socket.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try #require(socket.readAnswer()).text == "abc")
            }
        }
    }
}

extension ServerExchange {
    /// For tests.
    @discardableResult
    func write(_ text: String) -> Bool { Array(text.utf8).withUnsafeBytes { write($0) } }
}
