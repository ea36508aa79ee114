import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

@testable import ToolRuntime

/// Plain HTTP through the proxy, over real sockets. Names lead to the loopback because each test lists that address.
@Suite struct EgressForwardTests {
    /// What the server got, as its answer.
    private static func echoing() throws -> TestUpstream {
        try TestUpstream.answering { request in
            let fields = request.fields.map { "\($0.name): \($0.value)\n" }.joined()
            return TestUpstream.ok("\(request.firstLine)\n\(fields)\n\(request.text)")
        }
    }

    private func withSite(
        also allow: [String] = [], names: [String: [[String]]] = [:], limits: EgressLimits = .patient,
        _ upstream: TestUpstream, _ body: (TestProxy, String) async throws -> Void
    ) async throws {
        defer { upstream.close() }
        let site = "site.example:\(upstream.port)"
        try await withProxy(
            allow: [site, "127.0.0.1:\(upstream.port)"] + allow,
            names: names.merging(["site.example": [["127.0.0.1"]]]) { given, _ in given }, limits: limits
        ) { proxy in try await body(proxy, site) }
    }

    @Test func `A granted request arrives without what was meant for the proxy`() async throws {
        try await withSite(Self.echoing()) { proxy, site in
            let answer = try #require(
                try proxy.ask(
                    "POST http://SITE.example.:\(site.split(separator: ":")[1])/a?b HTTP/1.1\r\nHost: \(site)\r\n"
                        + "Proxy-Authorization: Basic c2VjcmV0\r\nProxy-Connection: keep-alive\r\n"
                        + "Connection: X-Gone, keep-alive\r\nX-Gone: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\n"
                        + "Upgrade: websocket\r\nX-Kept: 2\r\nContent-Length: 4\r\n\r\nbody"))
            #expect(answer.status == 200)
            #expect(
                answer.text
                    == "POST /a?b HTTP/1.1\nHost: \(site)\nX-Kept: 2\nVia: 1.1 sidecar\nConnection: close\n"
                    + "Content-Length: 4\n\nbody")
            #expect(await eventually { proxy.records.count == 1 })
            let record = proxy.records[0]
            #expect(record.kind == .forward && record.status == 200 && record.rule == "network.allow[0]")
            #expect(record.target == site && record.address == "127.0.0.1:\(site.split(separator: ":")[1])")
            #expect(record.bytesOut > 100 && record.bytesIn > 100 && proxy.denials.isEmpty)
        }
    }

    @Test func `Each request on a kept connection is judged by itself`() async throws {
        try await withSite(Self.echoing()) { proxy, site in
            let socket = try proxy.connect()
            for (host, status) in [(site, 200), ("other.example:80", 403), (site, 200), ("127.0.0.2:80", 403)] {
                socket.send("GET http://\(host)/ HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                #expect(socket.readAnswer()?.status == status, "\(host)")
            }
            #expect(proxy.denials.map(\.target) == ["other.example:80", "127.0.0.2:80"])
            #expect(Set(proxy.resolver.asked.value) == ["site.example"], "a name was looked up that nothing grants")
        }
    }

    @Test func `Requests sent ahead are answered in their order`() async throws {
        try await withSite(Self.echoing()) { proxy, site in
            let socket = try proxy.connect()
            socket.send(
                (0..<5).map {
                    "GET http://\($0 == 2 ? "evil.example:80" : site)/\($0) HTTP/1.1\r\nHost:\($0 == 2 ? "evil.example:80" : site)\r\n\r\n"
                }
                .joined())
            for number in 0..<5 {
                let answer = try #require(socket.readAnswer())
                if number == 2 {
                    #expect(answer.status == 403)
                } else {
                    #expect(answer.text.hasPrefix("GET /\(number) "))
                }
            }
        }
    }

    @Test func `A denial says which rule, and what to add`() async throws {
        try await withSite(Self.echoing()) { proxy, _ in
            let answer = try #require(try proxy.get("http://evil.example:81/", host: "evil.example:81"))
            #expect(answer.status == 403)
            #expect(answer.firstLine == "HTTP/1.1 403 Denied by policy: no rule names evil.example:81")
            #expect(answer["x-sidecar-denied"] == "network.allow")
            #expect(answer.text.contains("\"add\": \"network:\\n  allow: [\\\"evil.example:81\\\"]\""))
            #expect(proxy.resolver.asked.value.isEmpty)
        }
    }

    @Test func `A name that leads elsewhere the second time is refused then`() async throws {
        let upstream = try Self.echoing()
        let names = ["site.example": [["127.0.0.1"], ["127.0.0.2"], ["169.254.169.254"], ["0.0.0.0"], ["::1"]]]
        try await withSite(names: names, upstream) { proxy, site in
            let socket = try proxy.connect()
            for (look, status) in [200, 403, 403, 403, 403].enumerated() {
                socket.send("GET http://\(site)/ HTTP/1.1\r\nHost: \(site)\r\n\r\n")
                #expect(socket.readAnswer()?.status == status, "look-up \(look)")
            }
            #expect(proxy.resolver.asked.value.count == 5, "an exchange looked its name up twice")
            #expect(Set(proxy.denials.map(\.rule)) == ["network.allow[0]"] && proxy.denials[0].place?.line == 10)
        }
    }

    @Test func `Of several addresses only those are tried that may be`() async throws {
        let names = ["site.example": [["10.0.0.1", "169.254.169.254", "127.0.0.1"]]]
        try await withSite(names: names, Self.echoing()) { proxy, site in
            let answer = try proxy.get("http://\(site)/", host: site)
            #expect(answer?.status == 200)
        }
    }

    @Test func `A redirect is handed on, and what it leads to is judged when it is asked for`() async throws {
        let upstream = try TestUpstream.answering { _ in
            "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n"
        }
        try await withSite(upstream) { proxy, site in
            let answer = try proxy.get("http://\(site)/", host: site)
            #expect(answer?.status == 302 && answer?["location"] == "http://169.254.169.254/latest")
            #expect(upstream.connectionCount == 1)
            #expect(try proxy.get("http://169.254.169.254/latest", host: "169.254.169.254")?.status == 403)
        }
    }

    @Test func `Bodies of every framing pass both ways, packed ones as they are`() async throws {
        let upstream = try TestUpstream { socket, _ in
            while let request = socket.readRequest() {
                let body = String(decoding: request.body, as: UTF8.self)
                switch request.firstLine.split(separator: " ")[1] {
                case "/chunked":
                    socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                    socket.send("\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\nX-Trailer: 1\r\n\r\n")
                case "/close":
                    socket.send("HTTP/1.0 200 OK\r\nContent-Encoding: br\r\n\r\nabc\(body)")
                    return socket.close()
                default:
                    socket.send(
                        TestUpstream.ok(
                            "abc\(body)", "Content-Encoding: gzip\r\nKeep-Alive: 3\r\nProxy-Authenticate: x\r\n"))
                }
            }
        }
        try await withSite(upstream) { proxy, site in
            for path in ["/counted", "/chunked", "/close"] {
                for chunked in [true, false] {
                    let framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: 6"
                    let body = chunked ? "2\r\nde\r\n4;x=y\r\nfghi\r\n0\r\n\r\n" : "defghi"
                    let answer = try #require(
                        try proxy.ask(
                            "PUT http://\(site)\(path) HTTP/1.1\r\nHost: \(site)\r\n\(framing)\r\n\r\n\(body)"))
                    #expect(answer.text == "abcdefghi" && answer.isWhole, "\(path), chunked: \(chunked)")
                    #expect(answer["keep-alive"] == nil && answer["proxy-authenticate"] == nil)
                    if path != "/chunked" { #expect(answer["content-encoding"] == (path == "/close" ? "br" : "gzip")) }
                }
            }
            let old = try proxy.ask("GET http://\(site)/close HTTP/1.0\r\n\r\n")
            #expect(old?.text == "abc" && old?["transfer-encoding"] == nil && old?["connection"] == "close")
        }
    }

    @Test func `A server cannot talk the proxy out of saying where an answer ends`() async throws {
        let upstream = try TestUpstream.answering { _ in
            "HTTP/1.1 200 OK\r\nConnection: Content-Length, Transfer-Encoding\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"
        }
        try await withSite(upstream) { proxy, site in
            let socket = try proxy.connect()
            for _ in 0..<2 {
                socket.send("GET http://\(site)/ HTTP/1.1\r\nHost: \(site)\r\n\r\n")
                let answer = socket.readAnswer()
                #expect(answer?.text == "abc" && answer?.fields.count { $0.name == "Content-Length" } == 1)
            }
        }
    }

    @Test func `What the jail has written fills no report`() async throws {
        try await withProxy(allow: []) { proxy in
            let long = String(repeating: "a", count: 50_000)
            let answer = try proxy.get("http://\(long)@x/", host: "x")
            #expect(answer?.status == 400)
            #expect(proxy.denials.count == 1 && proxy.denials[0].target.utf8.count < 1000)
        }
    }

    @Test func `HEAD and empty answers end where they should`() async throws {
        let upstream = try TestUpstream.answering { request in
            request.firstLine.hasPrefix("HEAD")
                ? "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" : "HTTP/1.1 204 No Content\r\n\r\n"
        }
        try await withSite(upstream) { proxy, site in
            let socket = try proxy.connect()
            for method in ["HEAD", "GET", "HEAD"] {
                socket.send("\(method) http://\(site)/ HTTP/1.1\r\nHost: \(site)\r\n\r\n")
                let answer = socket.readAnswer(hasBody: false)
                #expect(answer?.status == (method == "HEAD" ? 200 : 204) && answer?["transfer-encoding"] == nil)
            }
        }
    }

    @Test func `Megabytes pass, and a reader who is slow holds the sender up`() async throws {
        let size = 24 << 20
        let sent = Shared(0)
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let piece = [UInt8](repeating: 0x61, count: 1 << 20)
            while sent.value < size, socket.send(piece) { sent.change { $0 += piece.count } }
        }
        try await withSite(upstream) { proxy, site in
            let socket = try proxy.connect()
            socket.send("GET http://\(site)/ HTTP/1.1\r\nHost: \(site)\r\n\r\n")
            var last = -1
            // Until nothing moves any more: what the kernel and the proxy hold is full.
            while sent.value != last {
                last = sent.value
                usleep(200_000)
            }
            #expect(sent.value < size, "24 MiB were taken from the server that nobody had read")
            let answer = try #require(socket.readAnswer())
            #expect(answer.body.count == size)
        }
    }

    @Test func `A large upload arrives whole`() async throws {
        let upstream = try TestUpstream.answering {
            TestUpstream.ok("\($0.body.count) \($0.body.allSatisfy { $0 == 0x62 })")
        }
        try await withSite(upstream) { proxy, site in
            let socket = try proxy.connect()
            let body = [UInt8](repeating: 0x62, count: 8 << 20)
            socket.send(
                "PUT http://\(site)/ HTTP/1.1\r\nHost: \(site)\r\nExpect: 100-continue\r\nContent-Length: \(body.count)\r\n\r\n"
            )
            #expect(socket.readAnswer()?.status == 100)
            socket.send(body)
            #expect(socket.readAnswer()?.text == "\(body.count) true")
        }
    }

    @Test func `An answer before the end of the request is delivered`() async throws {
        let upstream = try TestUpstream { socket, _ in
            _ = socket.read(through: "\r\n\r\n")
            socket.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
            _ = socket.readToEnd()
        }
        try await withSite(upstream) { proxy, site in
            let socket = try proxy.connect()
            socket.send("PUT http://\(site)/ HTTP/1.1\r\nHost: \(site)\r\nContent-Length: 1000000\r\n\r\nxx")
            let answer = socket.readAnswer()
            #expect(answer?.status == 413 && answer?.text == "big")
        }
    }

    @Test(arguments: [
        "NONSENSE\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ])
    func `An answer that makes no sense becomes one that says so`(_ text: String) async throws {
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            socket.send(text)
        }
        try await withSite(upstream) { proxy, site in
            let answer = try proxy.get("http://\(site)/", host: site)
            #expect(answer?.status == 502)
        }
    }

    @Test func `An answer that breaks off is not passed for a whole one`() async throws {
        let upstream = try TestUpstream { socket, number in
            _ = socket.readRequest()
            socket.send(
                "HTTP/1.1 200 OK\r\n\(number == 0 ? "Content-Length: 99" : "Transfer-Encoding: chunked")\r\n\r\n3\r\nabc"
            )
        }
        try await withSite(upstream) { proxy, site in
            for _ in 0..<2 {
                let answer = try proxy.get("http://\(site)/", host: site)
                #expect(answer == nil || answer?.isWhole == false)
            }
        }
    }

    @Test func `What cannot be reached is no denial`() async throws {
        let closed = try Socket.listen(on: SocketAddress(host: "127.0.0.1", port: 0)!, sharingPort: false)
        let port = try Socket.port(of: closed.raw)
        _ = consume closed
        try await withProxy(
            allow: ["gone.example:\(port)", "127.0.0.1:\(port)", "nowhere.example:80", "empty.example:80"],
            names: ["gone.example": [["127.0.0.1"]], "empty.example": [[]]]
        ) { proxy in
            for host in ["gone.example:\(port)", "nowhere.example:80", "empty.example:80"] {
                let answer = try proxy.get("http://\(host)/", host: host)
                #expect(answer?.status == 502 && answer?.text.contains("error") == true, "\(host)")
            }
            #expect(proxy.denials.isEmpty && proxy.records.map { $0.status } == [502, 502, 502])
        }
    }

    @Test func `A client that leaves takes the request to the server along`() async throws {
        let gone = Shared(false)
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readRequest()
            _ = socket.readToEnd()
            gone.set(true)
        }
        try await withSite(upstream) { proxy, site in
            let socket = try proxy.connect()
            socket.send("GET http://\(site)/ HTTP/1.1\r\nHost: \(site)\r\n\r\n")
            #expect(await eventually { upstream.connectionCount == 1 })
            socket.close()
            #expect(await eventually { gone.value })
            #expect(await eventually { await proxy.connectionCount() == 0 })
        }
    }

    @Test func `Too many connections are told so`() async throws {
        var limits = EgressLimits()
        limits.connections = 2
        try await withSite(limits: limits, Self.echoing()) { proxy, site in
            let (first, second) = (try proxy.connect(), try proxy.connect())
            #expect(await eventually { await proxy.connectionCount() == 2 })
            #expect(try proxy.get("http://\(site)/", host: site)?.status == 503)
            first.close()
            second.close()
            #expect(await eventually { await proxy.connectionCount() == 0 })
            #expect(try proxy.get("http://\(site)/", host: site)?.status == 200)
        }
    }
}
