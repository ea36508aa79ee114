import Glibc
import HTTP
import LinuxSystem
import TestSupport
import Testing

/// What only the client of our own has to answer for: when a connection may be used again, and every stage of an answer.
@Suite(.timeLimit(.minutes(1))) struct PlainUpstreamTests {
    static let origins: [(String, [String]?, String)] = [
        ("http://127.0.0.1:8080", ["127.0.0.1:8080"], "127.0.0.1:8080 "),
        ("http://127.0.0.1", ["127.0.0.1:80"], "127.0.0.1 "),
        ("http://localhost:1/v1", ["127.0.0.1:1", "[::1]:1"], "localhost:1 /v1"),
        ("HTTP://[::1]:11434/", ["[::1]:11434"], "[::1]:11434 "),
        ("http://[fd00::7]/a/b", ["[fd00::7]:80"], "[fd00::7] /a/b"),
        ("https://127.0.0.1", nil, ""), ("http://example.org", nil, ""), ("http://user@127.0.0.1", nil, ""),
        ("http://127.0.0.1:0", nil, ""), ("http://127.0.0.1:x", nil, ""), ("http://127.0.0.1:99999", nil, ""),
        ("http://::1", nil, ""), ("http://[127.0.0.1]", nil, ""), ("http://127.0.0.1/a b", nil, ""),
        ("http://127.0.0.1/?q", nil, ""), ("http://", nil, ""), ("", nil, ""), ("127.0.0.1:80", nil, ""),
    ]

    @Test(arguments: origins) func onlyNumericAddressesInClearTextAreOurs(
        url: String, addresses: [String]?, rest: String
    ) {
        let origin = PlainOrigin(baseURL: url)
        #expect(origin?.addresses.map(\.description) == addresses)
        if let origin { #expect("\(origin.host) \(origin.path)" == rest) }
    }

    @Test func theBasePathComesFirst() async throws {
        let upstream = try TestUpstream.answering { TestUpstream.ok($0.firstLine) }
        defer { upstream.close() }
        try await withClient { client in
            for (path, base) in [("/x?y", "/v1"), ("x", "/v1/")] {
                let target = UpstreamTarget(baseURL: upstream.baseURL + base, proxy: "")
                let text = try await client.send("GET", path, to: target).text
                #expect(text == "GET /v1/\(path.drop { $0 == "/" }) HTTP/1.1")
            }
            let bad = try await client.send("GET", "/a b\r\nX: y", to: upstream.target())
            #expect(bad.error?.kind == .unreachable && bad.headCount == 0)
        }
        #expect(upstream.connectionCount == 1, "a slash at the end of the base makes no difference")
    }

    @Test func aBodyThatSaysItsLengthItselfDoesNotSayItTwice() async throws {
        let upstream = try TestUpstream.answering { request in
            TestUpstream.ok(request.fields.map { "\($0.name)=\($0.value)" }.joined(separator: "|"))
        }
        defer { upstream.close() }
        try await withClient { client in
            let body = ByteBuffer()
            body.append("1234")
            let fields: HTTPFields = ["content-length": "9", "Transfer-Encoding": "chunked", "Host": "h"]
            let sink = try await client.send("POST", to: upstream.target(), fields: fields, body: .bytes(body))
            #expect(sink.text == "Host=h|Accept-Encoding=identity|Content-Length=4")
        }
    }

    /// The first answer of a connection, and whether a second request may follow on it.
    static let ends: [(String, Bool)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", true),
        ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok!", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 50\r\n\r\n2\r\nok\r\n0\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false),
    ]

    @Test(arguments: ends) func onlyACleanEndLeavesTheConnectionUsable(answer: String, isKept: Bool) async throws {
        let upstream = try TestUpstream { socket, _ in
            while socket.readRequest() != nil { socket.send(answer) }
        }
        defer { upstream.close() }
        try await withClient { client in
            for _ in 0..<3 {
                let sink = try await client.send(to: upstream.target())
                #expect(sink.succeeded && sink.text == "ok", "\(String(describing: sink.error))")
            }
        }
        #expect(upstream.connectionCount == (isKept ? 1 : 3))
    }

    /// What is sent on an unused connection is never taken for the next answer.
    @Test func anAnswerThatNobodyAskedForClosesTheConnection() async throws {
        let mayGoOn = Shared(false)
        let sawEnd = Shared(0)
        let upstream = try TestUpstream { socket, number in
            _ = socket.readRequest()
            socket.send(TestUpstream.ok("first"))
            if number == 0 {
                while !mayGoOn.value { sched_yield() }
                socket.send(TestUpstream.ok("evil"))
                _ = socket.readToEnd()
                sawEnd.change { $0 += 1 }
            }
        }
        defer { upstream.close() }
        try await withClient { client in
            let text = try await client.send(to: upstream.target()).text
            #expect(text == "first")
            mayGoOn.change { $0 = true }
            #expect(await eventually { sawEnd.value == 1 })
            let second = try await client.send(to: upstream.target()).text
            #expect(second == "first")
        }
        #expect(upstream.connectionCount == 2)
    }

    /// The upstream closes kept connections only when the next request is on its way: once that is made up for.
    @Test(arguments: [true, false]) func aRequestOnADeadConnectionIsMadeOnceMore(freshOnesWork: Bool) async throws {
        let upstream = try TestUpstream { socket, number in
            _ = socket.readRequest()
            if number > 0 && !freshOnesWork { return }
            socket.send(TestUpstream.ok("\(number)"))
            if number == 0 { _ = socket.readRequest() }
        }
        defer { upstream.close() }
        try await withClient { client in
            let text = try await client.send(to: upstream.target()).text
            #expect(text == "0")
            let body = ByteBuffer()
            body.append([UInt8](repeating: 0x61, count: 300_000))
            let again = try await client.send("POST", to: upstream.target(), body: .bytes(body))
            if freshOnesWork {
                #expect(again.succeeded && again.text == "1")
            } else {
                #expect(again.error?.kind == .cut)
            }
        }
        #expect(upstream.connectionCount == 2)
    }

    @Test func anUploadThatCannotBeRepeatedIsNotRepeated() async throws {
        let upstream = try TestUpstream { socket, number in
            _ = socket.readRequest()
            socket.send(TestUpstream.ok("\(number)"))
            // The second request is read and not answered.
            _ = socket.readRequest()
        }
        defer { upstream.close() }
        try await withClient { client in
            let text = try await client.send(to: upstream.target()).text
            #expect(text == "0")
            let upload = TestUpload([UInt8](repeating: 1, count: 1_000_000))
            let sink = try await client.send("POST", to: upstream.target(), body: .stream(upload, nil))
            #expect(sink.error?.kind == .cut)
        }
        #expect(upstream.connectionCount == 1)
    }

    @Test func aSourceThatEndsEarlyEndsTheRequest() async throws {
        let upstream = try TestUpstream.answering { _ in TestUpstream.ok("x") }
        defer { upstream.close() }
        try await withClient { client in
            let sink = try await client.send("POST", to: upstream.target(), body: .stream(TestUpload([1, 2, 3]), 5))
            #expect(sink.error?.kind == .cut && sink.error?.detail.contains("2 bytes") == true)
        }
    }

    /// Many chunks in one read, and a sink that wants them one by one.
    @Test func aPauseInTheMiddleOfAReadLosesNothing() async throws {
        let chunks = (0..<50).map { "5\r\n<\($0 + 100)>\r\n" }.joined()
        let expected = (0..<50).map { "<\($0 + 100)>" }.joined()
        let upstream = try TestUpstream { socket, _ in
            while socket.readRequest() != nil {
                socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n")
            }
        }
        defer { upstream.close() }
        try await withClient { client in
            for _ in 0..<2 {
                let sink = TestSink()
                let pieces = Shared(0)
                sink.onBody = { _ in
                    pieces.change { $0 += 1 }
                    return false
                }
                let transfer = try client.start(to: upstream.target(), sink: sink)
                for number in 1...50 {
                    while pieces.value < number { await client.loop.sleep(.milliseconds(1)) }
                    await client.loop.sleep(.zero)
                    #expect(pieces.value == number && sink.endCount == 0)
                    transfer.resume()
                }
                await sink.end()
                #expect(sink.succeeded && sink.text == expected)
            }
        }
        #expect(upstream.connectionCount == 1)
    }

    /// Cut off after every byte of an answer, from outside; then the connection is gone and a new request works.
    @Test func cancellingWorksAtEveryStage() async throws {
        let answer = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8)
        let closed = Shared(0)
        let upstream = try TestUpstream { socket, number in
            _ = socket.readRequest()
            socket.send(Array(answer[..<number]))
            _ = socket.readToEnd()
            closed.change { $0 += 1 }
        }
        defer { upstream.close() }
        try await withClient { client in
            for number in 0..<answer.count {
                let sink = TestSink()
                let transfer = try client.start(to: upstream.target(), sink: sink)
                while upstream.connectionCount <= number { await client.loop.sleep(.milliseconds(1)) }
                transfer.cancel()
                #expect(client.client.activeCount == 0)
                #expect(await eventually { closed.value == number + 1 })
                #expect(sink.endCount == 0)
            }
        }
    }

    @Test func namesOfThisMachineAreTriedInBothFamilies() async throws {
        let upstream = try TestUpstream.answering { TestUpstream.ok($0["host"] ?? "") }
        defer { upstream.close() }
        try await withClient { client in
            let target = UpstreamTarget(baseURL: "http://localhost:\(upstream.port)", proxy: "")
            let text = try await client.send(to: target).text
            #expect(text == "localhost:\(upstream.port)")
        }
    }
}
