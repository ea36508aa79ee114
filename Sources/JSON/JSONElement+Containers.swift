internal import CSimdJSON

extension JSONElement {
    /// Members of an object (duplicates included), elements of an array; 0 for other kinds.
    package var count: Int { Int(whole.count) }

    /// The entry, of which what it contains is known to be kept.
    var whole: csimdjson_entry {
        let entry = entry
        let isSkipped =
            entry.kind == CSIMDJSON_SKIPPED_ARRAY.rawValue || entry.kind == CSIMDJSON_SKIPPED_OBJECT.rawValue
        precondition(!isSkipped, "an outline does not keep what the members of the root contain")
        return entry
    }

    /// The elements of an array; none for other kinds.
    package var elements: Elements {
        let entry = whole
        guard csimdjson_kind(entry.kind) == CSIMDJSON_ARRAY else { return Elements(upcoming: at(index), end: index) }
        return Elements(upcoming: at(index + 1), end: entry.next)
    }

    /// The members of an object as they were written, duplicates included; none for other kinds.
    package var members: Members {
        let entry = whole
        guard csimdjson_kind(entry.kind) == CSIMDJSON_OBJECT else { return Members(upcoming: at(index), end: index) }
        return Members(upcoming: at(index + 1), end: entry.next)
    }

    /// The value of an object's member; nil if there is none, and for other kinds. Where a key is there twice the last
    /// one counts, as in JavaScript and Python.
    package subscript(key: String) -> JSONElement? {
        guard csimdjson_kind(whole.kind) == CSIMDJSON_OBJECT else { return nil }
        var key = key
        let found = key.withUTF8 { csimdjson_find(document, index, $0.baseAddress, $0.count) }
        return found == 0 ? nil : at(found + 1)
    }

    /// The element of an array, counted from 0; nil outside of it, and for other kinds. Walks from the start.
    package subscript(position: Int) -> JSONElement? {
        guard isArray, position >= 0, position < count else { return nil }
        for (number, element) in elements.enumerated() where number == position { return element }
        return nil
    }

    /// The keys that an object has more than once, in the order of their second appearance.
    package var duplicateKeys: [String] {
        var seen: Set<[UInt8]> = []
        var duplicates: [String] = []
        for member in members {
            let key = member.key.withUTF8 { Array($0) } ?? []
            if !seen.insert(key).inserted {
                let name = String(decoding: key, as: UTF8.self)
                if !duplicates.contains(where: { $0.utf8.elementsEqual(key) }) { duplicates.append(name) }
            }
        }
        return duplicates
    }

    package struct Elements: Sequence, IteratorProtocol {
        var upcoming: JSONElement
        let end: UInt32

        package mutating func next() -> JSONElement? {
            guard upcoming.index < end else { return nil }
            let element = upcoming
            upcoming = element.at(element.entry.next)
            return element
        }
    }

    package struct Member {
        package let key: JSONElement
        package let value: JSONElement

        /// Both as they were written, from the key's quote to the end of the value.
        package var sourceRange: Range<Int> { key.sourceRange.lowerBound..<value.sourceRange.upperBound }
    }

    package struct Members: Sequence, IteratorProtocol {
        var upcoming: JSONElement
        let end: UInt32

        package mutating func next() -> Member? {
            guard upcoming.index < end else { return nil }
            let member = Member(key: upcoming, value: upcoming.at(upcoming.index + 1))
            upcoming = upcoming.at(member.value.entry.next)
            return member
        }
    }
}
