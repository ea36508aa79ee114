package import HTTP
internal import LinuxSystem

/// Who may talk to the gateway. Pure: fields in, a verdict out.
package struct AccessGuard: Sendable {
    private let keys: [[UInt8]]
    private let listenHost: String
    private let listensOnLoopback: Bool

    package init(_ configuration: Configuration) {
        keys = configuration.auth.keys.map { Array($0.reveal().utf8) }
        listenHost = configuration.listen.host
        listensOnLoopback = configuration.listen.isLoopback
    }

    package var needsKey: Bool { !keys.isEmpty }

    /// A page in a browser can send requests to this machine, and by DNS rebinding even read the answers. It cannot
    /// choose what stands in `Origin` and `Host`.
    package func checkOrigin(_ fields: HTTPFields) -> APIError? {
        if let host = fields["host"], listensOnLoopback, !isOurs(host) {
            return APIError(
                403, .permission,
                "requests for the host \(Self.shown(host)) are refused: this sidecar answers to localhost and \(listenHost) only"
            )
        }
        for origin in fields.values("origin") {
            let parts = origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
            if parts.count != 3 || !parts[0].hasSuffix(":") || !parts[1].isEmpty || !isOurs(String(parts[2])) {
                return APIError(
                    403, .permission,
                    "requests from web pages of \(Self.shown(origin)) are refused: only pages of this sidecar itself may ask"
                )
            }
        }
        return nil
    }

    private func isOurs(_ authority: String) -> Bool {
        var host = authority[...]
        var port = Substring()
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            port = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
        } else if let colon = host.lastIndex(of: ":") {
            port = host[colon...]
            host = host[..<colon]
        }
        guard port.isEmpty || port.first == ":" && port.utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
        else {
            return false
        }
        let name = host.lowercased()
        return name == "localhost" || name == listenHost || IPAddress(name)?.isLoopback == true
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
