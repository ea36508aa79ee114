package struct WebAddressProblem: Error, Equatable {
    package let message: String
}

/// The part of a URL that decides where it leads. What two readers could read differently is refused.
package struct WebAddress: Equatable {
    package let host: HostName
    package let port: UInt16
    /// By TLS.
    package let isSecure: Bool

    package init(_ text: String) throws(WebAddressProblem) {
        for scalar in text.unicodeScalars {
            guard scalar.value > 0x20, scalar.value != 0x7F else {
                throw WebAddressProblem(message: "holds a blank or a control character")
            }
            // Browsers read it as a slash, other programs as a part of the name.
            guard scalar != "\\" else { throw WebAddressProblem(message: "holds a backslash") }
        }
        let defaultPort: UInt16
        let rest: Substring
        let lower = text.lowercased()
        if lower.hasPrefix("https://") {
            (defaultPort, rest, isSecure) = (Self.securePort, text.dropFirst(8), true)
        } else if lower.hasPrefix("http://") {
            (defaultPort, rest, isSecure) = (Self.clearPort, text.dropFirst(7), false)
        } else {
            throw WebAddressProblem(message: "begins with neither https:// nor http://")
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else {
            throw WebAddressProblem(message: "has a user before its host, which can pretend to be one")
        }
        guard !authority.contains("%") else { throw WebAddressProblem(message: "has an escape in its host") }
        var name = authority
        var number: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                throw WebAddressProblem(message: "has a `[` without `]`")
            }
            name = authority[...end]
            let behind = authority[authority.index(after: end)...]
            guard behind.isEmpty || behind.hasPrefix(":") else {
                throw WebAddressProblem(message: "has something behind `]` that is no port")
            }
            number = behind.isEmpty ? nil : behind.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            name = authority[..<colon]
            number = authority[authority.index(after: colon)...]
        }
        if let number, !number.isEmpty {
            guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(number), port > 0 else {
                throw WebAddressProblem(message: "has no port from 1 to 65535")
            }
            self.port = port
        } else {
            port = defaultPort
        }
        do throws(HostNameProblem) {
            host = try HostName(String(name))
        } catch {
            throw WebAddressProblem(message: "has a host that \(error.message)")
        }
    }

    private static let securePort: UInt16 = 443
    private static let clearPort: UInt16 = 80

    private init(_ host: HostName, port: UInt16, isSecure: Bool) {
        self.host = host
        self.port = port
        self.isSecure = isSecure
    }

    /// What is fetched for it: a public name is asked by TLS even where clear text was written, as browsers do, unless the rules
    /// grant only that.
    package func upgraded(by rules: NetworkRules) -> WebAddress {
        guard !isSecure, port == Self.clearPort, host.address == nil, !host.isReserved else { return self }
        let grants = { (port: UInt16) in rules.allow.contains { $0.value.covers(host, port: port) } }
        if grants(Self.clearPort), !grants(Self.securePort) { return self }
        return WebAddress(host, port: Self.securePort, isSecure: true)
    }
}
