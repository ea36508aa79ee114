import LinuxSystem
import Sandbox
import Testing
import YAML

@Suite struct PatternTests {
    @Test(arguments: [
        ("/usr", "/usr", true), ("/usr", "/usr/bin/git", true), ("/usr", "/usr2", false), ("/", "/etc", true),
        ("${workspace}", "/work/a", true), ("${workspace}", "/work2", false),
        ("${workspace}/.git", "/work/.gitx", false),
        ("**/.env", "/work/a/.env", true), ("**/.env", "/.env", true), ("**/.env", "/work/.env/x", true),
        ("**/.env", "/work/.envrc", false), ("/a/*/c", "/a/b/c/d", true), ("/a/*/c", "/a/c", false),
        ("/a/**/c", "/a/c", true), ("/a/**/c", "/a/x/y/c", true), ("/a/?.txt", "/a/b.txt", true),
        ("/a/?.txt", "/a/bb.txt", false), ("/a/*.pem", "/a/k.pem", true), ("/a/*.pem", "/a/k.pem.txt", false),
        ("${home}/.ssh", "/home/me/.ssh/id", true), ("/caf\u{E9}", "/cafe\u{301}", false),
    ])
    func paths(_ pattern: String, _ path: String, _ expected: Bool) throws {
        let path = try #require(NormalPath(path))
        #expect(try PathPattern.parse(pattern).covers(path, Sample.variables) == expected)
    }

    @Test(arguments: [
        ("/", "/"), ("/a/./b/../c//d/", "/a/c/d"), ("/../..", "/"),
    ])
    func normalPaths(_ text: String, _ expected: String) { #expect(NormalPath(text)?.text == expected) }

    @Test func whatIsNoPath() {
        for text in ["", "a", "./a", "/a\0b"] { #expect(NormalPath(text) == nil) }
    }

    @Test func wildcardsTakeNoTimeThatGrows() {
        let wildcard = Wildcard(String(repeating: "a*", count: 500) + "b")
        #expect(!wildcard.matches(String(repeating: "a", count: 4_000)))
        #expect(Wildcard("a*b*c").matches("a--b--c") && !Wildcard("a*b*c").matches("a--c--b"))
        #expect(Wildcard("").matches("") && !Wildcard("").matches("a") && Wildcard("*").matches(""))
    }

    @Test(arguments: [
        ("Example.ORG.", "example.org"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("[::1]", "[0:0:0:0:0:0:0:1]"),
        ("::ffff:192.0.2.1", "192.0.2.1"), ("192.0.2.1", "192.0.2.1"), ("a_b.example", "a_b.example"),
    ])
    func hostNames(_ text: String, _ expected: String) throws { #expect(try HostName(text).description == expected) }

    @Test(arguments: [
        "", ".", "a..b", "a b", "a\0b", "a%2eb", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.2.3.4.5",
        "-a.example",
        "a-.example", "xn--a", "ab--c.example", "exa\u{3002}mple.org", "\u{1D41E}xample.org", "[::1", "a/b",
        String(repeating: "a", count: 64) + ".example",
    ])
    func namesThatReadersReadDifferently(_ text: String) {
        #expect(throws: HostNameProblem.self) { try HostName(text) }
    }

    @Test(arguments: [
        ("example.org", "example.org", 443, true), ("example.org", "example.org", 80, false),
        ("example.org:*", "example.org", 80, true), ("*.example.org:443", "a.b.example.org", 443, true),
        ("*.example.org:443", "example.org", 443, false), ("*.example.org:443", "badexample.org", 443, false),
        ("*:443", "anything.example", 443, true), ("*:443", "localhost", 443, false), ("*:443", "10.0.0.1", 443, false),
        ("*:443", "169.254.169.254", 443, false), ("*:443", "metadata.google.internal", 443, false),
        ("*:443", "[::ffff:10.0.0.1]", 443, false), ("*:443", "[fe80::1]", 443, false), ("*:*", "printer", 80, false),
        ("localhost:8080", "localhost", 8080, true), ("10.0.0.1:22", "10.0.0.1", 22, true),
        ("*:443", "1.1.1.1", 443, true),
        ("*.internal:443", "a.internal", 443, false),
    ])
    func hosts(_ pattern: String, _ host: String, _ port: UInt16, _ expected: Bool) throws {
        #expect(try HostPattern.parse(pattern).covers(HostName(host), port: port) == expected)
    }

    @Test func linksAreFollowedAsTheKernelDoes() {
        let host = ImaginedHost(links: ["/a": "b/c", "/b/c/up": "../..", "/loop": "loop", "/abs": "/x/y"])
        #expect(host.resolve("/a/d")?.text == "/b/c/d")
        #expect(host.resolve("/a/up/e")?.text == "/e")
        #expect(host.resolve("/a/../f")?.text == "/b/f")
        #expect(host.resolve("/abs/z")?.text == "/x/y/z")
        #expect(host.resolve("/loop") == nil)
        #expect(host.resolve("relative") == nil)
    }
}
