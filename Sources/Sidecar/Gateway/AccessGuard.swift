package import HTTP
internal import LinuxSystem

/// Who may talk to the gateway. Pure: fields in, a verdict out.
package struct AccessGuard: Sendable {
    private let keys: [[UInt8]]
    private let listenHost: String
    private let listensOnLoopback: Bool
    private let listensEverywhere: Bool
    /// What nearly every client says in `Host`, and which needs no closer look.
    private let usualHosts: [String]

    package init(_ configuration: Configuration) {
        keys = configuration.auth.keys.map { Array($0.reveal().utf8) }
        listenHost = configuration.listen.host
        listensOnLoopback = configuration.listen.isLoopback
        usualHosts = [listenHost, "localhost"].map { "\($0):\(configuration.listen.port)" }
        listensEverywhere = IPAddress(listenHost)?.bytes.allSatisfy { $0 == 0 } ?? false
    }

    package var needsKey: Bool { !keys.isEmpty }

    /// A page in a browser can send requests to this machine, and by DNS rebinding even read the answers. It cannot
    /// choose what stands in `Origin` and `Host`. `port` is the one that we listen on; it is asked for only where a request
    /// comes from a page.
    package func checkOrigin(_ fields: HTTPFields, port: @autoclosure () -> UInt16) -> APIError? {
        if let host = fields["host"], listensOnLoopback, !isOurs(host) {
            return APIError(
                403, .permission,
                "requests for the host \(Self.shown(host)) are refused: this sidecar answers to localhost and \(listenHost) only"
            )
        }
        // Not every request of a page has an `Origin`; a browser says of all but links that somebody follows where they come from.
        if let site = fields["sec-fetch-site"], site == "cross-site" || site == "same-site",
            fields["sec-fetch-mode"] != "navigate"
        {
            return APIError(
                403, .permission,
                "requests from web pages of other sites are refused: only pages of this sidecar itself may ask")
        }
        for origin in fields.values("origin") where !isOurPage(origin, port()) {
            return APIError(
                403, .permission,
                "requests from web pages of \(Self.shown(origin)) are refused: only pages of this sidecar itself may ask"
            )
        }
        return nil
    }

    /// Whoever names this machine means it, whatever the port: a tunnel to us may have another.
    private func isOurs(_ host: String) -> Bool {
        if listensOnLoopback && usualHosts.contains(host) { return true }
        guard let (name, _) = Self.split(host[...]) else { return false }
        return name == "localhost" || name == listenHost || IPAddress(name)?.isLoopback == true
    }

    /// Other ports of this machine are other programs, with pages of their own.
    private func isOurPage(_ origin: String, _ ourPort: UInt16) -> Bool {
        let scheme = "http://"
        guard origin.prefix(scheme.count).equalsIgnoringCase(scheme),
            let (name, port) = Self.split(origin.dropFirst(scheme.count)),
            (port.isEmpty ? Self.portOfHTTP : UInt16(port)) == ourPort
        else { return false }
        if name == listenHost { return true }
        guard listensOnLoopback || listensEverywhere else { return false }
        return name == "localhost" || Self.loopbacks.contains(name)
    }

    private static let portOfHTTP: UInt16 = 80
    private static let loopbacks = ["127.0.0.1", "::1"]

    /// The host in small letters and without brackets, and the digits of the port.
    private static func split(_ authority: Substring) -> (host: String, port: Substring)? {
        var host = authority
        var port = Substring()
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            port = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
        } else if let colon = host.lastIndex(of: ":") {
            port = host[colon...]
            host = host[..<colon]
        }
        guard port.isEmpty || port.first == ":" && port.utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return (host.lowercased(), port.dropFirst())
    }

    private static func shown(_ text: String) -> String { "'\(text.prefix(100))'" }

    /// The fields that held one of our keys, so that they go no further: a client may send its key as both.
    package func keyFields(_ fields: HTTPFields) -> [String] {
        ["x-api-key", "authorization"].filter { name in
            // Every value is looked at, whatever the one before it was.
            fields.values(name).map { matches(name == "authorization" ? Self.withoutScheme($0) : $0) }.contains(true)
        }
    }

    /// The name of a scheme is the same in any case (RFC 9110, section 11.1).
    private static func withoutScheme(_ value: String) -> String {
        let scheme = value.prefix { $0 != " " }
        return scheme.equalsIgnoringCase("bearer") ? String(value[scheme.endIndex...].trimmingSpaces()) : value
    }

    /// Looks at every key and at every byte, so that the time taken says nothing about how near a guess came.
    private func matches(_ candidate: String) -> Bool {
        let candidate = Array(candidate.utf8)
        var found: UInt8 = 0
        for key in keys {
            var difference: UInt8 = key.count == candidate.count ? 0 : 1
            for index in key.indices {
                difference |= key[index] ^ (index < candidate.count ? candidate[index] : ~key[index])
            }
            found |= difference == 0 ? 1 : 0
        }
        return found == 1
    }
}
