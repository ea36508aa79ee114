import HTTP
import LinuxSystem
import Sandbox
import TestSupport
import Testing

@testable import ToolRuntime

/// What WebFetch reaches, over real sockets. Names lead to the loopback because each test lists that address.
@Suite(.timeLimit(.minutes(3))) struct WebFetcherTests {
    private func withSite(
        _ upstream: TestUpstream, also allow: [String] = [], names: [String: [[String]]] = [:],
        limits: WebLimits = .patient, _ body: (TestFetcher, String) async throws -> Void
    ) async throws {
        defer { upstream.close() }
        try await withFetcher(
            allow: ["site.example:\(upstream.port)", "127.0.0.1:\(upstream.port)"] + allow,
            names: names.merging(["site.example": [["127.0.0.1"]]]) { given, _ in given }, limits: limits
        ) { fetcher in try await body(fetcher, "http://site.example:\(upstream.port)") }
    }

    private static func redirect(_ location: String, _ status: Int = 302) -> String {
        "HTTP/1.1 \(status) Moved\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
    }

    @Test func `A granted page arrives, and nothing of ours is sent along`() async throws {
        let upstream = try TestUpstream.answering { request in
            let names = request.fields.map { $0.name.lowercased() }.sorted().joined(separator: " ")
            return TestUpstream.ok("\(request.firstLine) \(names)", "Content-Type: text/plain; charset=x\r\n")
        }
        try await withSite(upstream) { fetcher, site in
            let page = try await fetcher.fetch("\(site)/a b/ü?q=<x>#part".replacing(" ", with: "%20")).get()
            #expect(
                String(decoding: page.body, as: UTF8.self)
                    == "GET /a%20b/%C3%BC?q=%3Cx%3E HTTP/1.1 accept accept-encoding host user-agent")
            #expect(page.status == 200 && page.contentType == "text/plain; charset=x" && !page.isCut)
            #expect(fetcher.resolver.asked.value == ["site.example"], "it was looked up more than once")
        }
    }

    // MARK: Addresses

    @Test(arguments: [
        "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "169.254.0.5",
        "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "100.100.100.200",
        "168.63.129.16", "::1", "::", "fd00::1", "fe80::1", "ff02::1", "2001:db8::1", "fd00:ec2::254",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "2002:a00:1::1",
    ])
    func `A public name that leads inside is refused`(_ address: String) async throws {
        try await withFetcher(allow: ["*:*"], names: ["evil.example": [[address]]]) { fetcher in
            guard case .failure(.denied(let denial)) = try await fetcher.fetch("http://evil.example:81/") else {
                Issue.record("it was not refused")
                return
            }
            #expect(denial.rule == "network.allow[0]" && denial.place?.line == 10, "\(denial)")
        }
    }

    @Test(arguments: [
        "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/",
        "http://127.0.0.1./", "http://[::ffff:7f00:1]/", "http://[::1]/", "http://[0:0:0:0:0:0:0:1]:80/",
        "http://①②⑦.0.0.1/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://metadata/",
        "http://metadata.google.internal/", "http://169.254.169.254/latest/meta-data/",
        "https://site.example@127.0.0.1/", "https://127.0.0.1#@site.example/", "https://site.example\\@127.0.0.1/",
        "https://site.example%2f@127.0.0.1/", "https://[::1%25lo]/", "https://site.example:0/", "ftp://site.example/",
        "https:///site.example", "https://site.example:443:80/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
    ])
    func `Odd ways to write an inner address lead nowhere`(_ url: String) async throws {
        try await withFetcher(allow: ["*:*", "site.example:443"], names: ["site.example": [["192.0.2.1"]]]) { fetcher in
            do {
                switch try await fetcher.fetch(url) {
                case .failure(.denied): break
                case let other: Issue.record("\(url): \(other)")
                }
            } catch is WebAddressProblem {
                // Not understood, which is as good.
            }
            #expect(fetcher.resolver.asked.value.allSatisfy { $0 == "site.example" })
        }
    }

    @Test func `A name that changes its address while it is asked changes nothing`() async throws {
        let upstream = try TestUpstream.answering { _ in TestUpstream.ok("mine") }
        try await withSite(upstream, names: ["site.example": [["127.0.0.1"], ["10.0.0.1"]]]) { fetcher, site in
            let page = try await fetcher.fetch(site).get()
            #expect(page.body == Array("mine".utf8))
            guard case .failure(.denied) = try await fetcher.fetch(site) else {
                Issue.record("the second answer of the name server was not judged")
                return
            }
        }
        #expect(upstream.connectionCount == 1)
    }

    @Test func `Of several addresses the inner ones are left out`() async throws {
        let upstream = try TestUpstream.answering { _ in TestUpstream.ok("mine") }
        let names = ["site.example": [["10.0.0.1", "169.254.169.254", "127.0.0.1"]]]
        try await withSite(upstream, names: names) { fetcher, site in
            let page = try await fetcher.fetch(site).get()
            #expect(page.body == Array("mine".utf8))
        }
    }

    @Test func `What no rule grants is not even looked up`() async throws {
        try await withFetcher(allow: ["site.example:443"]) { fetcher in
            guard case .failure(.denied(let denial)) = try await fetcher.fetch("https://secret.evil.example/") else {
                Issue.record("it was not refused")
                return
            }
            #expect(denial.rule == "network.allow" && denial.addition?.contains("secret.evil.example:443") == true)
            #expect(fetcher.resolver.asked.value.isEmpty)
        }
    }

    // MARK: Redirects

    @Test(arguments: [
        "http://169.254.169.254/latest/meta-data/", "http://localhost/", "https://other.example/x", "//10.0.0.1/",
        "http://127.0.0.1:1/", "https://evil.example/?site.example",
    ])
    func `A redirect to another host is told and not followed`(_ location: String) async throws {
        let upstream = try TestUpstream.answering { _ in Self.redirect(location, 301) }
        try await withSite(upstream, also: ["*:*", "localhost:*", "127.0.0.1:1"]) { fetcher, site in
            guard case .failure(.moved(let from, let to, 301)) = try await fetcher.fetch(site) else {
                Issue.record("it was followed")
                return
            }
            #expect(from.text == "\(site)/" && !to.contains("site.example:"))
            #expect(fetcher.resolver.asked.value == ["site.example"])
        }
        #expect(upstream.connectionCount == 1)
    }

    @Test(arguments: [
        "https://a@site.example/", "http://site.example\\@10.0.0.1/", "http://0x7f.1/", "file:///etc/passwd",
        "javascript:alert(1)", "gopher://10.0.0.1/",
    ])
    func `A redirect that cannot be read in one way is not followed`(_ location: String) async throws {
        let upstream = try TestUpstream.answering { _ in Self.redirect(location) }
        try await withSite(upstream) { fetcher, site in
            guard case .failure(.failed("bad_redirect", _)) = try await fetcher.fetch(site) else {
                Issue.record("it was followed")
                return
            }
        }
    }

    @Test func `On the same host redirects are followed, each judged by itself`() async throws {
        let upstream = try TestUpstream.answering { request in
            switch request.firstLine.split(separator: " ")[1] {
            case "/": Self.redirect("a/../b?x")
            case "/b?x": Self.redirect("?y", 307)
            default: TestUpstream.ok(request.firstLine)
            }
        }
        try await withSite(upstream, names: ["site.example": [["127.0.0.1"]]]) { fetcher, site in
            let page = try await fetcher.fetch(site).get()
            #expect(page.address.text == "\(site)/b?y" && page.body == Array("GET /b?y HTTP/1.1".utf8))
            #expect(fetcher.resolver.asked.value.count == 3)
        }
        let again = try TestUpstream.answering { _ in Self.redirect("/next") }
        try await withSite(again, names: ["site.example": [["127.0.0.1"], ["10.0.0.1"]]]) { fetcher, site in
            guard case .failure(.denied) = try await fetcher.fetch(site) else {
                Issue.record("the second hop was not judged")
                return
            }
        }
        #expect(again.connectionCount == 1)
    }

    @Test func `A circle of redirects ends`() async throws {
        let upstream = try TestUpstream.answering { _ in Self.redirect("/") }
        try await withSite(upstream) { fetcher, site in
            guard case .failure(.failed("too_many_redirects", _)) = try await fetcher.fetch(site) else {
                Issue.record("it went on")
                return
            }
        }
    }

    @Test func `To the other form of the name only where a rule grants it`() async throws {
        let upstream = try TestUpstream.answering { request in
            request.fields.contains { $0.value.hasPrefix("www.") }
                ? TestUpstream.ok("there")
                : Self.redirect("http://www.\(request.fields.first { $0.name.lowercased() == "host" }?.value ?? "")/")
        }
        let names = ["www.site.example": [["127.0.0.1"]]]
        try await withSite(upstream, names: names) { fetcher, site in
            guard case .failure(.denied(let denial)) = try await fetcher.fetch(site) else {
                Issue.record("it was followed")
                return
            }
            #expect(denial.target == "www.site.example:\(upstream.port)")
        }
    }

    // MARK: What a server may cost

    @Test func `A bomb of packed bytes is read as far as any page`() async throws {
        let packed = packedZeros(64 << 20)
        #expect(packed.count < 1 << 20)
        let upstream = try TestUpstream { socket, _ in
            guard socket.readRequest() != nil else { return }
            socket.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
            socket.send(packed)
        }
        var limits = WebLimits.patient
        limits.bodyBytes = 1 << 20
        try await withSite(upstream, limits: limits) { fetcher, site in
            let page = try await fetcher.fetch(site).get()
            #expect(page.isCut && page.body.count == 1 << 20 && page.body.allSatisfy { $0 == 0 })
        }
    }

    @Test func `A body without end is read as far as any page`() async throws {
        let upstream = try TestUpstream { socket, _ in
            guard socket.readRequest() != nil else { return }
            socket.send("HTTP/1.1 200 OK\r\n\r\n")
            while socket.send([UInt8](repeating: 0x61, count: 64 << 10)) {}
        }
        var limits = WebLimits.patient
        limits.bodyBytes = 300_000
        try await withSite(upstream, limits: limits) { fetcher, site in
            let page = try await fetcher.fetch(site).get()
            #expect(page.isCut && page.body.count == 300_000)
        }
    }

    @Test func `Who sends a byte now and then has no more time than others`() async throws {
        let upstream = try TestUpstream { socket, _ in
            guard socket.readRequest() != nil else { return }
            socket.send("HTTP/1.1 200 OK\r\n\r\n")
            let pause = MonotonicClock()
            while socket.send([0x61]) {
                let until = pause.now() + .milliseconds(20)
                while pause.now() < until {}
            }
        }
        var limits = WebLimits.patient
        limits.totalTime = .seconds(1)
        try await withSite(upstream, limits: limits) { fetcher, site in
            guard case .failure(.timedOut) = try await fetcher.fetch(site) else {
                Issue.record("it was waited for")
                return
            }
        }
    }

    @Test func `A flood of fields is no answer`() async throws {
        let upstream = try TestUpstream { socket, _ in
            guard socket.readRequest() != nil else { return }
            socket.send("HTTP/1.1 200 OK\r\n")
            var number = 0
            while socket.send("X-\(number): \(String(repeating: "a", count: 1000))\r\n") { number += 1 }
        }
        try await withSite(upstream) { fetcher, site in
            guard case .failure(.failed(let code, _)) = try await fetcher.fetch(site) else {
                Issue.record("it was taken")
                return
            }
            #expect(code == "bad_answer")
        }
    }

    @Test(arguments: ["", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"])
    func `What is no whole answer is an error`(_ text: String) async throws {
        let upstream = try TestUpstream { socket, _ in
            if socket.readRequest() != nil { socket.send(text) }
        }
        try await withSite(upstream) { fetcher, site in
            guard case .failure(.failed) = try await fetcher.fetch(site) else {
                Issue.record("it was taken")
                return
            }
        }
    }

    @Test func `A call that is cancelled lets go of its connection`() async throws {
        let (begun, ended) = (Shared(false), Shared(false))
        let upstream = try TestUpstream { socket, _ in
            guard socket.readRequest() != nil else { return }
            begun.change { $0 = true }
            let rest = socket.readToEnd()
            ended.change { $0 = rest.isEmpty }
        }
        try await withSite(upstream) { fetcher, site in
            let task = Task { try await fetcher.fetch(site) }
            #expect(await eventually { begun.value })
            task.cancel()
            #expect(await eventually { ended.value })
        }
    }

    // MARK: Forms of an address

    @Test func `Public names are asked by TLS, as the rules grant it`() throws {
        let both = try networkRules(["*:*", "127.0.0.1:80", "localhost:80"])
        #expect(try FetchAddress("http://Example.ORG./a#b", both).text == "https://example.org/a")
        #expect(try FetchAddress("http://example.org:8080", both).text == "http://example.org:8080/")
        #expect(try FetchAddress("http://127.0.0.1/", both).text == "http://127.0.0.1/")
        #expect(try FetchAddress("http://localhost/", both).text == "http://localhost/")
        let clear = try networkRules(["*:80"])
        #expect(try FetchAddress("http://example.org/", clear).text == "http://example.org/")
        #expect(try FetchAddress("https://[2001:DB8::1]:8443?q", both).text == "https://[2001:db8:0:0:0:0:0:1]:8443/?q")
    }
}
