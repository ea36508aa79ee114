internal import LinuxSystem
package import YAML

/// `name:port` of `network.allow`: a name, `*.` and a name, `*`, or an address.
package struct HostPattern: Sendable, Equatable {
    package enum Host: Sendable, Equatable {
        case exact(HostName)
        /// Names below this one, at a boundary of labels.
        case below(HostName)
        /// Every public name.
        case any
    }

    package enum Port: Sendable, Equatable {
        case exact(UInt16)
        case any
    }

    package let text: String
    package let host: Host
    package let port: Port

    /// Without a port, the one of HTTPS is meant.
    package static let defaultPort: UInt16 = 443

    package static func parse(_ text: String) throws(ValueError) -> HostPattern {
        if let slash = text.firstIndex(of: "/"), IPAddress(String(text[..<slash])) != nil {
            throw ValueError("is a range of addresses; name each host that is needed, such as 192.0.2.1:443")
        }
        guard !text.contains("/") else {
            throw ValueError("is a URL or a path; write host:port, such as example.org:443")
        }
        let (host, port) = try split(text)
        if host == "*" { return HostPattern(text: text, host: .any, port: port) }
        if host.hasPrefix("*.") {
            let base = try name(String(host.dropFirst(2)))
            guard base.address == nil else { throw ValueError("has a `*` before an address") }
            return HostPattern(text: text, host: .below(base), port: port)
        }
        guard !host.contains("*") else {
            throw ValueError("has a `*` inside a name; it can stand alone or as first label")
        }
        return HostPattern(text: text, host: .exact(try name(host)), port: port)
    }

    private static func name(_ text: String) throws(ValueError) -> HostName {
        do throws(HostNameProblem) {
            return try HostName(text)
        } catch {
            throw ValueError(error.message)
        }
    }

    private static func split(_ text: String) throws(ValueError) -> (host: String, port: Port) {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw ValueError("has a `[` without `]`") }
            host = String(text[...end])
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else {
                throw ValueError("has something behind `]` that is no port")
            }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            host = String(text[..<colon])
            port = text[text.index(after: colon)...]
            guard !host.contains(":") else { throw ValueError("is an IPv6 address without brackets; write [::1]:443") }
        }
        guard let port else { return (host, .exact(defaultPort)) }
        if port == "*" { return (host, .any) }
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(port), number > 0 else {
            throw ValueError("has no port from 1 to 65535 behind the colon")
        }
        return (host, .exact(number))
    }

    /// Whether the rule lets this name and port be reached.
    package func covers(_ name: HostName, port wanted: UInt16) -> Bool {
        if case .exact(let own) = port, own != wanted { return false }
        switch host {
        case .exact(let own): return own == name
        case .below(let base): return name.isBelow(base) && !name.isReserved
        case .any: return !name.isReserved
        }
    }
}
