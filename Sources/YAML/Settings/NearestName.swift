/// Which known name a mistyped one was meant to be.
package enum NearestName {
    /// Longer names than any we know are not worth a quadratic comparison.
    private static let lengthMax = 64

    /// The closest name, when it is close enough that the guess helps: a third of its letters may be wrong.
    package static func find(_ name: String, among known: some Sequence<String>) -> String? {
        guard name.count <= lengthMax else { return nil }
        let wanted = Array(name.lowercased())
        var best: (name: String, distance: Int)?
        for candidate in known {
            let distance = distance(wanted, Array(candidate.lowercased()))
            if distance <= max(1, min(candidate.count, wanted.count) / 3), distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    /// `; did you mean X?`, or nothing.
    package static func hint(for name: String, among known: some Sequence<String>) -> String {
        find(name, among: known).map { "; did you mean `\($0)`?" } ?? ""
    }

    /// Damerau-Levenshtein in its restricted form: insertions, deletions, substitutions, swaps of neighbours.
    package static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let same = left[row] == right[column]
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (same ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
