/// A fixed set of field names, looked up without regard to case: by length and first letter, so that most names are decided
/// without looking at the rest of them.
package struct FieldNames: Sendable {
    private let candidates: [[UInt8]]
    /// By length: a bit for each first letter that a name of that length has. Longer names than these are in no set.
    private let firstLetters: [UInt32]

    package init(_ names: [String]) {
        let lowered = names.map { Array($0.lowercased().utf8) }
        var letters = [UInt32](repeating: 0, count: (lowered.map(\.count).max() ?? 0) + 1)
        for name in lowered { letters[name.count] |= Self.bit(name.first ?? 0) }
        firstLetters = letters
        candidates = lowered
    }

    @inline(__always)
    private static func bit(_ byte: UInt8) -> UInt32 { 1 &<< (UInt32(byte) & 31) }

    package func contains(_ name: UnsafeRawBufferPointer) -> Bool {
        guard let first = name.first, name.count < firstLetters.count else { return false }
        return firstLetters[name.count] & Self.bit(first) != 0 && isCandidate(name)
    }

    private func isCandidate(_ name: UnsafeRawBufferPointer) -> Bool {
        candidates.contains { candidate in
            candidate.count == name.count
                && candidate.indices.allSatisfy { ASCII.lowercased(name[$0]) == candidate[$0] }
        }
    }
}
