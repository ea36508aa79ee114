package import JSON

/// Changes one value in a text of JSON and leaves everything else as it was written: order, indentation, spaces.
package struct JSONTextEdit {
    package private(set) var bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        let isBlank = bytes.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        self.bytes = isBlank ? Array("{}\n".utf8) : bytes
    }

    /// The value at `path`; objects on the way are made where they are missing, and what is no object is replaced by one.
    package mutating func set(_ path: [String], _ value: JSONValue) throws(JSONError) {
        let found = try look(path)
        let rest = path[found.depth...]
        guard let key = rest.first else { return replace(found.range, value, indentation(at: found.range.lowerBound)) }
        let inner = rest.dropFirst().reversed().reduce(value) { [$1: $0] }
        guard found.isObject else {
            return replace(
                found.range, .object(JSONObject([.init(key: key, value: inner)])),
                indentation(at: found.range.lowerBound))
        }
        insert(key, inner, into: found)
    }

    /// Nothing happens where there is nothing.
    package mutating func remove(_ path: [String]) throws(JSONError) {
        let found = try look(path)
        guard found.depth == path.count, let member = found.member else { return }
        var (start, end) = (member.lowerBound, member.upperBound)
        // With its comma: the one behind it, or that before it where it is the last.
        if let comma = next(from: end), bytes[comma] == UInt8(ascii: ",") {
            end = comma + 1
            while end < bytes.count, bytes[end] != 0x0A, isSpace(bytes[end]) { end += 1 }
            if end < bytes.count, bytes[end] == 0x0A {
                start = lineStart(start) ?? start
                end += start == member.lowerBound ? 0 : 1
            }
        } else {
            while start > 0, isSpace(bytes[start - 1]) { start -= 1 }
            if start > 0, bytes[start - 1] == UInt8(ascii: ",") { start -= 1 } else { start = member.lowerBound }
            if start == member.lowerBound {
                // It was alone: nothing stays between the braces.
                while start > 0, isSpace(bytes[start - 1]) { start -= 1 }
                while end < bytes.count, isSpace(bytes[end]) { end += 1 }
            }
        }
        bytes.removeSubrange(start..<end)
    }

    /// Whether there is a value.
    package func has(_ path: [String]) throws(JSONError) -> Bool { try look(path).depth == path.count }

    package func value(_ path: [String]) throws(JSONError) -> JSONValue? {
        let found = try look(path)
        guard found.depth == path.count else { return nil }
        return try JSONValue(parsing: Array(bytes[found.range]))
    }

    // MARK: Where things are

    private struct Found {
        /// So many keys of the path are there.
        var depth = 0
        var range: Range<Int>
        /// Key and value, when it is a member.
        var member: Range<Int>?
        var isObject: Bool
        var lastMember: Range<Int>?
    }

    private func look(_ path: [String]) throws(JSONError) -> Found {
        try JSONParser().parse(copying: bytes).withRoot { root in
            var element = root
            var found = Found(range: root.sourceRange, isObject: root.isObject)
            for key in path {
                // Of several the last counts, as for whoever reads it.
                guard let member = element.members.reversed().first(where: { $0.key.string == key }) else { break }
                element = member.value
                found.depth += 1
                found.range = element.sourceRange
                found.member = member.sourceRange
                found.isObject = element.isObject
            }
            for member in element.members { found.lastMember = member.sourceRange }
            return found
        }
    }

    // MARK: Writing

    private mutating func replace(_ range: Range<Int>, _ value: JSONValue, _ indentation: [UInt8]) {
        bytes.replaceSubrange(range, with: Self.text(value, indentation))
    }

    private mutating func insert(_ key: String, _ value: JSONValue, into found: Found) {
        let name = JSONValue.string(key).bytes()
        guard let last = found.lastMember else {
            let outer = indentation(at: found.range.lowerBound)
            let inner = outer + [0x20, 0x20]
            let text = [0x7B, 0x0A] + inner + name + [0x3A, 0x20] + Self.text(value, inner) + [0x0A] + outer + [0x7D]
            return bytes.replaceSubrange(found.range, with: text)
        }
        let before = bytes[..<last.lowerBound].reversed().prefix { isSpace($0) }.reversed()
        // On lines of their own or all on one, as the others are.
        let hasLines = before.contains(0x0A)
        let inner = hasLines ? Array(before.split(separator: 0x0A, omittingEmptySubsequences: false).last ?? []) : []
        let gap = hasLines ? [0x0A] + inner : [0x20]
        let written = hasLines ? Self.text(value, inner) : value.bytes()
        bytes.insert(contentsOf: [0x2C] + gap + name + [0x3A, 0x20] + written, at: last.upperBound)
    }

    /// Of the line that something stands on.
    private func indentation(at place: Int) -> [UInt8] {
        let start = bytes[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return Array(bytes[start...].prefix { $0 == 0x20 || $0 == 0x09 })
    }

    /// The beginning of a line on which nothing else stands before `place`.
    private func lineStart(_ place: Int) -> Int? {
        var start = place
        while start > 0, bytes[start - 1] == 0x20 || bytes[start - 1] == 0x09 { start -= 1 }
        return start == 0 || bytes[start - 1] == 0x0A ? start : nil
    }

    private func next(from place: Int) -> Int? { bytes[place...].firstIndex { !isSpace($0) } }

    private func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    private static func text(_ value: JSONValue, _ indentation: [UInt8]) -> [UInt8] {
        // A line feed in a text is escaped: those that are there are the layout's.
        value.bytes(style: .pretty).flatMap { $0 == 0x0A ? [$0] + indentation : [$0] }
    }
}
