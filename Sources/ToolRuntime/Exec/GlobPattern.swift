/// A pattern of paths as people write it for shells and git: `*` and `?` stay within a name, `**` is any number of folders,
/// `[a-z]` and `[!x]` are one character of a set, `{a,b}` one of several texts. By bytes, for names that are no UTF-8.
package struct GlobPattern: Sendable {
    private let alternatives: [[[UInt8]]]
    /// What the name has to fit, before anything else of a path is looked at: most paths are looked at for nothing. Empty where a
    /// pattern ends with `**` and says nothing of names.
    private let names: [[UInt8]]
    /// The name is all that is asked about.
    private let isOfName: Bool
    /// A part of it begins with a dot, so that hidden names are meant.
    package let namesHidden: Bool

    /// Nobody means more, and each costs a look at every path.
    private static let alternativesMax = 256

    package init(_ text: String) {
        let bytes = Array(text.utf8)
        let expanded = Self.expand(bytes)
        alternatives = expanded.map { pattern in
            pattern.split(separator: UInt8(ascii: "/")).map(Array.init).filter { $0 != [UInt8(ascii: ".")] }
        }
        let ends = alternatives.map { $0.last ?? Self.anyDepth }
        names = ends.contains(Self.anyDepth) ? [] : ends
        // Without a slash it is about names, in whichever folder.
        let isBare = !bytes.contains(UInt8(ascii: "/"))
        isOfName =
            !names.isEmpty
            && alternatives.allSatisfy { parts in
                parts.count == 1 && isBare || parts.count == 2 && parts[0] == Self.anyDepth
            }
        namesHidden = alternatives.contains { $0.contains { $0.first == UInt8(ascii: ".") } }
    }

    package func matches(_ path: [UInt8]) -> Bool { matches(path[...]) }

    /// Of a path without a slash at its beginning.
    package func matches(_ path: ArraySlice<UInt8>) -> Bool {
        let slash = UInt8(ascii: "/")
        let name = path.lastIndex(of: slash).map { path[($0 + 1)...] } ?? path
        if name.isEmpty { return false }
        if !names.isEmpty, !names.contains(where: { Self.matches($0[...], name) }) { return false }
        if isOfName { return true }
        let parts = path.split(separator: slash)
        return alternatives.contains { Self.matches($0[...], parts[...]) }
    }

    private static let anyDepth = Array("**".utf8)

    private static func matches(_ pattern: ArraySlice<[UInt8]>, _ parts: ArraySlice<ArraySlice<UInt8>>) -> Bool {
        // The place to come back to: behind the last `**`, one part further each time.
        var (pattern, parts) = (pattern, parts)
        var back: (pattern: ArraySlice<[UInt8]>, parts: ArraySlice<ArraySlice<UInt8>>)?
        while true {
            if let first = pattern.first, first == anyDepth {
                pattern = pattern.dropFirst()
                if pattern.isEmpty { return !parts.isEmpty }
                back = (pattern, parts)
            } else if let first = pattern.first, let part = parts.first, matches(first[...], part) {
                (pattern, parts) = (pattern.dropFirst(), parts.dropFirst())
            } else if pattern.isEmpty, parts.isEmpty {
                return true
            } else if let (after, from) = back, !from.isEmpty {
                back = (after, from.dropFirst())
                (pattern, parts) = (after, from.dropFirst())
            } else {
                return false
            }
        }
    }

    /// Within one name; with one place to come back to, which is enough.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var (pattern, name) = (pattern, name)
        var back: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern = pattern.drop { $0 == UInt8(ascii: "*") }
                back = (pattern, name)
            } else if let byte = name.first, let rest = step(pattern, byte, name) {
                (pattern, name) = (rest.pattern, rest.name)
            } else if pattern.isEmpty, name.isEmpty {
                return true
            } else if let (after, from) = back, !from.isEmpty {
                back = (after, from.dropFirst())
                (pattern, name) = (after, from.dropFirst())
            } else {
                return false
            }
        }
    }

    /// What is left once one character is taken; nil when it does not fit.
    private static func step(
        _ pattern: ArraySlice<UInt8>, _ byte: UInt8, _ name: ArraySlice<UInt8>
    ) -> (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)? {
        switch pattern.first {
        case UInt8(ascii: "?"):
            // All bytes of a character of UTF-8.
            return (pattern.dropFirst(), name.dropFirst().drop { $0 & 0xC0 == 0x80 })
        case UInt8(ascii: "["):
            if let set = CharacterSet(pattern) { return set.contains(byte) ? (set.rest, name.dropFirst()) : nil }
            return byte == UInt8(ascii: "[") ? (pattern.dropFirst(), name.dropFirst()) : nil
        case UInt8(ascii: "\\") where pattern.count > 1:
            return pattern.dropFirst().first == byte ? (pattern.dropFirst(2), name.dropFirst()) : nil
        case byte: return (pattern.dropFirst(), name.dropFirst())
        default: return nil
        }
    }

    /// `{a,b}` written out, inner ones too; a brace without its partner is a character.
    private static func expand(_ pattern: [UInt8]) -> [[UInt8]] {
        var done: [[UInt8]] = []
        var open = [pattern]
        while let next = open.popLast() {
            guard done.count + open.count < alternativesMax, let (start, end, parts) = braces(next) else {
                done.append(next)
                continue
            }
            for part in parts.reversed() { open.append(Array(next[..<start]) + part + Array(next[end...])) }
        }
        return done
    }

    private static func braces(_ pattern: [UInt8]) -> (start: Int, end: Int, parts: [[UInt8]])? {
        guard let start = pattern.firstIndex(of: UInt8(ascii: "{")) else { return nil }
        var (depth, parts, part): (Int, [[UInt8]], [UInt8]) = (0, [], [])
        for (index, byte) in pattern.enumerated().dropFirst(start) {
            switch byte {
            case UInt8(ascii: "{"):
                depth += 1
                if depth > 1 { part.append(byte) }
            case UInt8(ascii: "}") where depth == 1: return (start, index + 1, parts + [part])
            case UInt8(ascii: "}"):
                depth -= 1
                part.append(byte)
            case UInt8(ascii: ",") where depth == 1:
                parts.append(part)
                part = []
            default: part.append(byte)
            }
        }
        return nil
    }
}

/// `[a-z]`, `[!abc]`.
private struct CharacterSet {
    private var ranges: [ClosedRange<UInt8>] = []
    private let isNegated: Bool
    let rest: ArraySlice<UInt8>

    /// nil without a bracket at its end: then it is a character like others.
    init?(_ pattern: ArraySlice<UInt8>) {
        var inner = pattern.dropFirst()
        isNegated = inner.first == UInt8(ascii: "!") || inner.first == UInt8(ascii: "^")
        if isNegated { inner = inner.dropFirst() }
        // One that stands first is no end.
        guard let end = inner.dropFirst().firstIndex(of: UInt8(ascii: "]")) else { return nil }
        var members = inner[..<end]
        while let low = members.popFirst() {
            if members.first == UInt8(ascii: "-"), let high = members.dropFirst().first {
                if low <= high { ranges.append(low...high) }
                members = members.dropFirst(2)
            } else {
                ranges.append(low...low)
            }
        }
        rest = pattern[(end + 1)...]
    }

    func contains(_ byte: UInt8) -> Bool { ranges.contains { $0.contains(byte) } != isNegated }
}
