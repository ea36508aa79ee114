internal import CLinux
internal import Glibc

/// Names of hosts to addresses, by the system's own resolver: /etc/hosts, DNS, whatever nsswitch.conf says.
package enum NameLookup {
    /// In the system's words.
    package struct Failure: Error, Equatable, Sendable {
        package let reason: String
        package init(reason: String) { self.reason = reason }
    }

    /// Blocks, for as long as the system's resolver likes: only on a thread of a `BlockingPool`. Each address once, in the
    /// order in which they should be tried.
    package static func addresses(of name: String) throws(Failure) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(name, nil, &hints, &first)
        guard result == 0 else { throw Failure(reason: String(cString: gai_strerror(result))) }
        defer { freeaddrinfo(first) }
        var found: [IPAddress] = []
        var next = first
        while let entry = next {
            if let address = address(entry.pointee), !found.contains(address) { found.append(address) }
            next = entry.pointee.ai_next
        }
        return found
    }

    /// It sits behind the port, and in version 6 behind the flow label too.
    private static func address(_ entry: addrinfo) -> IPAddress? {
        guard let raw = UnsafeRawPointer(entry.ai_addr) else { return nil }
        let (offset, count) = entry.ai_family == AF_INET6 ? (8, 16) : (4, 4)
        guard entry.ai_family == AF_INET6 || entry.ai_family == AF_INET, Int(entry.ai_addrlen) >= offset + count else {
            return nil
        }
        return IPAddress(bytes: Array(UnsafeRawBufferPointer(start: raw + offset, count: count)))
    }
}
