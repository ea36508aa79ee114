/// Merges the bytes of one long piece: the same merges in the same order as looking for the least rank each time, but in a
/// time that grows hardly faster than the piece.
struct MergeHeap {
    private struct Candidate {
        let rank: UInt32
        let start: Int32
        /// Where the second part ended when this was put here; if it no longer does, another candidate says so.
        let end: Int32

        static func < (left: Candidate, right: Candidate) -> Bool {
            left.rank != right.rank ? left.rank < right.rank : left.start < right.start
        }
    }

    private var heap: [Candidate] = []
    /// For each byte that a part begins with, where the next and the last part begin; -1 where none does.
    private var next: [Int32] = []
    private var previous: [Int32] = []

    mutating func merge(_ piece: UnsafeBufferPointer<UInt8>, _ tables: TokenTables) {
        let base = piece.baseAddress!
        let count = Int32(piece.count)
        heap.removeAll(keepingCapacity: true)
        next = Array(1...count)
        previous = Array(-1..<(count - 1))
        for start in 0..<Int(count - 1) {
            let rank = tables.pair(base[start], base[start + 1])
            if rank != Vocabulary.none { push(Candidate(rank: rank, start: Int32(start), end: Int32(start + 2))) }
        }
        while let best = pop() {
            let (start, middle) = (Int(best.start), Int(next[Int(best.start)]))
            // One of the two is gone, or has grown.
            guard middle > 0, middle < count, next[middle] == best.end else { continue }
            next[start] = best.end
            next[middle] = -1
            if best.end < count { previous[Int(best.end)] = best.start }
            consider(start, base, count, tables)
            if previous[start] >= 0 { consider(Int(previous[start]), base, count, tables) }
        }
    }

    func forEachStart(_ body: (Int) -> Void) {
        var start: Int32 = 0
        while start < Int32(next.count) {
            body(Int(start))
            start = next[Int(start)]
        }
    }

    private mutating func consider(_ start: Int, _ base: UnsafePointer<UInt8>, _ count: Int32, _ tables: TokenTables) {
        let middle = next[start]
        guard middle < count else { return }
        let end = next[Int(middle)]
        let rank = tables.rank(base + start, Int(end) - start)
        if rank != Vocabulary.none { push(Candidate(rank: rank, start: Int32(start), end: end)) }
    }

    private mutating func push(_ candidate: Candidate) {
        heap.append(candidate)
        var place = heap.count - 1
        while place > 0, case let parent = (place - 1) / 2, heap[place] < heap[parent] {
            heap.swapAt(place, parent)
            place = parent
        }
    }

    private mutating func pop() -> Candidate? {
        guard let best = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return best }
        heap[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == place { return best }
            heap.swapAt(place, least)
            place = least
        }
    }
}

/// How many tokens pieces have that are none themselves: names and numbers come again and again. Direct-mapped, so it never
/// grows and nothing must be thrown away.
struct KnownPieces {
    private struct Entry {
        var start: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var length: UInt8 = 0
        var count: UInt8 = 0
    }

    private static let entries = 4096
    private static let pieceBytesMax = 32
    private var entries: [Entry] = []

    func count(of piece: UnsafeBufferPointer<UInt8>) -> Int? {
        guard piece.count <= Self.pieceBytesMax, !entries.isEmpty else { return nil }
        let entry = entries[Self.place(piece)]
        guard Int(entry.length) == piece.count else { return nil }
        return Self.words(piece) == entry.start ? Int(entry.count) : nil
    }

    mutating func keep(_ piece: UnsafeBufferPointer<UInt8>, _ count: Int) {
        guard piece.count <= Self.pieceBytesMax else { return }
        if entries.isEmpty { entries = Array(repeating: Entry(), count: Self.entries) }
        entries[Self.place(piece)] = Entry(
            start: Self.words(piece), length: UInt8(piece.count), count: UInt8(count))
    }

    private static func place(_ piece: UnsafeBufferPointer<UInt8>) -> Int {
        Int(truncatingIfNeeded: TokenHash.of(piece.baseAddress!, piece.count)) & (entries - 1)
    }

    private static func words(_ piece: UnsafeBufferPointer<UInt8>) -> (UInt64, UInt64, UInt64, UInt64) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: UnsafeRawBufferPointer(piece)) }
        return words
    }
}
