/// A socket that waits for connections, as /proc/net/tcp and tcp6 list it.
package struct ListeningSocket: Sendable, Equatable {
    /// Four bytes or sixteen, the first being the leftmost as written; IPv4 that was mapped into IPv6 is IPv4 here.
    package let address: [UInt8]
    package let port: UInt16
    package let user: UInt32
    package let inode: UInt64

    package init(address: [UInt8], port: UInt16, user: UInt32, inode: UInt64) {
        self.address = Self.unmapped(address)
        self.port = port
        self.user = user
        self.inode = inode
    }

    /// Both files have the same columns; only the addresses differ in length. See proc_pid_net(5).
    package static func all(in text: String) -> [ListeningSocket] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == listenState else { return nil }
            let parts = fields[1].split(separator: ":")
            guard parts.count == 2, let address = bytes(parts[0]), let port = UInt16(parts[1], radix: 16),
                let user = UInt32(fields[7]), let inode = UInt64(fields[9])
            else { return nil }
            return ListeningSocket(address: address, port: port, user: user, inode: inode)
        }
    }

    /// Would a socket on this address meet this one? A wildcard meets every address; that of IPv6 takes IPv4 as well.
    package func blocks(_ wanted: [UInt8], port: UInt16) -> Bool {
        let wanted = Self.unmapped(wanted)
        guard self.port == port else { return false }
        if address == wanted { return true }
        let isWildcard = address.allSatisfy { $0 == 0 }
        let wantsAll = wanted.allSatisfy { $0 == 0 }
        if address.count == wanted.count { return isWildcard || wantsAll }
        return (isWildcard && address.count == 16) || (wantsAll && wanted.count == 16)
    }

    /// TCP_LISTEN of the kernel's tcp_states.h.
    private static let listenState = "0A"

    /// Words of 32 bits, each written as a number of this machine although its bytes are in network order.
    private static func bytes(_ text: Substring) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == 8 || digits.count == 32 else { return nil }
        var result: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 8) {
            guard let word = UInt32(String(decoding: digits[start..<start + 8], as: UTF8.self), radix: 16) else {
                return nil
            }
            withUnsafeBytes(of: word) { result.append(contentsOf: $0) }
        }
        return result
    }

    private static func unmapped(_ address: [UInt8]) -> [UInt8] {
        let prefix = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        return address.count == 16 && address.starts(with: prefix) ? Array(address.suffix(4)) : address
    }
}
