internal import CLinux

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Sendable, Equatable, CustomStringConvertible {
    package let host: String
    package let port: UInt16
    package let isIPv6: Bool

    /// `host` is a numeric address or `localhost`; names of other machines are not looked up here.
    package init?(host: String, port: UInt16) {
        var v4 = in_addr()
        var v6 = in6_addr()
        let host = host == "localhost" ? "127.0.0.1" : host
        if inet_pton(AF_INET, host, &v4) == 1 {
            isIPv6 = false
        } else if inet_pton(AF_INET6, host, &v6) == 1 {
            isIPv6 = true
        } else {
            return nil
        }
        self.host = host
        self.port = port
    }

    package var isLoopback: Bool {
        if !isIPv6 { return host.hasPrefix("127.") }
        var address = in6_addr()
        guard inet_pton(AF_INET6, host, &address) == 1 else { return false }
        return withUnsafeBytes(of: address) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }

    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    package func with(port: UInt16) -> SocketAddress { SocketAddress(host: host, port: port)! }

    func withRaw<Result>(_ body: (UnsafeRawPointer, UInt32) throws(SystemError) -> Result) throws(SystemError) -> Result
    {
        if isIPv6 {
            var raw = sockaddr_in6()
            raw.sin6_family = sa_family_t(AF_INET6)
            raw.sin6_port = port.bigEndian
            _ = inet_pton(AF_INET6, host, &raw.sin6_addr)
            return try body(&raw, UInt32(MemoryLayout<sockaddr_in6>.size))
        }
        var raw = sockaddr_in()
        raw.sin_family = sa_family_t(AF_INET)
        raw.sin_port = port.bigEndian
        _ = inet_pton(AF_INET, host, &raw.sin_addr)
        return try body(&raw, UInt32(MemoryLayout<sockaddr_in>.size))
    }
}
