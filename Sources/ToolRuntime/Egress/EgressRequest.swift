package import HTTP
package import Sandbox

/// Where a request to the proxy wants to go, with one answer for every reader.
package struct EgressRequest: Sendable, Equatable {
    /// Not understood: 400, and no look-up of anything.
    package struct Problem: Error, Sendable, Equatable {
        package let reason: String
    }

    package enum Kind: String, Sendable { case tunnel, forward }

    package let kind: Kind
    package let host: HostName
    package let port: UInt16

    package var target: String { "\(host):\(port)" }
    /// The value of `Host` that the server gets.
    var hostField: String { port == Self.plainPort ? "\(host)" : target }

    private static let plainPort: UInt16 = 80

    /// `head` was read as a proxy reads it.
    package init(_ head: RequestHead) throws(Problem) {
        guard let text = head.authority else { throw Problem(reason: "the request target names no host") }
        let authority = try Self.authority(text, "the request target")
        if head.method == "CONNECT" {
            kind = .tunnel
            guard let port = authority.port else {
                throw Problem(reason: "CONNECT wants a host and a port, such as example.org:443")
            }
            self.port = port
            guard head.body == .none else { throw Problem(reason: "CONNECT has no body") }
        } else {
            kind = .forward
            port = authority.port ?? Self.plainPort
        }
        host = authority.host
        guard let named = head.fields["host"] else { return }
        let said = try Self.authority(named, "Host")
        guard said.host == host, said.port ?? port == port else {
            throw Problem(reason: "the request target names another host than Host")
        }
    }

    private static func authority(
        _ text: String, _ subject: String
    ) throws(Problem) -> (host: HostName, port: UInt16?) {
        let bytes = Array(text.utf8)
        // Behind the bracket of an address of version 6 only: no other colon may stand before a port.
        let hostEnd: Int
        if bytes.first == UInt8(ascii: "[") {
            guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")) else {
                throw Problem(reason: "\(subject) has a `[` without `]`")
            }
            hostEnd = bracket + 1
        } else {
            hostEnd = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
        }
        let host: HostName
        do throws(HostNameProblem) {
            host = try HostName(String(decoding: bytes[..<hostEnd], as: UTF8.self))
        } catch {
            throw Problem(reason: "\(subject) names a host that \(error.message)")
        }
        if hostEnd == bytes.count { return (host, nil) }
        let digits = bytes[(hostEnd + 1)...]
        guard bytes[hostEnd] == UInt8(ascii: ":"), (1...5).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(String(decoding: digits, as: UTF8.self))
        else { throw Problem(reason: "\(subject) has no port from 1 to 65535 behind its host") }
        return (host, port)
    }
}
