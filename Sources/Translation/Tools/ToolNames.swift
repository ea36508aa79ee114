/// Names of tools that an upstream would refuse, and the ones that it gets instead. Which one it gets depends on the name
/// alone, so a conversation keeps it from turn to turn; the way back is a table of the names that this request has.
package struct ToolNames: Sendable {
    private var originals: [String: String] = [:]

    package init() {}

    /// OpenAI's rule, which most upstreams copied: 1 to 64 letters, digits, dashes and underscores.
    static let bytesMax = 64

    /// What the upstream gets in place of `name`.
    package mutating func forUpstream(_ name: String) -> String {
        if Self.isFit(name.utf8) { return name }
        let fit = Self.replacement(name)
        originals[fit] = name
        return fit
    }

    /// What the client called it.
    package func original(_ name: String) -> String { originals[name] ?? name }

    var isEmpty: Bool { originals.isEmpty }

    static func isFit(_ name: some Collection<UInt8>) -> Bool {
        !name.isEmpty && name.count <= bytesMax && name.allSatisfy(isLetter)
    }

    /// The front of it, to be read by the model, and a hash of all of it.
    private static func replacement(_ name: String) -> String {
        let front = name.utf8.prefix(bytesMax - 17).map { isLetter($0) ? $0 : UInt8(ascii: "_") }
        return String(decoding: front, as: UTF8.self) + "_" + StableHash.text(name.utf8)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
