extension EscapeCatalog {
    /// By a tunnel to a place that should not be reached. Whether it came there the process of the host tells.
    private static func tunnel(_ id: String, _ title: String, _ target: String) -> EscapeAttempt {
        say(id, title, "CONNECT \(target) HTTP/1.1\\r\\nHost: \(target)\\r\\n\\r\\n")
    }

    private static func say(_ id: String, _ title: String, _ text: String, felt: String = "tcp") -> EscapeAttempt {
        EscapeAttempt("egress.\(id)", title, .probe(["ask-proxy", "{proxy}", text])).by(.witness(felt))
    }

    private static func sayTwice(_ id: String, _ title: String, _ first: String, _ second: String) -> EscapeAttempt {
        EscapeAttempt("egress.\(id)", title, .probe(["ask-proxy-twice", "{proxy}", first, second]))
            .by(.witness("tcp"))
    }

    private static func metadata(_ id: String, _ title: String, _ target: String) -> EscapeAttempt {
        EscapeAttempt(
            "egress.\(id)", title,
            .probe(["ask-proxy", "{proxy}", "CONNECT \(target) HTTP/1.1\\r\\nHost: \(target)\\r\\n\\r\\n"])
        )
        .unsafe("it would talk to somebody else's machine")
    }

    private static let tunnelHome = "CONNECT 127.0.0.1:{port} HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\n\\r\\n"
    private static let here = EscapeAttempt.Grant.network(host: "127.0.0.1", port: "{port}")

    /// Where there is no proxy, because the policy grants no host, all of these end at once.
    static let egress: [EscapeAttempt] = [
        say("loopback", "a tunnel to a service of this machine", tunnelHome).unless(here),
        say(
            "loopback-get", "a request to it",
            "GET http://127.0.0.1:{port}/ HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\n\\r\\n"
        )
        .unless(here),
        say(
            "loopback-post", "a request to it that brings something",
            "POST http://127.0.0.1:{port}/ HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\nContent-Length: 1\\r\\n\\r\\nx"
        ).unless(here),
        tunnel("localhost", "the same by its name", "localhost:{port}")
            .unless(.network(host: "localhost", port: "{port}")),
        tunnel("localhost-odd", "its name with a dot and capital letters", "LocalHost.:{port}")
            .unless(.network(host: "localhost", port: "{port}")),
        tunnel("decimal", "its address as one number", "2130706433:{port}").mayWork(),
        tunnel("hexadecimal", "its address in hexadecimal digits", "0x7f.0.0.1:{port}").mayWork(),
        tunnel("octal", "its address in octal digits", "0177.0.0.1:{port}").mayWork(),
        tunnel("short", "its address with parts left out", "127.1:{port}").mayWork(),
        tunnel("mapped", "its address in IPv6 form", "[::ffff:127.0.0.1]:{port}").mayWork(),
        say(
            "loopback-6", "its IPv6 address", "CONNECT [::1]:{port6} HTTP/1.1\\r\\nHost: [::1]:{port6}\\r\\n\\r\\n",
            felt: "tcp6"
        ).mayWork().unless(.network(host: "::1", port: "{port6}")),
        tunnel("unspecified", "the address that means any", "0.0.0.0:{port}").mayWork(),
        tunnel("own-address", "this machine's own address", "{lan}:{port}").mayWork()
            .unless(.network(host: "{lan}", port: "{port}")),
        tunnel("rebound", "a public name that leads to this machine", "\(ProofNames.toLoopback):{port}"),
        tunnel("rebound-odd", "such a name with a dot and capital letters", "LOOPBACK.Sidecar-Proof.NET.:{port}"),
        say(
            "rebound-get", "a request to such a name",
            "GET http://\(ProofNames.toLoopback):{port}/ HTTP/1.1\\r\\nHost: \(ProofNames.toLoopback):{port}\\r\\n\\r\\n"
        ),
        say(
            "rebound-6", "a public name that leads to its IPv6 address",
            "CONNECT \(ProofNames.toLoopback6):{port6} HTTP/1.1\\r\\nHost: \(ProofNames.toLoopback6):{port6}\\r\\n\\r\\n",
            felt: "tcp6"
        ).mayWork(),
        tunnel("rebound-both", "a name that leads to others first, then here", "\(ProofNames.toBoth):{port}"),
        say(
            "user", "a public name before the @ of an address",
            "GET http://example.org@127.0.0.1:{port}/ HTTP/1.1\\r\\nHost: example.org\\r\\n\\r\\n"
        ).mayWork(),
        tunnel("user-tunnel", "the same for a tunnel", "example.org@127.0.0.1:{port}").mayWork(),
        say(
            "zero", "an address, a zero byte and a public name",
            "CONNECT 127.0.0.1\\0.example.org:{port} HTTP/1.1\\r\\nHost: example.org\\r\\n\\r\\n"
        ).mayWork(),
        say(
            "escaped", "an address with letters as numbers",
            "GET http://%31%32%37.0.0.1:{port}/ HTTP/1.1\\r\\nHost: example.org\\r\\n\\r\\n"
        ).mayWork(),
        say(
            "host-field", "a path alone, and the address in `Host`",
            "GET / HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\n\\r\\n"
        ).mayWork(),
        say(
            "two-hosts", "a public name, and the address in `Host`",
            "GET http://example.org:{port}/ HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\n\\r\\n"
        ).mayWork(),
        sayTwice(
            "second", "something that is refused, then a tunnel on the same connection",
            "GET http://nobody.invalid/ HTTP/1.1\\r\\nHost: nobody.invalid\\r\\n\\r\\n", tunnelHome
        ).mayWork().unless(here),
        say(
            "behind", "a tunnel right behind another request",
            "GET http://nobody.invalid/ HTTP/1.1\\r\\nHost: nobody.invalid\\r\\n\\r\\n" + tunnelHome
        ).mayWork().unless(here),
        say(
            "smuggled", "a tunnel in a body whose length is said in two ways",
            "POST http://nobody.invalid/ HTTP/1.1\\r\\nHost: nobody.invalid\\r\\nContent-Length: 4\\r\\n"
                + "Transfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n" + tunnelHome
        ).mayWork().unless(here),
        say(
            "bare-lines", "a request whose lines end in line feeds",
            "CONNECT 127.0.0.1:{port} HTTP/1.1\\nHost: 127.0.0.1:{port}\\n\\n"
        ).mayWork(),
        say(
            "old", "a tunnel in HTTP/1.0", "CONNECT 127.0.0.1:{port} HTTP/1.0\\r\\n\\r\\n"
        ).mayWork().unless(here),
        say(
            "scheme", "another kind of URL",
            "GET ftp://127.0.0.1:{port}/ HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\n\\r\\n"
        ).mayWork(),
        say(
            "socket-path", "a tunnel to a socket file",
            "CONNECT unix:{served}/socket HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n", felt: "path"
        ).mayWork(),
        metadata("metadata", "a tunnel to the metadata service of a cloud", "169.254.169.254:80")
            .unless(.network(host: "169.254.169.254", port: "80")),
        metadata("metadata-name", "the same by its name", "metadata.google.internal:80")
            .unless(.network(host: "metadata.google.internal", port: "80")),
        metadata("metadata-rebound", "the same by a public name that leads there", "\(ProofNames.toMetadata):80"),
        metadata("metadata-mapped", "the same by an address in IPv6 form", "[::ffff:169.254.169.254]:80"),
        metadata("metadata-6", "the same by its IPv6 address", "[fd00:ec2::254]:80"),
        EscapeAttempt(
            "egress.lookup", "have a name looked up that nobody grants, with a secret in it",
            .probe([
                "ask-proxy", "{proxy}",
                "CONNECT \(ProofNames.secret):443 HTTP/1.1\\r\\nHost: \(ProofNames.secret):443\\r\\n\\r\\n",
            ])
        ).by(.lookUp(ProofNames.secret)).unless(.network(host: ProofNames.secret, port: "443")),
    ]
}
