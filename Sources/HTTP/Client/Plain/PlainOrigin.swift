package import LinuxSystem

/// An upstream in clear text at a numeric address, as its base URL names it.
package final class PlainOrigin: Sendable, Equatable {
    /// The ones to try, in this order: `localhost` is both families' loopback.
    package let addresses: [SocketAddress]
    /// The value of `Host`.
    package let host: String
    /// What the base URL puts in front of every target; without a slash at its end.
    package let path: String

    private static let defaultPort: UInt16 = 80

    /// nil for everything else: TLS, names of machines, credentials in the URL, and what is no URL at all.
    package init?(baseURL: String) {
        let scheme = "http://"
        guard baseURL.count >= scheme.count, baseURL.prefix(scheme.count).equalsIgnoringCase(scheme) else { return nil }
        let rest = baseURL.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        let path = rest[authority.endIndex...]
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x3f && $0 != 0x23 }) else { return nil }
        guard let (name, port) = Self.split(authority) else { return nil }
        guard let address = SocketAddress(host: name, port: port ?? Self.defaultPort) else { return nil }
        if name == "localhost" {
            addresses = [address] + [SocketAddress(host: "::1", port: address.port)].compactMap { $0 }
        } else {
            addresses = [address]
        }
        let shown = address.isIPv6 ? "[\(name)]" : name
        host = address.port == Self.defaultPort ? shown : "\(shown):\(address.port)"
        self.path = String(path.hasSuffix("/") ? path.dropLast() : path)
    }

    /// `127.0.0.1:8080`, `[::1]:8080`, and both without a port.
    private static func split(_ authority: Substring) -> (name: String, port: UInt16?)? {
        var name = authority
        var port: UInt16?
        let isBracketed = authority.hasPrefix("[")
        if let colon = authority.lastIndex(of: ":"), !(isBracketed && authority.hasSuffix("]")) {
            name = authority[..<colon]
            let digits = authority[authority.index(after: colon)...]
            guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = UInt16(digits), number > 0 else {
                return nil
            }
            port = number
        }
        if isBracketed {
            guard name.hasSuffix("]") else { return nil }
            name = name.dropFirst().dropLast()
        }
        // A colon needs the brackets, and brackets need one.
        return name.contains(":") == isBracketed ? (String(name), port) : nil
    }

    package static func == (left: PlainOrigin, right: PlainOrigin) -> Bool {
        left === right || left.addresses == right.addresses && left.host == right.host && left.path == right.path
    }
}
