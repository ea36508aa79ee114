import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import ToolRuntime

@Suite struct EgressTunnelTests {
    /// Sends back what it gets, and ends when the other side does.
    private static func echoing() throws -> TestUpstream {
        try TestUpstream { socket, _ in
            while let byte = socket.read(count: 1) { socket.send(byte) }
            socket.send("END")
        }
    }

    private func withSite(
        _ upstream: TestUpstream, limits: EgressLimits = .patient, clock: any Clock = MonotonicClock(),
        _ body: (TestProxy, String) async throws -> Void
    ) async throws {
        defer { upstream.close() }
        let site = "site.example:\(upstream.port)"
        try await withProxy(
            allow: [site, "127.0.0.1:\(upstream.port)"], names: ["site.example": [["127.0.0.1"]]], limits: limits,
            clock: clock
        ) { proxy in try await body(proxy, site) }
    }

    @Test func `Bytes go both ways, and each side ends for itself`() async throws {
        try await withSite(Self.echoing()) { proxy, site in
            let (socket, answer) = try proxy.tunnel(site)
            #expect(answer?.status == 200)
            socket.send("hello")
            #expect(socket.read(count: 5) == Array("hello".utf8))
            socket.shutDownWriting()
            #expect(socket.readToEnd() == Array("END".utf8))
            #expect(await eventually { proxy.records.count == 1 })
            let record = proxy.records[0]
            #expect(record.kind == .tunnel && record.bytesOut == 5 && record.bytesIn == 8 && record.status == 200)
        }
    }

    @Test func `What comes right behind CONNECT is the tunnel's`() async throws {
        try await withSite(Self.echoing()) { proxy, site in
            let socket = try proxy.connect()
            let ahead = "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"
            socket.send("CONNECT \(site) HTTP/1.1\r\nHost: \(site)\r\n\r\n\(ahead)")
            #expect(socket.readAnswer(hasBody: false)?.status == 200)
            #expect(socket.read(count: ahead.utf8.count) == Array(ahead.utf8))
            #expect(proxy.denials.isEmpty)
        }
    }

    @Test func `What comes behind a refused CONNECT is for nobody`() async throws {
        try await withSite(Self.echoing()) { proxy, site in
            let socket = try proxy.connect()
            socket.send(
                "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n"
                    + "GET http://\(site)/ HTTP/1.1\r\nHost: \(site)\r\n\r\n")
            let answer = socket.readAnswer()
            #expect(answer?.status == 403 && answer?["connection"] == "close")
            #expect(socket.readToEnd().isEmpty)
            #expect(proxy.resolver.asked.value.isEmpty)
        }
    }

    @Test func `Another port of a granted name is refused`() async throws {
        try await withProxy(allow: ["site.example:443"], names: ["site.example": [["127.0.0.1"]]]) { proxy in
            for port in [22, 80, 8443] {
                let (_, answer) = try proxy.tunnel("site.example:\(port)")
                #expect(
                    answer?.firstLine.hasSuffix(
                        "no rule names site.example:\(port); `site.example:443` grants another port") == true)
            }
            let (_, loopback) = try proxy.tunnel("site.example:443")
            #expect(loopback?.status == 403)
            #expect(proxy.denials.last?.addition == "network:\n  allow: [\"127.0.0.1:443\"]")
        }
    }

    @Test func `The server may speak first`() async throws {
        let upstream = try TestUpstream { socket, _ in
            socket.send("220 ready\r\n")
            _ = socket.readToEnd()
        }
        try await withSite(upstream) { proxy, site in
            let (socket, _) = try proxy.tunnel(site)
            #expect(socket.read(through: "\n") == "220 ready\r\n")
        }
    }

    @Test(arguments: [
        ("site.example", true), ("SITE.example", true), ("site.example.", true), ("evil.example", false),
        ("site.example.evil", false), ("", false), ("127.0.0.1", false), ("site.exam\u{0}ple", false),
    ])
    func `TLS must be for the name that was asked for`(_ name: String, _ passes: Bool) async throws {
        let got = Shared<[UInt8]>([])
        let upstream = try TestUpstream { socket, _ in
            while let byte = socket.read(count: 1) { got.change { $0 += byte } }
        }
        try await withSite(upstream) { proxy, site in
            let hello = clientHello(name.isEmpty ? nil : name)
            let (socket, _) = try proxy.tunnel(site)
            // In two pieces: nothing may go out before the name is known.
            socket.send(Array(hello[..<60]))
            usleep(20_000)
            #expect(got.value.isEmpty)
            socket.send(Array(hello[60...]))
            if passes {
                #expect(await eventually { got.value == hello })
                #expect(proxy.denials.isEmpty)
            } else {
                #expect(socket.readToEnd() == [21, 3, 1, 0, 2, 2, 49])
                #expect(proxy.denials.count == 1 && proxy.denials[0].rule == "network.allow[0]")
                #expect(await eventually { await proxy.connectionCount() == 0 })
                #expect(got.value.isEmpty)
            }
        }
    }

    @Test func `To an address any name may be said, or none`() async throws {
        let upstream = try Self.echoing()
        try await withSite(upstream) { proxy, _ in
            for name in [nil, "whatever.example"] {
                let hello = clientHello(name)
                let (socket, _) = try proxy.tunnel("127.0.0.1:\(upstream.port)")
                socket.send(hello)
                #expect(socket.read(count: hello.count) == hello)
            }
        }
    }

    @Test func `The check can be switched off`() async throws {
        var limits = EgressLimits()
        limits.checksTLSName = false
        try await withSite(Self.echoing(), limits: limits) { proxy, site in
            let hello = clientHello("evil.example")
            let (socket, _) = try proxy.tunnel(site)
            socket.send(hello)
            #expect(socket.read(count: hello.count) == hello)
        }
    }

    @Test func `A reset goes through to the other side`() async throws {
        let ended = Shared<TestSocket.End?>(nil)
        let upstream = try TestUpstream { socket, _ in
            _ = socket.readToEnd()
            ended.set(socket.end)
        }
        try await withSite(upstream) { proxy, site in
            let (socket, _) = try proxy.tunnel(site)
            socket.send("x")
            socket.closeWithReset()
            #expect(await eventually { ended.value != nil })
            #expect(await eventually { await proxy.connectionCount() == 0 })
        }
    }

    @Test func `Stopping the proxy ends what is open`() async throws {
        try await withSite(Self.echoing()) { proxy, site in
            let (socket, _) = try proxy.tunnel(site)
            socket.send("x")
            #expect(socket.read(count: 1) == Array("x".utf8))
            await proxy.loop.call { proxy.proxy.stop() }
            _ = socket.readToEnd()
            #expect(await eventually { await proxy.connectionCount() == 0 })
            #expect(throws: (any Error).self) { try proxy.connect() }
        }
    }

    // MARK: Time

    @Test func `A head that does not come, or a hello that stops, ends the connection`() async throws {
        let clock = ManualClock()
        try await withSite(Self.echoing(), limits: EgressLimits(), clock: clock) { proxy, site in
            let slow = try proxy.connect()
            slow.send("GET http://")
            let idle = try proxy.connect()
            let (hello, _) = try proxy.tunnel(site)
            hello.send([22, 3, 1])
            #expect(await eventually { await proxy.connectionCount() == 3 })
            usleep(50_000)
            await clock.pass(.seconds(11), on: proxy.loop)
            #expect(await eventually { await proxy.connectionCount() == 1 })
            #expect(slow.readToEnd().isEmpty && hello.readToEnd().isEmpty)
            await clock.pass(.seconds(70), on: proxy.loop)
            #expect(await eventually { await proxy.connectionCount() == 0 })
            #expect(idle.readToEnd().isEmpty)
        }
    }

    @Test func `A tunnel ends when nothing moves in it, and not before`() async throws {
        let clock = ManualClock()
        try await withSite(Self.echoing(), clock: clock) { proxy, site in
            let (socket, _) = try proxy.tunnel(site)
            for _ in 0..<3 {
                socket.send("x")
                #expect(socket.read(count: 1) == Array("x".utf8))
                await clock.pass(.seconds(290), on: proxy.loop)
                #expect(await proxy.connectionCount() == 1)
            }
            await clock.pass(.seconds(301), on: proxy.loop)
            #expect(await eventually { await proxy.connectionCount() == 0 })
        }
    }
}
