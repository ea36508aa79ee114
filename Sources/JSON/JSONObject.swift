internal import CSimdJSON

/// The members of an object in their order. Keys that came twice stay twice.
package struct JSONObject: Sendable {
    package struct Member: Sendable {
        package var key: String
        package var value: JSONValue

        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    package var members: [Member]

    package init(_ members: [Member] = []) {
        self.members = members
    }

    package init(_ element: JSONElement) {
        members = []
        members.reserveCapacity(element.isObject ? element.count : 0)
        for member in element.members {
            members.append(Member(key: member.key.string ?? "", value: JSONValue(member.value)))
        }
    }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }

    /// The last member of this key counts, as in JavaScript and Python. Set, it keeps its place, or is appended; its
    /// earlier namesakes go. A nil removes all of them.
    package subscript(key: String) -> JSONValue? {
        get { members.last { $0.key.hasSameUTF8(as: key) }?.value }
        set {
            guard let newValue else { return members.removeAll { $0.key.hasSameUTF8(as: key) } }
            guard let place = members.lastIndex(where: { $0.key.hasSameUTF8(as: key) }) else {
                return members.append(Member(key: key, value: newValue))
            }
            members[place].value = newValue
            for earlier in members[..<place].indices.reversed() where members[earlier].key.hasSameUTF8(as: key) {
                members.remove(at: earlier)
            }
        }
    }
}

extension JSONObject: Equatable {
    /// The order of different keys does not matter; the order of the values of one key does.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        if zip(left.members, right.members).allSatisfy({ $0.key.hasSameUTF8(as: $1.key) }) {
            return zip(left.members, right.members).allSatisfy { $0.value == $1.value }
        }
        return left.valuesByKey == right.valuesByKey
    }

    private var valuesByKey: [[UInt8]: [JSONValue]] {
        Dictionary(grouping: members) { Array($0.key.utf8) }.mapValues { $0.map(\.value) }
    }
}

extension String {
    /// Swift's `==` takes different spellings of one character for equal; JSON's keys and strings do not.
    func hasSameUTF8(as other: String) -> Bool {
        var left = self
        var right = other
        return left.withUTF8 { left in
            right.withUTF8 { right in
                left.count == right.count && csimdjson_equal_bytes(left.baseAddress, right.baseAddress, left.count)
            }
        }
    }
}
