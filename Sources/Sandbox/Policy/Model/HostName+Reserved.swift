package import LinuxSystem

extension HostName {
    /// This machine, its network, or the service of a cloud that hands out keys: reached only where a rule names it
    /// itself. What a public name resolves to is checked again when it is connected to.
    package var isReserved: Bool {
        if let address { return !address.isPublic }
        if labels.count == 1 { return true }
        let name = labels.joined(separator: ".")
        return Self.reservedEndings.contains { name == $0 || name.hasSuffix(".\($0)") }
    }

    /// RFC 6761, RFC 6762, RFC 8375, RFC 9476, and the names of the clouds' metadata services.
    private static let reservedEndings = [
        "localhost", "localdomain", "local", "internal", "home.arpa", "intranet", "lan", "corp", "home", "private",
        "alt", "onion", "metadata.google.internal", "instance-data.ec2.internal",
    ]
}

extension IPAddress {
    /// ::ffff:a.b.c.d and the deprecated ::a.b.c.d.
    package var mappedVersion4: IPAddress? {
        guard bytes.count == 16 else { return nil }
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? IPAddress(bytes[12...].map(String.init).joined(separator: ".")) : nil
    }

    /// Everywhere else than in this list of what the registries of IANA give no public meaning to.
    package var isPublic: Bool {
        guard bytes.count == 16 else { return !Self.matches(bytes, Self.reserved4) }
        if let inner = mappedVersion4 { return inner.isPublic }
        // NAT64 and 6to4 carry an address of version 4 in them.
        if Self.matches(bytes, [([0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0], 96)]) {
            return !Self.matches(Array(bytes[12...]), Self.reserved4)
        }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return !Self.matches(Array(bytes[2..<6]), Self.reserved4) }
        return bytes[0] & 0xE0 == 0x20 && !Self.matches(bytes, Self.reserved6)
    }

    private static let reserved4: [([UInt8], Int)] = [
        ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24),
        ([192, 0, 2], 24), ([192, 88, 99], 24), ([192, 168], 16), ([198, 18], 15), ([198, 51, 100], 24),
        ([203, 0, 113], 24), ([224], 3),
    ]
    /// Within 2000::/3, the only public part.
    private static let reserved6: [([UInt8], Int)] = [
        ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x3F, 0xFF], 20),
    ]

    private static func matches(_ bytes: [UInt8], _ ranges: [([UInt8], Int)]) -> Bool {
        ranges.contains { prefix, length in
            prefix.enumerated().allSatisfy { index, byte in
                let bits = min(8, length - index * 8)
                let mask: UInt8 = bits >= 8 ? 0xFF : ~(0xFF >> UInt8(max(0, bits)))
                return bytes[index] & mask == byte & mask
            }
        }
    }
}
