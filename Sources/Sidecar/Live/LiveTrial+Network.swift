internal import Confinement
internal import Sandbox

extension LiveTrial {
    private static let connect = "if { exec 3<>\"/dev/tcp/$1/$2\"; } 2>/dev/null; then echo open; else echo closed; fi"

    /// Asks the proxy for a tunnel, as a client would, and reads the number of its answer.
    private static let tunnel = """
        exec 3<>"/dev/tcp/127.0.0.1/$2" || exit
        printf 'CONNECT %s HTTP/1.1\\r\\nHost: %s\\r\\n\\r\\n' "$1" "$1" >&3
        read -r _ status _ <&3; echo "$status"
        """

    /// Past the proxy. Where the network is the jail's own nobody is reached that way, whatever the rules say.
    func seen(connection host: String, _ port: String) async throws(PolicyJail.Failure) -> Seen {
        if jail.compiled.plan.network == .host { return .unseen("the network is the host's: not tried") }
        return try await word(Self.connect, host, port) == "open"
            ? .allowed("\(host):\(port) answers") : .denied("nothing leads to \(host):\(port) but the proxy")
    }

    func seen(url text: String, _ rules: NetworkRules, granted: Bool) async throws(PolicyJail.Failure) -> Seen {
        guard let address = try? WebAddress(text).upgraded(by: rules) else { return .unseen("the URL cannot be read") }
        let target = "\(address.host):\(address.port)"
        guard let port = proxyPort else { return try await withoutProxy() }
        // A name leads nowhere here; an address would be connected to.
        if granted, address.host.address != nil { return .unseen("\(target) would be connected to: not tried") }
        let status = try await word(Self.tunnel, target, "\(port)")
        switch status {
        case "403": return .denied("the proxy refuses \(target)")
        case "200", "502", "504": return .allowed("the proxy lets \(target) out")
        default: return .unseen("the proxy answers \(target) with \(status.isEmpty ? "nothing" : status)")
        }
    }

    func seenSearch() -> Seen {
        .unseen("the host asks the service, which the configuration names")
    }

    private func withoutProxy() async throws(PolicyJail.Failure) -> Seen {
        try await word(Self.connect, "127.0.0.1", "\(PlanSettings().proxyPort)") == "open"
            ? .allowed("something answers where only a proxy could") : .denied("there is no way out")
    }

    private var proxyPort: UInt16? {
        if case .own(let ports) = jail.compiled.plan.network { ports.first } else { nil }
    }
}
