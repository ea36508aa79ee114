internal import LinuxSystem
internal import YAML

/// Where the sidecar listens.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// A numeric address, without the brackets of IPv6; `localhost` becomes 127.0.0.1 when the file is read.
    package let host: String
    /// 0 asks the kernel for a free one.
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Nobody but this machine can reach it.
    package var isLoopback: Bool { IPAddress(host)?.isLoopback ?? false }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ListenAddress {
    static let form = "write HOST:PORT, such as 127.0.0.1:3456 or [::1]:3456"

    static func parse(_ text: String) throws(ValueError) -> ListenAddress {
        guard let colon = text.lastIndex(of: ":") else { throw ValueError("has no port; \(form)") }
        let portText = text[text.index(after: colon)...]
        var host = String(text[..<colon])
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = String(host.dropFirst().dropLast()) }
        if host == "localhost" { host = "127.0.0.1" }
        guard let address = IPAddress(host), address.isVersion6 == isBracketed else {
            throw ValueError("has a host that is neither an address nor localhost; \(form)")
        }
        guard !portText.isEmpty, portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(portText)
        else { throw ValueError("has a port that is not a number from 0 to 65535; \(form)") }
        return ListenAddress(host: host, port: port)
    }
}
