package struct WebAddressProblem: Error, Equatable {
    package let message: String
}

/// The part of a URL that decides where it leads. What two readers could read differently is refused.
package struct WebAddress: Equatable {
    package let host: HostName
    package let port: UInt16

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
            (defaultPort, rest) = (443, text.dropFirst(8))
        } else if lower.hasPrefix("http://") {
            (defaultPort, rest) = (80, text.dropFirst(7))
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
}
