internal import JSON

/// A vocabulary of a byte-pair tokenizer, in the form in which tiktoken keeps them: a line for each token, its bytes in base64
/// and its rank. Merging starts at the lowest rank, so what comes out are the tokens that tiktoken finds.
package final class Vocabulary: Sendable {
    package struct Broken: Error, CustomStringConvertible, Equatable {
        package let line: Int
        package let reason: String
        package var description: String { "line \(line): \(reason)" }
    }

    package let pattern: TokenPattern
    /// The bytes of all tokens, one after the other.
    let bytes: [UInt8]
    /// For each slot of the table where its token's bytes begin, how many they are and its rank; open addressing.
    let slots: [Slot]
    let mask: Int
    /// The rank of each pair of bytes that is a token; `none` otherwise.
    let pairs: [UInt32]
    /// Single bytes are tokens in every complete vocabulary; their ranks.
    let singles: [UInt32]
    let classes = CharacterClasses.basicPlane
    package let count: Int
    /// No token has more bytes.
    let longest: Int

    struct Slot {
        var start: UInt32 = 0
        var count: UInt16 = 0
        /// The upper bits of the hash, so that hardly any other token's bytes are ever looked at.
        var tag: UInt16 = 0
        var rank: UInt32 = Vocabulary.none
    }

    static let none = UInt32.max
    private static let tokenBytesMax = Int(UInt16.max)

    package init(tiktoken text: UnsafeRawBufferPointer, _ pattern: TokenPattern) throws(Broken) {
        var bytes: [UInt8] = []
        var tokens: [(start: Int, count: Int, rank: UInt32)] = []
        var line = 0
        for row in text.split(separator: 0x0a, omittingEmptySubsequences: false) {
            line += 1
            let row = row.last == 0x0d ? row.dropLast() : row[...]
            if row.isEmpty { continue }
            guard let blank = row.firstIndex(of: 0x20),
                let rank = UInt32(String(decoding: row[(blank + 1)...], as: UTF8.self)), rank < Self.none
            else { throw Broken(line: line, reason: "is no token in base64 and its rank") }
            let start = bytes.count
            guard let token = Base64.decode(String(decoding: row[..<blank], as: UTF8.self)), !token.isEmpty,
                token.count <= Self.tokenBytesMax
            else { throw Broken(line: line, reason: "is no token in base64") }
            bytes += token
            tokens.append((start, token.count, rank))
        }
        guard !tokens.isEmpty else { throw Broken(line: 1, reason: "has no tokens") }
        var size = 1024
        while size < tokens.count * 2 { size *= 2 }
        var slots = Array(repeating: Slot(), count: size)
        var pairs = Array(repeating: Self.none, count: 0x10000)
        var singles = Array(repeating: Self.none, count: 256)
        bytes.withUnsafeBufferPointer { all in
            for token in tokens {
                let own = UnsafeBufferPointer(rebasing: all[token.start..<(token.start + token.count)])
                if own.count == 1 { singles[Int(own[0])] = token.rank }
                if own.count == 2 { pairs[Int(own[0]) << 8 | Int(own[1])] = token.rank }
                let hash = TokenHash.of(own.baseAddress!, own.count)
                var place = Int(truncatingIfNeeded: hash) & (size - 1)
                while slots[place].rank != Self.none { place = (place + 1) & (size - 1) }
                slots[place] = Slot(
                    start: UInt32(token.start), count: UInt16(token.count), tag: UInt16(truncatingIfNeeded: hash >> 48),
                    rank: token.rank)
            }
        }
        guard !singles.contains(Self.none) else {
            throw Broken(line: line, reason: "not every single byte is a token, so not every text could be told")
        }
        self.pattern = pattern
        self.bytes = bytes
        self.slots = slots
        self.pairs = pairs
        self.singles = singles
        mask = size - 1
        count = tokens.count
        longest = tokens.map(\.count).max() ?? 0
    }
}

enum TokenHash {
    /// Of up to 16 bytes at a time; tokens are short, so this is mostly one turn.
    @inline(__always)
    static func of(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let raw = UnsafeRawPointer(start)
        var hash = UInt64(truncatingIfNeeded: count) &* 0x9e37_79b9_7f4a_7c15
        var place = 0
        while count - place > 8 {
            hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        return mix(hash ^ tail(raw + place, count - place))
    }

    /// Up to eight bytes as one number, without reading beyond them.
    @inline(__always)
    private static func tail(_ raw: UnsafeRawPointer, _ count: Int) -> UInt64 {
        if count == 8 { return raw.loadUnaligned(as: UInt64.self) }
        if count >= 4 {
            let low = UInt64(raw.loadUnaligned(as: UInt32.self))
            return low | UInt64(raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)) << 32
        }
        if count == 0 { return 0 }
        let first = UInt64(raw.load(as: UInt8.self))
        let middle = UInt64(raw.load(fromByteOffset: count / 2, as: UInt8.self))
        return first | middle << 8 | UInt64(raw.load(fromByteOffset: count - 1, as: UInt8.self)) << 16
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let (high, low) = value.multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
        return high ^ low
    }
}
