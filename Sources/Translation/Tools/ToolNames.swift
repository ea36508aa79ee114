/// Names of tools that an upstream would refuse, and the ones that it gets instead. Which one it gets depends on the name
/// alone, so a conversation keeps it from turn to turn; the way back is a table of the names that this request has.
package struct ToolNames: Sendable {
    private var originals: [String: String] = [:]

    package init() {}

    /// OpenAI's rule, which most upstreams copied: 1 to 64 letters, digits, dashes and underscores.
    static let bytesMax = 64

    /// What the upstream gets in place of `name`.
    package mutating func forUpstream(_ name: String, beginningWithLetter: Bool = false) -> String {
        let begins = !beginningWithLetter || Self.beginsWithLetter(name.utf8)
        if begins && Self.isFit(name.utf8) { return name }
        let fit = begins ? Self.replacement(name) : "_" + Self.replacement(String(name.dropFirst()), of: name)
        originals[fit] = name
        return fit
    }

    /// What the client called it.
    package func original(_ name: String) -> String { originals[name] ?? name }

    var isEmpty: Bool { originals.isEmpty }

    static func isFit(_ name: some Collection<UInt8>) -> Bool {
        !name.isEmpty && name.count <= bytesMax && name.allSatisfy(isLetter)
    }

    /// Google's rule besides.
    static func beginsWithLetter(_ name: some Collection<UInt8>) -> Bool {
        guard let first = name.first else { return false }
        return isLetter(first) && first != UInt8(ascii: "-") && !(0x30...0x39).contains(first)
    }

    /// The front of it, to be read by the model, and a hash of all of it.
    private static func replacement(_ front: String, of name: String? = nil) -> String {
        let letters = front.utf8.prefix(bytesMax - (name == nil ? 17 : 18)).map {
            isLetter($0) ? $0 : UInt8(ascii: "_")
        }
        return String(decoding: letters, as: UTF8.self) + "_" + StableHash.text((name ?? front).utf8)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
