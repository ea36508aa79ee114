internal import LinuxSystem
internal import Sandbox

/// What an address leads to, where that is not the public network.
enum AddressKind: String, Sendable, CaseIterable {
    case unspecified = "the unspecified address, which means this machine"
    case loopback = "a loopback address: this machine"
    case privateNetwork = "an address of a private network"
    case carrier = "an address shared by a carrier's customers"
    case linkLocal = "a link-local address"
    case metadata = "the address of a cloud's metadata service, which hands out keys"
    case multicast = "a multicast address"
    case reserved = "an address reserved for other uses"

    /// nil: public. An address of version 4 that travels inside one of version 6 counts as itself.
    init?(_ address: IPAddress) {
        let address = address.embeddedVersion4 ?? address
        if Self.metadataServices.contains(address) {
            self = .metadata
        } else if let range = Self.ranges.first(where: { $0.holds(address) }) {
            self = range.kind
        } else if !address.isPublic {
            self = .reserved
        } else {
            return nil
        }
    }

    /// Of the large clouds. The last one looks public, and is answered by the machine below a virtual one.
    private static let metadataServices: Set<IPAddress> = Set(
        ["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"]
            .compactMap { IPAddress($0) })

    private struct Range {
        let kind: AddressKind
        let base: IPAddress
        let bits: Int

        init?(_ kind: AddressKind, _ base: String, _ bits: Int) {
            guard let base = IPAddress(base) else { return nil }
            self.kind = kind
            self.base = base
            self.bits = bits
        }

        func holds(_ address: IPAddress) -> Bool {
            guard address.bytes.count == base.bytes.count else { return false }
            return (0..<bits).allSatisfy { bit in
                (address.bytes[bit / 8] ^ base.bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
        }
    }

    /// Those that have a name people know; `isPublic` knows the rest.
    private static let ranges = [
        Range(.unspecified, "0.0.0.0", 8), Range(.loopback, "127.0.0.0", 8), Range(.privateNetwork, "10.0.0.0", 8),
        Range(.privateNetwork, "172.16.0.0", 12), Range(.privateNetwork, "192.168.0.0", 16),
        Range(.carrier, "100.64.0.0", 10), Range(.linkLocal, "169.254.0.0", 16), Range(.multicast, "224.0.0.0", 4),
        Range(.unspecified, "::", 128), Range(.loopback, "::1", 128), Range(.privateNetwork, "fc00::", 7),
        Range(.linkLocal, "fe80::", 10), Range(.privateNetwork, "fec0::", 10), Range(.multicast, "ff00::", 8),
    ].compactMap { $0 }
}

extension IPAddress {
    /// Mapped, NAT64 (RFC 6052) and 6to4 (RFC 3056): what is connected to in the end. nil for all others.
    var embeddedVersion4: IPAddress? {
        if let mappedVersion4 { return mappedVersion4 }
        guard isVersion6 else { return nil }
        if bytes[..<12].elementsEqual([0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) {
            return IPAddress(bytes: Array(bytes[12...]))
        }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return IPAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }
}
