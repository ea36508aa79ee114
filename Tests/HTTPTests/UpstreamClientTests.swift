import HTTP
import LinuxSystem
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct UpstreamClientTests {
    @Test(arguments: bothTransports)
    func oneConnectionServesManyRequests(transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream.answering { TestUpstream.ok("\($0.firstLine)|\($0.text)") }
        defer { upstream.close() }
        try await withClient(transport) { client in
            for number in 0..<20 {
                let body = ByteBuffer()
                body.append("body \(number)")
                let sink = try await client.send("POST", "/\(number)?q", to: upstream.target(), body: .bytes(body))
                #expect(sink.succeeded && sink.head?.status == 200)
                #expect(sink.text == "POST /\(number)?q HTTP/1.1|body \(number)")
            }
        }
        #expect(upstream.connectionCount == 1)
    }

    @Test(arguments: bothTransports)
    func fieldsGoOnAsTheyAreAndNothingIsAdded(transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream.answering { request in
            TestUpstream.ok(request.fields.map { "\($0.name)=\($0.value)" }.joined(separator: "|"))
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let fields: HTTPFields = ["X-A": "1", "x-a": "2", "X-Empty": "", "X-Colon": "a: b; c", "User-Agent": "u"]
            let host = "Host=127.0.0.1:\(upstream.port)"
            let get = try await client.send(to: upstream.target(), fields: fields)
            let own = "X-A=1|x-a=2|X-Empty=|X-Colon=a: b; c|User-Agent=u"
            #expect(Set(get.text.split(separator: "|")).isSuperset(of: own.split(separator: "|")))
            #expect(get.text.hasPrefix(host))
            #expect(!get.text.contains("Accept=") && !get.text.contains("Content-Type"))
            let post = try await client.send("POST", to: upstream.target(), body: .bytes(ByteBuffer()))
            #expect(post.text.contains("Content-Length=0"))
            #expect(!post.text.contains("Content-Type") && !post.text.contains("Expect"))
            // The handle is used again: nothing of the request before it stays.
            let again = try await client.send("DELETE", to: upstream.target())
            #expect(!again.text.contains("Content-Length") && !again.text.contains("X-A"))
        }
    }

    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"], bothTransports)
    func methodsGoOn(method: String, transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream.answering {
            $0.firstLine.hasPrefix("HEAD")
                ? "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" : TestUpstream.ok($0.firstLine)
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            for _ in 0..<2 {
                let sink = try await client.send(method, to: upstream.target())
                #expect(sink.succeeded)
                #expect(sink.text == (method == "HEAD" ? "" : "\(method) / HTTP/1.1"))
            }
        }
    }

    @Test(arguments: [0, 1, 1000, 16_384, 65_535, 65_536, 65_537, 100_000, 1_000_000], bothTransports)
    func bodiesGoAndComeBack(count: Int, transport: UpstreamTarget.Transport) async throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let upstream = try TestUpstream { socket, _ in
            while let request = socket.readRequest() {
                socket.send(
                    Array("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n".utf8) + request.body)
            }
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let body = ByteBuffer()
            body.append(bytes)
            let whole = try await client.send("POST", to: upstream.target(), body: .bytes(body))
            #expect(whole.succeeded && whole.body == bytes)
            for length in [count, nil] {
                let stream = try await client.send(
                    "PUT", to: upstream.target(), body: .stream(TestUpload(bytes), length))
                #expect(stream.succeeded && stream.body == bytes)
            }
        }
        #expect(upstream.connectionCount == 1)
    }

    @Test(arguments: [true, false], bothTransports)
    func anUploadMayPause(isCounted: Bool, transport: UpstreamTarget.Transport) async throws {
        let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0) }
        let upstream = try TestUpstream.answering { TestUpstream.ok("\($0.body.count) \($0.isWhole)") }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let upload = TestUpload(bytes, pieceCount: 5000, pausesEachTime: true)
            let sink = TestSink()
            let transfer = try client.start(
                "POST", to: upstream.target(), body: .stream(upload, isCounted ? 50_000 : nil), sink: sink)
            upload.onPause = { client.loop.submit { transfer.resumeUpload() } }
            client.loop.submit { transfer.resumeUpload() }
            await sink.end()
            #expect(sink.text == "50000 true")
        }
    }

    // MARK: Holding and cancelling

    @Test(arguments: bothTransports)
    func aSinkThatIsFullHoldsTheUpstream(transport: UpstreamTarget.Transport) async throws {
        let total = 20 << 20
        let sent = Shared(0)
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let piece = [UInt8](repeating: 0x62, count: 64 << 10)
            while sent.value < total, socket.send(piece) { sent.change { $0 += piece.count } }
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let sink = TestSink()
            let pauses = Shared(0)
            sink.onBody = { _ in
                pauses.change { $0 += 1 }
                return false
            }
            let transfer = try client.start(to: upstream.target(), sink: sink)
            try await client.wait(while: pauses.value == 0)
            for _ in 0..<50 { await client.loop.sleep(.zero) }
            #expect(pauses.value == 1, "nothing comes while it is held")
            #expect(sent.value < total)
            // Piece by piece, resumed from within and from without the callback.
            var held = false
            sink.onBody = { _ in
                held = pauses.value % 2 == 0
                pauses.change { $0 += 1 }
                if !held { transfer.resume() }
                return !held
            }
            while sink.endCount == 0 {
                transfer.resume()
                await client.loop.sleep(.zero)
            }
            #expect(sink.succeeded && sink.body.count == total)
        }
    }

    @Test(arguments: bothTransports)
    func cancellingClosesTheConnectionAtOnce(transport: UpstreamTarget.Transport) async throws {
        let closed = Shared(0)
        let upstream = try TestUpstream { socket, number in
            while socket.readRequest() != nil {
                if number == 0 { socket.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nstart") }
            }
            closed.change { $0 += 1 }
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            // In the middle of an answer, from outside.
            let first = TestSink()
            let transfer = try client.start(to: upstream.target(), sink: first)
            try await client.wait(while: first.body.isEmpty)
            transfer.cancel()
            #expect(client.client.activeCount == 0)
            #expect(await eventually { closed.value == 1 })
            // Before any answer.
            let second = TestSink()
            let other = try client.start(to: upstream.target(), sink: second)
            try await client.wait(while: upstream.connectionCount < 2)
            other.cancel()
            other.cancel()
            #expect(await eventually { closed.value == 2 })
            #expect(first.endCount == 0 && second.endCount == 0)
        }
    }

    @Test(arguments: bothTransports)
    func cancellingFromWithinACallbackEndsIt(transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream.answering { _ in TestUpstream.ok(String(repeating: "x", count: 100_000)) }
        defer { upstream.close() }
        try await withClient(transport) { client in
            for isEarly in [true, false] {
                let sink = TestSink()
                var transfer: Transfer?
                if isEarly {
                    sink.onHead = { transfer?.cancel() }
                } else {
                    sink.onBody = { _ in
                        transfer?.cancel()
                        return true
                    }
                }
                transfer = try client.start(to: upstream.target(), sink: sink)
                try await client.wait(while: client.client.activeCount > 0)
                #expect(sink.endCount == 0 && sink.headCount == 1)
            }
            // The handles are good for the next request.
            #expect(try await client.send(to: upstream.target()).succeeded)
        }
    }

    // MARK: Answers

    @Test(arguments: bothTransports)
    func encodedAnswersArePlainAndSayNothingOfTheEncoding(transport: UpstreamTarget.Transport) async throws {
        // "hello hello hello\n", by gzip.
        let gzip: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40,
            0x90, 0x5c, 0x00, 0x3b, 0x7c, 0x8a, 0xdf, 0x12, 0x00, 0x00, 0x00,
        ]
        let upstream = try TestUpstream { socket, _ in
            while socket.readRequest() != nil {
                socket.send(
                    Array(
                        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nX: y\r\nContent-Length: \(gzip.count)\r\n\r\n"
                            .utf8) + gzip)
            }
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let sink = try await client.send(to: upstream.target())
            #expect(sink.head?.fields.list.map(\.name) == ["X"])
            #expect(sink.succeeded && sink.text == "hello hello hello\n")
        }
    }

    @Test(arguments: bothTransports)
    func informationIsSkippedAndRedirectsAreNotFollowed(transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream.answering { request in
            request.firstLine.contains("/redirect")
                ? "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\ngo"
                : "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + TestUpstream.ok("done")
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let sink = try await client.send(to: upstream.target())
            #expect(sink.succeeded && sink.head?.status == 200 && sink.text == "done")
            #expect(sink.head?.fields.contains("link") == false)
            let redirect = try await client.send("GET", "/redirect", to: upstream.target())
            #expect(
                redirect.head?.status == 302 && redirect.head?.fields["location"] == "/elsewhere"
                    && redirect.text == "go")
        }
        #expect(upstream.connectionCount == 1)
    }

    @Test(
        arguments: [
            ("Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\nTrailer: x\r\n\r\n", "abcd"),
            ("Connection: close\r\n\r\nabcd", "abcd"), ("Content-Length: 0\r\n\r\n", ""),
            ("X: a\r\n b\r\nContent-Length: 1\r\n\r\nz", "z"),
        ], bothTransports)
    func everyFramingOfAnAnswerIsRead(
        _ sample: (answer: String, body: String), transport: UpstreamTarget.Transport
    ) async throws {
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send("HTTP/1.1 200 OK\r\n\(sample.answer)")
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let sink = try await client.send(to: upstream.target())
            #expect(sink.succeeded && sink.text == sample.body)
            #expect(sink.head?.fields.contains("trailer") == false)
        }
    }

    static let brokenAnswers: [(String, TransferError.Kind)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .cut),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", .cut),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", .cut),
        ("HTTP/1.1 200 OK\r\nContent-Le", .cut), ("", .cut),
        ("this is no answer\r\n\r\n", .malformed), ("SSH-2.0-x\r\n", .malformed),
        ("HTTP/9.9 200 OK\r\n\r\n", .malformed),
        ("HTTP/1.1 abc\r\n\r\n", .malformed), ("HTTP/1.1 200 OK\r\nX: a\u{0}b\r\n\r\n", .malformed),
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nbytes", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!", .malformed),
    ]

    @Test(arguments: brokenAnswers, bothTransports)
    func brokenAnswersAreToldApart(
        _ sample: (answer: String, kind: TransferError.Kind), transport: UpstreamTarget.Transport
    ) async throws {
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send(sample.answer)
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let sink = try await client.send("POST", to: upstream.target())
            #expect(sink.endCount == 1)
            #expect(sink.error?.kind == sample.kind, "\(String(describing: sink.error))")
            #expect(sink.error?.detail.isEmpty == false)
        }
    }

    @Test(arguments: [10, 70_000, 99_000, 1_000_000], bothTransports)
    func endlessFieldsAreMalformed(length: Int, transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send("HTTP/1.1 200 OK\r\n")
            while socket.send(String(repeating: "n", count: length) + ": v\r\n") {}
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let sink = try await client.send(to: upstream.target())
            #expect(sink.error?.kind == .malformed, "\(String(describing: sink.error))")
            #expect(sink.headCount == 0)
        }
    }

    @Test(arguments: bothTransports) func aVeryLongNameIsOnlyLong(transport: UpstreamTarget.Transport) async throws {
        let name = String(repeating: "n", count: 90_000)
        let upstream = try TestUpstream.answering { _ in TestUpstream.ok("x", "\(name): v\r\n") }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let sink = try await client.send(to: upstream.target())
            #expect(sink.succeeded && sink.head?.fields[name] == "v")
        }
    }

    // MARK: Connections and time

    @Test(arguments: bothTransports) func nobodyThereIsUnreachable(transport: UpstreamTarget.Transport) async throws {
        let port = try {
            let listener = try Socket.listen(on: SocketAddress(host: "127.0.0.1", port: 0)!, sharingPort: false)
            return try Socket.port(of: listener.raw)
        }()
        try await withClient(transport) { client in
            let sink = try await client.send(to: UpstreamTarget(baseURL: "http://127.0.0.1:\(port)", proxy: ""))
            #expect(sink.error?.kind == .unreachable && sink.headCount == 0)
            let bad = try await client.send(to: UpstreamTarget(baseURL: "http://bad host", proxy: ""))
            #expect(bad.error?.kind == .unreachable)
        }
    }

    @Test(arguments: bothTransports) func silenceHasItsLimits(transport: UpstreamTarget.Transport) async throws {
        let asked = Shared(0)
        let upstream = try TestUpstream { socket, _ in
            while let request = socket.readRequest() {
                asked.change { $0 += 1 }
                if request.firstLine.contains("/start") {
                    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
                }
            }
        }
        defer { upstream.close() }
        let clock = ManualClock()
        try await withClient(transport, clock: clock) { client in
            let never = TestSink()
            _ = try client.start("GET", "/never", to: upstream.target(), sink: never)
            #expect(await eventually { asked.value == 1 })
            await clock.pass(.seconds(19), on: client.loop)
            #expect(never.endCount == 0)
            await clock.pass(.seconds(2), on: client.loop)
            #expect(never.error?.kind == .tooSlow && never.headCount == 0)

            let start = TestSink()
            _ = try client.start("GET", "/start", to: upstream.target(), sink: start)
            #expect(await eventually { start.text == "abc" })
            await clock.pass(.seconds(19), on: client.loop)
            #expect(start.endCount == 0)
            await clock.pass(.seconds(2), on: client.loop)
            #expect(start.error?.kind == .cut && start.text == "abc")

            // Held by us, the upstream's time does not run.
            let held = TestSink()
            held.onBody = { _ in false }
            let transfer = try client.start("GET", "/start", to: upstream.target(), sink: held)
            #expect(await eventually { !held.body.isEmpty })
            await clock.pass(.seconds(1000), on: client.loop)
            #expect(held.endCount == 0)
            transfer.resume()
            await clock.pass(.seconds(19), on: client.loop)
            #expect(held.endCount == 0)
            await clock.pass(.seconds(2), on: client.loop)
            #expect(held.error?.kind == .cut)
        }
    }

    @Test(arguments: bothTransports)
    func aKeptConnectionThatWasClosedIsReplaced(transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send(TestUpstream.ok("x"))
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            for _ in 0..<5 {
                let sink = try await client.send("POST", to: upstream.target())
                #expect(sink.succeeded, "\(String(describing: sink.error))")
            }
        }
        #expect(upstream.connectionCount == 5)
    }

    @Test(arguments: [true, false], bothTransports)
    func anAnswerMayComeBeforeTheRequestIsSent(isStream: Bool, transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream { socket, _ in
            _ = socket.read(through: "\r\n\r\n")
            socket.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
            _ = socket.readToEnd()
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            let bytes = [UInt8](repeating: 0x63, count: 30 << 20)
            var body: ByteBuffer? = ByteBuffer()
            body?.append(bytes)
            let request =
                isStream ? UpstreamRequest.Body.stream(TestUpload(bytes, pieceCount: 1 << 16), nil) : .bytes(body!)
            body = nil
            let sink = try await client.send("POST", to: upstream.target(), body: request)
            #expect(sink.head?.status == 413 && sink.text == "big" && sink.endCount == 1)
        }
    }

    /// Many at once, some cancelled in the middle, and requests begun from within the end of others.
    @Test(arguments: UInt64(1)...3, bothTransports)
    func manyAtOnce(seed: UInt64, transport: UpstreamTarget.Transport) async throws {
        let upstream = try TestUpstream.answering {
            TestUpstream.ok(String($0.firstLine.split(separator: " ")[1]) + String(repeating: ".", count: 5000))
        }
        defer { upstream.close() }
        try await withClient(transport) { client in
            var random = SeededGenerator(seed: seed)
            var sinks: [(Int, TestSink)] = []
            let cancelled = Shared<Set<Int>>([])
            for number in 0..<60 {
                let sink = TestSink()
                var transfer: Transfer?
                if number % 5 == 0 {
                    sink.onHead = {
                        // The answer may come before `start` has returned.
                        guard let transfer else { return }
                        cancelled.change { _ = $0.insert(number) }
                        transfer.cancel()
                    }
                }
                transfer = try client.start("GET", "/\(number)", to: upstream.target(), sink: sink)
                if number % 7 == 0, sink.endCount == 0 {
                    cancelled.change { _ = $0.insert(number) }
                    transfer?.cancel()
                }
                sinks.append((number, sink))
                if Bool.random(using: &random) { await client.loop.sleep(.zero) }
            }
            try await client.wait(while: client.client.activeCount > 0)
            for (number, sink) in sinks {
                if cancelled.value.contains(number) {
                    #expect(sink.endCount == 0)
                } else {
                    #expect(sink.succeeded && sink.text.hasPrefix("/\(number)."))
                }
            }
        }
    }

    @Test func aClientLeavesNoDescriptorsBehind() async {
        await #expect(processExitsWith: .success) {
            let upstream = try TestUpstream.answering { TestUpstream.ok($0.firstLine) }
            initializeForLeakTest()
            let before = openSockets()
            for transport in bothTransports {
                try await withClient(transport) { client in
                    for _ in 0..<10 { must(try await client.send(to: upstream.target()).succeeded) }
                    must(openSockets().count > before.count, "a leak is seen")
                }
            }
            let isClean = await eventually { openSockets() == before }
            must(isClean, "a socket stayed")
        }
    }
}

/// What libcurl opens once and keeps.
private func initializeForLeakTest() { _ = UpstreamClient.load() }
