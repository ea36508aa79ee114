/// A pattern for names and paths: `*` and `?` within a part, `**` over several, `[a-z]`, `{a,b}`. Without a slash it is held
/// against the last part of a path, with one against all of it.
package struct GlobPattern: Equatable, Sendable {
    private let alternatives: [[UInt8]]

    package init(_ pattern: String) {
        var bytes = Array(pattern.utf8)
        if bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        alternatives = Self.expanded(bytes)
    }

    /// More than that are not taken apart: `{a,b}{a,b}…` would double with each.
    private static let alternativesMax = 256

    package func matches(path: [UInt8]) -> Bool {
        alternatives.contains { pattern in
            if pattern.contains(UInt8(ascii: "/")) {
                let isRooted = pattern.first == UInt8(ascii: "/")
                return Self.matches(isRooted ? pattern.dropFirst() : pattern[...], path[...])
            }
            let name = path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path[...]
            return Self.matches(pattern[...], name)
        }
    }

    /// Going on after the last star when something does not fit; one star within a part and one over parts are remembered,
    /// which is enough, and takes no more than quadratic time each.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        var budget = stepsMax
        return matches(pattern, text, &budget)
    }

    private static let stepsMax = 100_000

    private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, _ budget: inout Int) -> Bool {
        var pattern = pattern
        var text = text
        while let first = pattern.first {
            budget -= 1
            if budget < 0 { return false }
            switch first {
            case UInt8(ascii: "*"):
                let stars = pattern.prefix { $0 == UInt8(ascii: "*") }.count
                var rest = pattern.dropFirst(stars)
                let crosses = stars > 1
                // `**/` is any number of folders, none included.
                if crosses, rest.first == UInt8(ascii: "/") {
                    if matches(rest.dropFirst(), text, &budget) { return true }
                    while let slash = text.firstIndex(of: UInt8(ascii: "/")) {
                        text = text[(slash + 1)...]
                        if matches(rest.dropFirst(), text, &budget) { return true }
                    }
                    return false
                }
                if rest.isEmpty { return crosses || !text.contains(UInt8(ascii: "/")) }
                rest = rest[...]
                while true {
                    if matches(rest, text, &budget) { return true }
                    guard let byte = text.popFirst(), crosses || byte != UInt8(ascii: "/") else { return false }
                }
            case UInt8(ascii: "?"):
                guard let byte = text.popFirst(), byte != UInt8(ascii: "/") else { return false }
                // All bytes of one character.
                while let next = text.first, next & 0xc0 == 0x80 { text.removeFirst() }
                pattern.removeFirst()
            case UInt8(ascii: "["):
                guard let (set, rest) = characterSet(pattern) else { fallthrough }
                guard let byte = text.popFirst(), byte != UInt8(ascii: "/"), set(byte) else { return false }
                pattern = rest
            default:
                let isEscape = first == UInt8(ascii: "\\") && pattern.count > 1
                if isEscape { pattern.removeFirst() }
                guard text.popFirst() == pattern.popFirst() else { return false }
            }
        }
        return text.isEmpty
    }

    private static func characterSet(
        _ pattern: ArraySlice<UInt8>
    ) -> (contains: (UInt8) -> Bool, rest: ArraySlice<UInt8>)? {
        var inner = pattern.dropFirst()
        let isNegated = inner.first == UInt8(ascii: "!") || inner.first == UInt8(ascii: "^")
        if isNegated { inner.removeFirst() }
        // A bracket that comes first stands for itself.
        guard let end = inner.dropFirst().firstIndex(of: UInt8(ascii: "]")) else { return nil }
        var ranges: [ClosedRange<UInt8>] = []
        var members = inner[..<end]
        while let low = members.popFirst() {
            if members.first == UInt8(ascii: "-"), let high = members.dropFirst().first {
                members.removeFirst(2)
                if low <= high { ranges.append(low...high) }
            } else {
                ranges.append(low...low)
            }
        }
        return ({ byte in ranges.contains { $0.contains(byte) } != isNegated }, inner[(end + 1)...])
    }

    /// Each alternative of the first braces, with what they expand to in turn.
    private static func expanded(_ pattern: [UInt8]) -> [[UInt8]] {
        var found = [pattern]
        var done: [[UInt8]] = []
        while let next = found.popLast() {
            guard done.count + found.count < alternativesMax, let parts = braces(next) else {
                done.append(next)
                continue
            }
            for choice in parts.choices { found.append(parts.before + choice + parts.after) }
        }
        return done
    }

    private static func braces(_ pattern: [UInt8]) -> (before: [UInt8], choices: [[UInt8]], after: [UInt8])? {
        guard let open = pattern.firstIndex(of: UInt8(ascii: "{")) else { return nil }
        var depth = 0
        var choices: [[UInt8]] = [[]]
        for index in open..<pattern.count {
            let byte = pattern[index]
            if byte == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0, index > open {
                return (Array(pattern[..<open]), choices, Array(pattern[(index + 1)...]))
            }
            if byte == UInt8(ascii: ","), depth == 1 {
                choices.append([])
            } else if index > open {
                choices[choices.count - 1].append(byte)
            }
            if byte == UInt8(ascii: "{") { depth += 1 }
        }
        return nil
    }
}
