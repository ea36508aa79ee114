package import LinuxSystem

/// Why a text is no name of a host, as the end of a sentence.
package struct HostNameProblem: Error, Equatable, Sendable {
    package let message: String
    init(_ message: String) { self.message = message }
}

/// A host's name in its one form, or an address. Whoever compares names goes through here, so that two spellings of one
/// host cannot get two answers: lower case, without the dot of the root, ASCII only, no number in disguise.
package struct HostName: Sendable, Hashable, CustomStringConvertible {
    /// Empty for an address.
    package let labels: [String]
    package let address: IPAddress?

    private static let lengthMax = 253
    private static let labelLengthMax = 63

    package init(_ text: String) throws(HostNameProblem) {
        guard !text.isEmpty else { throw HostNameProblem("is empty") }
        for byte in text.utf8 {
            guard byte > 0x20, byte != 0x7F else { throw HostNameProblem("holds a blank or a control character") }
            guard byte < 0x80 else {
                throw HostNameProblem("is not ASCII; write the name as it travels, such as xn--bcher-kva.example")
            }
        }
        if text.hasPrefix("[") || text.contains(":") {
            let inner = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
            guard inner.contains(":"), let address = IPAddress(inner) else {
                throw HostNameProblem("is no address; one of version 6 looks like [2001:db8::1]")
            }
            self.init(address: address)
            return
        }
        var name = text[...]
        if name.hasSuffix(".") { name = name.dropLast() }
        guard !name.isEmpty, name.utf8.count <= Self.lengthMax else {
            throw HostNameProblem("is longer than a name can be, or nothing but a dot")
        }
        let labels = name.lowercased().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        for label in labels { try Self.check(label) }
        if let last = labels.last, Self.isNumber(last) {
            // inet_aton(3) and browsers read 0x7f.1, 2130706433 and 0177.0.0.1 as addresses too.
            guard let address = IPAddress(name.lowercased()) else {
                throw HostNameProblem("is a number that programs read as different addresses; write it as 192.0.2.1")
            }
            self.init(address: address)
            return
        }
        self.init(labels: labels, address: nil)
    }

    private init(address: IPAddress) {
        // The same host by another writing.
        self.init(labels: [], address: address.mappedVersion4 ?? address)
    }

    private init(labels: [String], address: IPAddress?) {
        self.labels = labels
        self.address = address
    }

    package var description: String {
        guard let address else { return labels.joined(separator: ".") }
        return address.isVersion6 ? "[\(address)]" : address.description
    }

    /// Below, not equal: `a.example.org` is below `example.org`, `badexample.org` is not.
    package func isBelow(_ base: HostName) -> Bool {
        address == nil && !base.labels.isEmpty && labels.count > base.labels.count
            && labels.suffix(base.labels.count).elementsEqual(base.labels)
    }

    private static func check(_ label: String) throws(HostNameProblem) {
        guard !label.isEmpty else { throw HostNameProblem("has an empty part between its dots") }
        guard label.utf8.count <= labelLengthMax else { throw HostNameProblem("has a part of more than 63 characters") }
        for byte in label.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                continue
            default:
                let shown = String(UnicodeScalar(byte))
                throw HostNameProblem("has a `\(shown)`, which no name of a host can have")
            }
        }
        guard !label.hasPrefix("-"), !label.hasSuffix("-") else {
            throw HostNameProblem("has a hyphen at an end of a part")
        }
        let bytes = Array(label.utf8)
        if bytes.count >= 4, bytes[2] == UInt8(ascii: "-"), bytes[3] == UInt8(ascii: "-") {
            guard label.hasPrefix("xn--"), Punycode.isLabel(label.dropFirst(4)) else {
                throw HostNameProblem("has a part with `--` that stands for no name")
            }
        }
    }

    /// What some reader takes for a number.
    private static func isNumber(_ label: String) -> Bool {
        if label.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
        guard label.hasPrefix("0x") else { return false }
        return label.dropFirst(2).utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
    }
}
