import LinuxSystem
import TestSupport
import Testing

@testable import ToolRuntime

/// Real programs through the proxy, as they are in a jail.
@Suite struct EgressClientTests {
    private struct Outcome {
        let code: Int32
        let text: String
    }

    /// What it wrote to both streams.
    private func run(_ name: String, _ arguments: [String], proxy: TestProxy) async throws -> Outcome {
        let path = try #require(Program.find(name))
        let address = "http://127.0.0.1:\(proxy.port)"
        let launch = ProgramLaunch(
            path: path, arguments: arguments,
            environment: [
                "http_proxy": address, "https_proxy": address, "HTTPS_PROXY": address, "HOME": "/nonexistent",
                "PATH": ProcessInfo.environment("PATH") ?? "/usr/bin:/bin",
            ])
        let pipe = try Descriptor.pipe()
        let null = try Descriptor.open("/dev/null", .readWrite)
        let child = try ChildProcess(launch, descriptors: [null.raw, pipe.writing.raw, pipe.writing.raw])
        let reading = pipe.onlyReading()
        var bytes: [UInt8] = []
        while try reading.waitUntilReadable(MonotonicClock().now() + .seconds(30), clock: MonotonicClock()) {
            var piece = [UInt8](repeating: 0, count: 4096)
            let count = try piece.withUnsafeMutableBytes { try reading.read(into: $0) } ?? 0
            if count == 0 { break }
            bytes += piece[..<count]
        }
        return Outcome(code: try child.wait(), text: String(decoding: bytes, as: UTF8.self))
    }

    private func withSite(_ body: (TestProxy, String) async throws -> Void) async throws {
        let upstream = try TestUpstream.answering { TestUpstream.ok("got \($0.firstLine) \($0.text)") }
        defer { upstream.close() }
        let site = "site.example:\(upstream.port)"
        try await withProxy(
            allow: [site, "127.0.0.1:\(upstream.port)"], names: ["site.example": [["127.0.0.1"]]]
        ) { try await body($0, site) }
    }

    @Test(.enabled(if: Program.find("curl") != nil)) func `curl, plain and through a tunnel`() async throws {
        try await withSite { proxy, site in
            let plain = try await run("curl", ["-sS", "-d", "body", "http://\(site)/a"], proxy: proxy)
            #expect(plain.text == "got POST /a HTTP/1.1 body")
            let tunnel = try await run("curl", ["-sS", "-p", "http://\(site)/b"], proxy: proxy)
            #expect(tunnel.text == "got GET /b HTTP/1.1 ")
            let several = try await run("curl", ["-sS", "http://\(site)/[1-3]"], proxy: proxy)
            #expect(several.text == (1...3).map { "got GET /\($0) HTTP/1.1 " }.joined())
            #expect(proxy.denials.isEmpty)
            // An exchange is over when both sides are, which curl does not wait for.
            #expect(await eventually { proxy.records.count == 5 })
        }
    }

    @Test(.enabled(if: Program.find("curl") != nil)) func `curl, where it may not go`() async throws {
        try await withSite { proxy, site in
            let plain = try await run("curl", ["-sS", "http://evil.example/"], proxy: proxy)
            #expect(plain.text.contains("network:\\n  allow: [\\\"evil.example:80\\\"]"))
            let tunnel = try await run("curl", ["-sS", "https://evil.example/"], proxy: proxy)
            #expect(tunnel.code == 56 && tunnel.text.contains("403"))
            for host in ["0x7f.1", "2130706433", "127.1", "[::ffff:127.0.0.1]", "169.254.169.254", "localhost"] {
                // As it is written, where curl leaves it so, and as curl reads it, where it does not.
                let outcome = try await run("curl", ["-sS", "-w", "%{http_code}", "http://\(host):81/"], proxy: proxy)
                #expect(outcome.text.hasSuffix("403") || outcome.text.hasSuffix("400"), "\(host): \(outcome.text)")
            }
            // The tunnel is for one host, the request inside for another: curl says the name of the URL in TLS.
            let port = site.split(separator: ":")[1]
            let front = try await run(
                "curl", ["-ksS", "--connect-to", "::\(site)", "https://evil.example:\(port)/"], proxy: proxy)
            #expect(front.code != 0)
            #expect(
                proxy.denials.last?.detail
                    == "the tunnel was opened for site.example, and the TLS ClientHello names evil.example")
            #expect(!proxy.resolver.asked.value.contains { $0 != "site.example" })
        }
    }

    @Test func `Python shows why it was refused`() async throws {
        try await withSite { proxy, site in
            let script = """
                import sys, urllib.request
                for url in sys.argv[1:]:
                    try: print(urllib.request.urlopen(url, timeout=20).read().decode())
                    except Exception as problem: print(type(problem).__name__, problem)
                """
            let outcome = try await run(
                "python3", ["-c", script, "http://\(site)/p", "https://evil.example/", "http://evil.example/"],
                proxy: proxy)
            let lines = outcome.text.split(separator: "\n")
            #expect(lines.count == 3 && lines[0] == "got GET /p HTTP/1.1 ", "\(outcome.text)")
            #expect(
                lines.last?.hasPrefix("HTTPError HTTP Error 403: Denied by policy: no rule names evil.example:80")
                    == true)
            #expect(lines.count > 1 && lines[1].contains("403 Denied by policy: no rule names evil.example:443"))
        }
    }

    @Test func `The system's resolver answers in time and off the loop`() async throws {
        let pool = BlockingPool(threads: 1)
        defer { pool.close() }
        let resolver = SystemNameResolver(pool)
        let addresses = try await resolver.addresses(of: "localhost")
        #expect(addresses.allSatisfy(\.isLoopback) && !addresses.isEmpty)
        #expect(try await resolver.addresses(of: "127.0.0.1").map(\.description) == ["127.0.0.1"])
        await #expect(throws: NameLookup.Failure.self) { try await resolver.addresses(of: "no such name") }
    }
}
