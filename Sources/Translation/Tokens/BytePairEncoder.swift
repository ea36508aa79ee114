/// Cuts texts into the tokens of a vocabulary. It keeps its buffers from one text to the next, and what pieces came to that
/// are no tokens themselves; so one belongs to one thread.
package struct BytePairEncoder {
    private let vocabulary: Vocabulary
    /// Where each token of the piece at hand begins, and behind the last one where that ends.
    private var starts = [Int32](repeating: 0, count: shortMax + 2)
    /// Of each token and the next one together.
    private var ranks = [UInt32](repeating: Vocabulary.none, count: shortMax + 2)
    private var heap = MergeHeap()
    private var known = KnownPieces()

    package init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }

    /// How many tokens the text has.
    package mutating func count(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var total = 0
        forEachPiece(text) { encoder, piece, tables in
            if tables.rank(piece.baseAddress!, piece.count) != Vocabulary.none {
                total += 1
            } else if let known = encoder.known.count(of: piece) {
                total += known
            } else {
                let count = encoder.merge(piece, tables)
                total += count
                encoder.known.keep(piece, count)
            }
        }
        return total
    }

    /// The ranks of its tokens.
    package mutating func encode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt32] {
        var result: [UInt32] = []
        forEachPiece(text) { encoder, piece, tables in
            let whole = tables.rank(piece.baseAddress!, piece.count)
            if whole != Vocabulary.none { return result.append(whole) }
            let count = encoder.merge(piece, tables)
            for index in 0..<count {
                let start = Int(encoder.starts[index])
                result.append(tables.rank(piece.baseAddress! + start, Int(encoder.starts[index + 1]) - start))
            }
        }
        return result
    }

    @inline(__always)
    private mutating func forEachPiece(
        _ text: UnsafeBufferPointer<UInt8>,
        _ body: (inout BytePairEncoder, UnsafeBufferPointer<UInt8>, TokenTables) -> Void
    ) {
        guard let base = text.baseAddress, !text.isEmpty else { return }
        let vocabulary = vocabulary
        vocabulary.withTables { tables in
            let reader = PieceReader(text, tables.classes, vocabulary.pattern)
            var place = 0
            while place < text.count {
                let end = reader.end(from: place)
                body(&self, UnsafeBufferPointer(start: base + place, count: end - place), tables)
                place = end
            }
        }
    }

    // MARK: Merging

    /// Looking for the least one among all of them takes too long in a piece without end; a heap knows it.
    private static let shortMax = 128

    /// How many tokens the piece has; `starts` says where they are.
    private mutating func merge(_ piece: UnsafeBufferPointer<UInt8>, _ tables: TokenTables) -> Int {
        if piece.count > Self.shortMax { return mergeLong(piece, tables) }
        return starts.withUnsafeMutableBufferPointer { starts in
            ranks.withUnsafeMutableBufferPointer { ranks in
                Self.merge(piece, tables, starts.baseAddress!, ranks.baseAddress!)
            }
        }
    }

    private static func merge(
        _ piece: UnsafeBufferPointer<UInt8>, _ tables: TokenTables, _ starts: UnsafeMutablePointer<Int32>,
        _ ranks: UnsafeMutablePointer<UInt32>
    ) -> Int {
        let base = piece.baseAddress!
        var count = piece.count
        for place in 0..<(count - 1) {
            starts[place] = Int32(truncatingIfNeeded: place)
            ranks[place] = tables.pair(base[place], base[place + 1])
        }
        starts[count - 1] = Int32(truncatingIfNeeded: count - 1)
        starts[count] = Int32(truncatingIfNeeded: count)
        ranks[count - 1] = Vocabulary.none
        while count > 1 {
            // Two walks, each of which the processor does many at a time, are faster than one that does both.
            var least = Vocabulary.none
            for index in 0..<(count - 1) { least = min(least, ranks[index]) }
            if least == Vocabulary.none { break }
            var best = 0
            while ranks[best] != least { best += 1 }
            (starts + best + 1).update(from: starts + best + 2, count: count - best - 1)
            (ranks + best).update(from: ranks + best + 1, count: count - best - 1)
            count -= 1
            ranks[best] = together(best, count, base, tables, starts)
            if best > 0 { ranks[best - 1] = together(best - 1, count, base, tables, starts) }
        }
        return count
    }

    /// The rank of the token there and the next one as one.
    @inline(__always)
    private static func together(
        _ index: Int, _ count: Int, _ base: UnsafePointer<UInt8>, _ tables: TokenTables,
        _ starts: UnsafeMutablePointer<Int32>
    ) -> UInt32 {
        guard index + 1 < count else { return Vocabulary.none }
        return tables.rank(base + Int(starts[index]), Int(starts[index + 2] - starts[index]))
    }

    private mutating func mergeLong(_ piece: UnsafeBufferPointer<UInt8>, _ tables: TokenTables) -> Int {
        heap.merge(piece, tables)
        starts.removeAll(keepingCapacity: true)
        heap.forEachStart { starts.append(Int32($0)) }
        let count = starts.count
        starts.append(Int32(piece.count))
        while starts.count < Self.shortMax + 2 { starts.append(0) }
        return count
    }
}

/// The vocabulary's tables for the time of one text.
struct TokenTables {
    let bytes: UnsafePointer<UInt8>
    let slots: UnsafePointer<Vocabulary.Slot>
    let mask: Int
    let pairs: UnsafePointer<UInt32>
    let singles: UnsafePointer<UInt32>
    let classes: UnsafeBufferPointer<UInt8>
    let longest: Int

    @inline(__always)
    func pair(_ first: UInt8, _ second: UInt8) -> UInt32 { pairs[Int(first) << 8 | Int(second)] }

    /// The rank of these bytes, if they are a token.
    @inline(__always)
    func rank(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt32 {
        if count == 2 { return pair(start[0], start[1]) }
        if count == 1 { return singles[Int(start[0])] }
        if count > longest { return Vocabulary.none }
        let hash = TokenHash.of(start, count)
        let tag = UInt16(truncatingIfNeeded: hash >> 48)
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[place]
            if slot.rank == Vocabulary.none { return Vocabulary.none }
            if slot.tag == tag, Int(slot.count) == count, equal(bytes + Int(slot.start), start, count) {
                return slot.rank
            }
            place = (place + 1) & mask
        }
    }

    @inline(__always)
    private func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var place = 0
        while place + 8 <= count {
            let one = UnsafeRawPointer(left + place).loadUnaligned(as: UInt64.self)
            let other = UnsafeRawPointer(right + place).loadUnaligned(as: UInt64.self)
            if one != other { return false }
            place += 8
        }
        while place < count {
            if left[place] != right[place] { return false }
            place += 1
        }
        return true
    }
}

extension Vocabulary {
    func withTables<Result>(_ body: (TokenTables) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { bytes in
            slots.withUnsafeBufferPointer { slots in
                pairs.withUnsafeBufferPointer { pairs in
                    singles.withUnsafeBufferPointer { singles in
                        classes.withUnsafeBufferPointer { classes in
                            body(
                                TokenTables(
                                    bytes: bytes.baseAddress!, slots: slots.baseAddress!, mask: mask,
                                    pairs: pairs.baseAddress!, singles: singles.baseAddress!, classes: classes,
                                    longest: longest))
                        }
                    }
                }
            }
        }
    }
}
