internal import LinuxSystem

/// An absolute address of the web, read strictly: most come from strangers, and they say where secrets go.
package struct OAuthAddress: Sendable, Equatable, CustomStringConvertible {
    package let scheme: String
    /// In lower case, without the brackets of IPv6 and without the dot of the root.
    package let host: String
    /// Where the host is a number.
    private let address: IPAddress?
    package let port: Int
    /// Without the query; may be empty.
    package let path: String
    package let query: String?

    package init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax, text.utf8.allSatisfy(Self.isFit) else { return nil }
        let (scheme, behind) = Self.cut(text, at: "://")
        guard let behind, ["http", "https"].contains(scheme.lowercased()) else { return nil }
        let end = behind.firstIndex { $0 == "/" || $0 == "?" } ?? behind.endIndex
        guard let (host, port) = Self.hostAndPort(behind[..<end]), let address = Self.number(host) else { return nil }
        self.scheme = scheme.lowercased()
        self.host = host
        self.address = address.value
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
        guard !host.isEmpty, host.allSatisfy(fit), host.contains(":") == isNumber else { return nil }
        // One host by two writings would be two hosts to us.
        if host.hasSuffix(".") { host = host.dropLast() }
        return host.isEmpty || host.hasSuffix(".") ? nil : (host.lowercased(), port)
    }

    private struct Number { let value: IPAddress? }

    /// nil: a number to some readers, and to each another one (0x7f.1, 2130706433, 0177.0.0.1).
    private static func number(_ host: String) -> Number? {
        if let address = IPAddress(host) { return Number(value: address) }
        let last = host.split(separator: ".").last ?? ""
        let isHex = last.hasPrefix("0x") && last.dropFirst(2).allSatisfy(\.isHexDigit)
        return host.contains(":") || isHex || last.allSatisfy(\.isNumber) ? nil : Number(value: nil)
    }

    // MARK: Where it leads

    /// With a port only where it is not the scheme's own.
    package var origin: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(name)\(port == (scheme == "https" ? 443 : 80) ? "" : ":\(port)")"
    }

    package var description: String { origin + path + (query.map { "?\($0)" } ?? "") }

    /// This machine, without any doubt. The one answer for all that is done there only: to speak in clear text, and past a proxy.
    package var isLoopback: Bool { host == "localhost" || address?.isLoopback == true }

    /// What is said there nobody else hears.
    package var isPrivate: Bool { scheme == "https" || isLoopback }

    /// A server elsewhere must not send us, or a browser here, to what only this machine and its network reach. Numbers lead
    /// there; a name that does has no certificate for what it finds.
    func maySend(to other: OAuthAddress) -> Bool {
        other.isPrivate && (isLoopback || !other.isNear || host == other.host)
    }

    /// It may be this machine, or its network.
    var isNear: Bool { address != nil || host == "localhost" || host.hasSuffix(".localhost") }

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
    /// Whoever gives the tokens has said that this login is none any more. All else may be otherwise in a moment.
    package let endsLogin: Bool

    private static let messageMax = 4000

    /// Strangers have a part in nearly all of them.
    package init(_ message: String, endsLogin: Bool = false) {
        self.message = ForeignWords.shown(message, max: Self.messageMax)
        self.endsLogin = endsLogin
    }
}
