internal import LinuxSystem
internal import YAML

/// The address that a provider's paths are appended to.
package struct BaseURL: Sendable, Equatable, CustomStringConvertible {
    package let scheme: String
    /// Without the brackets of IPv6.
    package let host: String
    /// nil: the scheme's own.
    package let port: UInt16?
    /// Empty, or begins with a slash; never ends with one.
    package let path: String

    package init(scheme: String, host: String, port: UInt16?, path: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
    }

    package var isSecure: Bool { scheme == "https" }

    /// `host:port` as the Host header wants it.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }

    package var description: String { "\(scheme)://\(authority)\(path)" }
}

extension BaseURL {
    static let form = "write something like https://api.example.org or http://127.0.0.1:8080"

    package static let anthropic = BaseURL(scheme: "https", host: "api.anthropic.com", port: nil, path: "")

    static func parse(_ text: String) throws(ValueError) -> BaseURL {
        let address = try parseVersioned(text)
        // Requests bring their own: `/v1/v1/messages` is nowhere.
        if address.path.hasSuffix("/v1") {
            throw ValueError("ends in /v1, which every request has itself; leave it out")
        }
        return address
    }

    /// With the version that requests of some APIs leave to it.
    static func parseVersioned(_ text: String) throws(ValueError) -> BaseURL {
        let parts = try URLParts(text, schemes: ["http", "https"], form: form)
        guard parts.userInformation == nil else {
            throw ValueError("holds credentials, which belong into `key` or `headers`; \(form)")
        }
        var path = parts.path
        while path.hasSuffix("/") { path.removeLast() }
        return BaseURL(scheme: parts.scheme, host: parts.host, port: parts.port, path: path)
    }
}

/// The pieces of an absolute URL, as far as a configuration needs them. No query, no fragment.
struct URLParts {
    let scheme: String
    let userInformation: String?
    let host: String
    let port: UInt16?
    let path: String

    init(_ text: String, schemes: [String], form: String) throws(ValueError) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }) else {
            throw ValueError("holds a character that no URL has; \(form)")
        }
        guard let mark = text.range(ofText: "://") else { throw ValueError("is no URL; \(form)") }
        let scheme = text[..<mark.lowerBound].lowercased()
        guard schemes.contains(scheme) else {
            throw ValueError("has a scheme other than \(schemes.joined(separator: ", ")); \(form)")
        }
        let rest = text[mark.upperBound...]
        guard !rest.contains("?"), !rest.contains("#") else { throw ValueError("has a query or a fragment; \(form)") }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var authority = rest[..<slash]
        var userInformation: String?
        if let at = authority.lastIndex(of: "@") {
            userInformation = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        let (host, port) = try Self.hostAndPort(authority, form: form)
        self.scheme = scheme
        self.userInformation = userInformation
        self.host = host
        self.port = port
        self.path = String(rest[slash...])
    }

    private static func hostAndPort(_ authority: Substring, form: String) throws(ValueError) -> (String, UInt16?) {
        var host = authority
        var port: UInt16?
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else {
                throw ValueError("has a port that is not a number from 1 to 65535; \(form)")
            }
            port = number
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inside = String(host.dropFirst().dropLast())
            guard inside.contains(":"), IPAddress(inside) != nil else {
                throw ValueError("has an IPv6 address that is none; \(form)")
            }
            return (inside, port)
        }
        guard isName(host) else { throw ValueError("has no host; \(form)") }
        return (host.lowercased(), port)
    }

    /// RFC 952 names and dotted numbers, with the underscore that container networks use.
    private static func isName(_ host: Substring) -> Bool {
        !host.isEmpty && host.utf8.count <= 253
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

extension StringProtocol {
    /// The first place where `text` stands.
    func range(ofText text: String) -> Range<Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(text) { return index..<self.index(index, offsetBy: text.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
