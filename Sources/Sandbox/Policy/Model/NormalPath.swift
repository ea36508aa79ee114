/// An absolute path without `.`, `..`, empty parts or a slash at its end. Two of them name the same file if their parts
/// are the same bytes; what links make of them is for the host to say.
package struct NormalPath: Sendable, Hashable, CustomStringConvertible {
    package var parts: [String]

    package static let root = NormalPath(parts: [])

    package init(parts: [String]) { self.parts = parts }

    /// nil for what is no absolute path. `..` at the root stays there.
    package init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "/"), !text.utf8.contains(0) else { return nil }
        parts = []
        for part in text.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
    }

    package var text: String { "/" + parts.joined(separator: "/") }
    package var description: String { text }
    package var name: String { parts.last ?? "" }
    package var parent: NormalPath { NormalPath(parts: parts.dropLast()) }

    package func appending(_ more: some Sequence<String>) -> NormalPath { NormalPath(parts: parts + more) }

    /// Whether it is the other or lies beneath it, part by part: `/work2` is not beneath `/work`.
    package func isBeneath(_ other: NormalPath) -> Bool {
        parts.count >= other.parts.count && zip(parts, other.parts).allSatisfy { $0.hasSameBytes(as: $1) }
    }

    package static func == (left: NormalPath, right: NormalPath) -> Bool {
        left.parts.count == right.parts.count && left.isBeneath(right)
    }

    package func hash(into hasher: inout Hasher) {
        // By characters, which is quicker and no finer: what has the same bytes has the same characters.
        for part in parts { hasher.combine(part) }
    }
}

extension String {
    /// Swift's `==` takes different spellings of one character for equal; file systems do not.
    func hasSameBytes(as other: String) -> Bool {
        // Most that differ differ in length, which costs nothing to know.
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
