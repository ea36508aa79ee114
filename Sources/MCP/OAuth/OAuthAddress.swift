/// An absolute address of the web, read strictly: most come from strangers, and they say where secrets go.
package struct OAuthAddress: Sendable, Equatable, CustomStringConvertible {
    package let scheme: String
    /// In lower case, without the brackets of IPv6.
    package let host: String
    package let port: Int
    /// Without the query; may be empty.
    package let path: String
    package let query: String?

    package init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax, text.utf8.allSatisfy(Self.isFit) else { return nil }
        let (scheme, behind) = Self.cut(text, at: "://")
        guard let behind, ["http", "https"].contains(scheme.lowercased()) else { return nil }
        let end = behind.firstIndex { $0 == "/" || $0 == "?" } ?? behind.endIndex
        guard let (host, port) = Self.hostAndPort(behind[..<end]) else { return nil }
        self.scheme = scheme.lowercased()
        self.host = host
        self.port = port ?? (self.scheme == "https" ? 443 : 80)
        let (path, query) = Self.cut(String(behind[end...]), at: "?")
        self.path = path
        self.query = query
    }

    package static let bytesMax = 4096

    /// No spaces, no controls, no fragment, and nothing that two readers would read differently.
    private static func isFit(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !#"\"<>^`{|}#"#.utf8.contains(byte)
    }

    private static func cut(_ text: String, at mark: String) -> (String, String?) {
        guard let place = text.firstRange(of: mark) else { return (text, nil) }
        return (String(text[..<place.lowerBound]), String(text[place.upperBound...]))
    }

    /// Who puts a name and a password there is up to no good: what is in front of an @ looks like the host.
    private static func hostAndPort(_ authority: Substring) -> (String, Int?)? {
        var host = authority
        var port: Int?
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            let digits = authority[authority.index(after: colon)...]
            guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits),
                (1...65535).contains(number)
            else { return nil }
            port = number
            host = authority[..<colon]
        }
        let isNumber = host.hasPrefix("[") && host.hasSuffix("]")
        if isNumber { host = host.dropFirst().dropLast() }
        let fit: (Character) -> Bool = { $0.isLetter || $0.isNumber || (isNumber ? $0 == ":" : "-._".contains($0)) }
        guard !host.isEmpty, host.allSatisfy(fit) else { return nil }
        return (host.lowercased(), port)
    }

    // MARK: Where it leads

    /// With a port only where it is not the scheme's own.
    package var origin: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(name)\(port == (scheme == "https" ? 443 : 80) ? "" : ":\(port)")"
    }

    package var description: String { origin + path + (query.map { "?\($0)" } ?? "") }

    package var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// What is said there nobody else hears.
    package var isPrivate: Bool { scheme == "https" || isLoopback }

    /// A server elsewhere must not send us to what listens on this machine only.
    func maySend(to other: OAuthAddress) -> Bool { other.isPrivate && (isLoopback || !other.isLoopback) }

    /// Whether `other` is this, or below it.
    func covers(_ other: OAuthAddress) -> Bool {
        guard origin == other.origin else { return false }
        let own = path.hasSuffix("/") ? String(path.dropLast()) : path
        return other.path == own || other.path.hasPrefix(own + "/") || path == other.path
    }
}

/// What is wrong, and with what, in words for a person. Never with a secret in it.
package struct OAuthProblem: Error, Sendable, Equatable {
    package let message: String
    /// It may be otherwise in a moment: nobody could be reached.
    package let mayPass: Bool

    package init(_ message: String, mayPass: Bool = false) {
        self.message = message
        self.mayPass = mayPass
    }
}
