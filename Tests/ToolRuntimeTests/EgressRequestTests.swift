import HTTP
import Testing
import ToolRuntime

/// Every way to write where a request goes, and whether there is one meaning to it.
@Suite struct EgressRequestTests {
    private enum Outcome: Equatable {
        case unreadable
        case problem
        case target(String)
    }

    private func outcome(_ text: String) -> Outcome {
        var parser = RequestHeadParser(bytesMax: 4096, form: .proxy)
        let parsed = Array(text.utf8).withUnsafeBytes { parser.parse($0) }
        guard case .complete(let head, _) = parsed else { return .unreadable }
        do throws(EgressRequest.Problem) {
            return .target(try EgressRequest(head).target)
        } catch {
            return .problem
        }
    }

    @Test(arguments: [
        ("example.org:443", "example.org:443"), ("EXAMPLE.org:443", "example.org:443"),
        ("example.org.:443", "example.org:443"), ("xn--bcher-kva.example:443", "xn--bcher-kva.example:443"),
        ("192.0.2.1:443", "192.0.2.1:443"), ("[2001:DB8::1]:8443", "[2001:db8:0:0:0:0:0:1]:8443"),
        ("[::ffff:192.0.2.1]:443", "192.0.2.1:443"), ("[::FFFF:7f00:1]:443", "127.0.0.1:443"),
        ("a_b.example.org:1", "a_b.example.org:1"), ("localhost:80", "localhost:80"),
    ])
    func `One host has one form`(_ written: String, _ target: String) {
        #expect(outcome("CONNECT \(written) HTTP/1.1\r\nHost: \(written)\r\n\r\n") == .target(target))
        #expect(outcome("GET http://\(written)/x?y HTTP/1.1\r\nHost: \(written)\r\n\r\n") == .target(target))
    }

    @Test(arguments: [
        "", ":443", "example.org:", "example.org:0", "example.org:65536", "example.org:0443", "example.org:+443",
        "example.org:4 43", "example.org:443:443", "example.org..:443", ".example.org:443", "example..org:443",
        "user@example.org:443", "user:secret@example.org:443", "allowed.org@evil.org:443",
        "allowed.org%00.evil.org:443",
        "allowed.org%2eevil.org:443", "allowed.org\u{0}.evil.org:443", "allowed.org\\evil.org:443",
        "allowed.org,evil.org:443", "allowed.org;evil.org:443", "allowed.org\u{9}:443", "allowed.org\u{B}:443",
        // Cyrillic а and е, a soft hyphen, a full-width dot: not ASCII, whatever they look like.
        "ex\u{0430}mple.org:443", "\u{0435}xample.org:443", "exam\u{AD}ple.org:443", "example\u{FF0E}org:443",
        // Punycode that stands for nothing, and hyphens where only punycode has them.
        "xn--:443", "xn--a-ecp!.org:443", "ab--cd.org:443", "-a.org:443", "a-.org:443",
        // What inet_aton and browsers read as addresses.
        "0x7f.1:443", "2130706433:443", "127.1:443", "0177.0.0.1:443", "0x7f000001:443", "127.0.0.01:443", "1.2.3:443",
        "1.2.3.4.5:443", "256.1.1.1:443", "127.0.0.1.0x10:443",
        "[::1:443", "::1:443", "[::1]443", "[::1]:", "[127.0.0.1]:443", "[fe80::1%eth0]:443", "[fe80::1%25eth0]:443",
        "[v1.fe80::1]:443", "[example.org]:443", "[]:443", "[[::1]]:443", "[::1]x:443",
        "\(String(repeating: "a", count: 64)).org:443",
        "\(String(repeating: "a.", count: 127))org:443",
    ])
    func `What can be read in two ways is read in none`(_ authority: String) {
        for text in [
            "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n\r\n",
            "CONNECT \(authority) HTTP/1.0\r\n\r\n",
            "GET http://\(authority)/ HTTP/1.1\r\nHost: \(authority)\r\n\r\n",
            "CONNECT allowed.org:443 HTTP/1.1\r\nHost: \(authority)\r\n\r\n",
        ] {
            if case .target(let target) = outcome(text) { Issue.record("\(text.debugDescription) leads to \(target)") }
        }
    }

    @Test(arguments: [
        ("CONNECT a.org:443", "b.org:443"), ("CONNECT a.org:443", "a.org:444"), ("CONNECT a.org:443", "a.org.evil:443"),
        ("CONNECT a.org:443", "xa.org:443"), ("GET http://a.org/", "b.org"), ("GET http://a.org/", "a.org:81"),
        ("GET http://a.org:81/", "a.org:80"), ("GET http://a.org/", ""), ("GET http://127.0.0.1/", "localhost"),
    ])
    func `A Host that names somebody else is refused`(_ line: String, _ host: String) {
        #expect(outcome("\(line) HTTP/1.1\r\nHost: \(host)\r\n\r\n") == .problem)
    }

    @Test(arguments: [
        ("CONNECT a.org:443", "A.ORG", "a.org:443"), ("CONNECT a.org.:443", "a.org:443", "a.org:443"),
        ("GET http://a.org:80/", "a.org", "a.org:80"), ("GET http://A.org", "a.org:80", "a.org:80"),
        ("get HTTP://a.org?x", "a.org", "a.org:80"),
    ])
    func `A Host that is the same in another writing is none`(_ line: String, _ host: String, _ target: String) {
        #expect(outcome("\(line) HTTP/1.1\r\nHost: \(host)\r\n\r\n") == .target(target))
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a.org\r\n\r\n", "GET https://a.org/ HTTP/1.1\r\nHost: a.org\r\n\r\n",
        "GET ftp://a.org/ HTTP/1.1\r\nHost: a.org\r\n\r\n", "GET a.org:80 HTTP/1.1\r\nHost: a.org\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a.org\r\n\r\n", "connect a.org:443 HTTP/1.1\r\nHost: a.org\r\n\r\n",
        "GET http://a.org/#x HTTP/1.1\r\nHost: a.org\r\n\r\n", "GET http:a.org HTTP/1.1\r\nHost: a.org\r\n\r\n",
        "GET http:/\\a.org HTTP/1.1\r\nHost: a.org\r\n\r\n", "GET //a.org/ HTTP/1.1\r\nHost: a.org\r\n\r\n",
        "CONNECT http://a.org:443 HTTP/1.1\r\nHost: a.org\r\n\r\n",
        "CONNECT a.org:443/x HTTP/1.1\r\nHost: a.org\r\n\r\n",
        "CONNECT a.org HTTP/1.1\r\nHost: a.org\r\n\r\n", "CONNECT a.org:443 HTTP/1.1\r\n\r\n",
        "CONNECT a.org:443 HTTP/1.1\r\nHost: a.org\r\nHost: a.org\r\n\r\n",
        "CONNECT a.org:443 HTTP/1.1\r\nHost: a.org\r\nContent-Length: 5\r\n\r\n",
        "CONNECT a.org:443 HTTP/1.1\r\nHost: a.org\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST http://a.org/ HTTP/1.1\r\nHost: a.org\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST http://a.org/ HTTP/1.1\r\nHost: a.org\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
        "POST http://a.org/ HTTP/1.1\r\nHost: a.org\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "GET http://a.org/ HTTP/1.1\nHost: a.org\n\n", "GET http://a.org/ HTTP/1.1\r\nHost : a.org\r\n\r\n",
        "GET http://a.org/ HTTP/1.1\r\nHost: a.org\r\n folded\r\n\r\n",
        "GET  http://a.org/ HTTP/2\r\nHost: a.org\r\n\r\n",
    ])
    func `Other shapes are no requests to a proxy`(_ text: String) {
        if case .target = outcome(text) { Issue.record("\(text.debugDescription) was understood") }
    }
}
