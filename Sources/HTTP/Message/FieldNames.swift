/// A fixed set of field names, looked up without regard to case: by length first, so that most names are decided by one
/// comparison of numbers.
package struct FieldNames: Sendable {
    private var byCount: [[[UInt8]]]

    package init(_ names: [String]) {
        byCount = Array(repeating: [], count: (names.map(\.utf8.count).max() ?? 0) + 1)
        for name in names { byCount[name.utf8.count].append(Array(name.lowercased().utf8)) }
    }

    package func contains(_ name: UnsafeRawBufferPointer) -> Bool {
        if name.count >= byCount.count { return false }
        for candidate in byCount[name.count] {
            var index = 0
            while index < candidate.count, ASCII.lowercased(name[index]) == candidate[index] { index += 1 }
            if index == candidate.count { return true }
        }
        return false
    }
}
