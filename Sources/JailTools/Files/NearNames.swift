internal import LinuxSystem

/// Names in a folder that somebody may have meant.
enum NearNames {
    /// At most three, the nearest first.
    static func find(_ name: String, in folder: consuming Descriptor) throws(SystemError) -> [String] {
        var found: [(distance: Int, name: String)] = []
        var visited = 0
        let wanted = Array(name.lowercased().utf8)
        try folder.visitEntries { entry in
            visited += 1
            if let other = String(validating: entry.name, as: UTF8.self),
                let distance = distance(wanted, Array(other.lowercased().utf8))
            {
                found.append((distance, other))
            }
            return visited < visitedMax
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// A folder of a hundred thousand names is not worth more.
    private static let visitedMax = 20_000

    /// Nil where nobody would call them alike.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int? {
        if left == right { return 0 }
        // The same name with another ending.
        if let stem = stem(left), stem == self.stem(right) { return 1 }
        let allowed = max(left.count, right.count) / 3
        if abs(left.count - right.count) > allowed || max(left.count, right.count) > nameBytesMax { return nil }
        let distance = edits(left, right)
        return distance <= allowed ? distance : nil
    }

    private static let nameBytesMax = 255

    private static func stem(_ name: [UInt8]) -> ArraySlice<UInt8>? {
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return nil }
        return name[..<dot]
    }

    /// Levenshtein's distance.
    private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for place in right.indices {
                let replaced = diagonal + (byte == right[place] ? 0 : 1)
                diagonal = row[place + 1]
                row[place + 1] = min(replaced, row[place] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
