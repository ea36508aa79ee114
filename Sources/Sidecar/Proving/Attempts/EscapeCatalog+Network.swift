extension EscapeCatalog {
    private static func reach(_ id: String, _ title: String, _ felt: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("network.\(id)", title, .probe(words)).by(.witness(felt))
    }

    private static func foreign(_ id: String, _ title: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("network.\(id)", title, .probe(words))
            .unsafe("it would talk to somebody else's machine")
    }

    private static func family(_ id: String, _ title: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("network.\(id)", title, .probe(["family"] + words)).mayWork().unless(.call("socket"))
    }

    static let network: [EscapeAttempt] = [
        reach("tcp-loopback", "connect to a service of this machine on 127.0.0.1", "tcp", "tcp", "127.0.0.1", "{port}")
            .unless(.network(host: "127.0.0.1", port: "{port}")),
        reach("tcp-loopback-other", "the same by another name of loopback", "tcp", "tcp", "127.7.7.7", "{port}"),
        reach("tcp-unspecified", "the same by 0.0.0.0", "tcp", "tcp", "0.0.0.0", "{port}"),
        reach("tcp-address", "connect to this machine's own address", "tcp", "tcp", "{lan}", "{port}")
            .unless(.network(host: "{lan}", port: "{port}")),
        reach("tcp-loopback-6", "connect to a service on ::1", "tcp6", "tcp", "::1", "{port6}").mayWork(),
        reach("tcp-mapped", "the same by an IPv4 address in IPv6 form", "tcp", "tcp", "::ffff:127.0.0.1", "{port}")
            .mayWork(),
        reach(
            "multipath", "connect by multipath TCP, which rules on TCP may not see", "tcp", "multipath", "127.0.0.1",
            "{port}"
        )
        .mayWork(),
        reach("fast-open", "send with the first packet, without connect", "tcp", "fast-open", "127.0.0.1", "{port}"),
        reach("shell-tcp", "connect by the shell itself (/dev/tcp)", "tcp", "tcp", "127.0.0.1", "{port}"),
        reach("udp-loopback", "send a datagram to this machine", "udp", "udp", "127.0.0.1", "{udp}"),
        reach("udp-address", "send a datagram to its own address", "udp", "udp", "{lan}", "{udp}"),
        reach("socket-path", "connect to a socket file outside", "path", "local-path", "{served}/socket")
            .unless(.call("socket", wide: true)),
        reach(
            "socket-path-root", "the same below /proc/self/root", "path", "local-path", "/proc/self/root{served}/socket"
        )
        .unless(.call("socket", wide: true)),
        reach(
            "socket-path-link", "the same by a link in the workspace", "path", "local-by-link", "{served}/socket",
            "{dir}/s"
        )
        .unless(.call("socket", wide: true)),
        reach(
            "socket-abstract", "connect to a socket that has a name and no file", "abstract", "local-abstract",
            "{name}-s"),
        reach("socket-datagram", "send to such a socket", "datagram", "local-datagram", "{name}"),
        reach(
            "socket-pair-turned", "turn one end of a pair of sockets to such a name", "datagram", "local-from-pair",
            "{name}"),
        foreign("metadata", "ask the metadata service of a cloud", "tcp", "169.254.169.254", "80")
            .unless(.network(host: "169.254.169.254", port: "80")),
        foreign("internet", "connect to a machine on the internet", "tcp", "192.0.2.1", "443"),
        foreign("internet-6", "the same by IPv6", "tcp", "2001:db8::1", "443"),
        foreign("dns", "ask this machine's name server", "ask-name", "{dns}"),
        foreign("dns-loopback", "ask a name server on 127.0.0.53", "ask-name", "127.0.0.53"),
        foreign("broadcast", "send to everybody nearby", "udp", "255.255.255.255", "{udp}"),
        foreign("multicast", "send to a group of machines nearby", "udp", "224.0.0.251", "5353"),
        .probe("network.interfaces", "find an interface beside loopback", "interfaces").mayWork(),
        .probe("network.change-interface", "change an interface", "raise-interface").mayWork(),
        family("raw", "a raw socket", "2", "3", "1"),
        family("raw-6", "a raw IPv6 socket", "10", "3", "58"),
        family("packet", "a packet socket", "17", "3", "0"),
        family("ping", "a socket for echo requests", "2", "2", "1"),
        family("netlink-route", "a socket to the kernel's routing", "16", "3", "0").unless(.call("socket", wide: true)),
        family("netlink-netfilter", "a socket to the kernel's packet filter", "16", "3", "12"),
        family("netlink-audit", "a socket to the kernel's audit", "16", "3", "9"),
        family("netlink-xfrm", "a socket to the kernel's IPsec", "16", "3", "6"),
        family("vsock", "a socket to the machine beneath a virtual one", "40", "1", "0"),
        family("alg", "a socket to the kernel's ciphers", "38", "5", "0"),
        family("bluetooth", "a socket to Bluetooth", "31", "3", "1"),
        family("can", "a socket to a vehicle's bus", "29", "3", "1"),
        family("tipc", "a socket between machines of a cluster", "30", "1", "0"),
        family("rds", "a socket for reliable datagrams", "21", "5", "0"),
        family("xdp", "a socket past the kernel's network", "44", "3", "0"),
        family("key", "a socket to the kernel's keys", "15", "3", "2"),
        family("sctp", "a stream control socket", "2", "1", "132"),
    ]
}
