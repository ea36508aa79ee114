/// How a tokenizer cuts a text into the pieces within which it merges bytes. These are published as regular expressions;
/// they are read by hand here, which is many times faster, to the same ends.
package enum TokenPattern: String, Sendable, CaseIterable {
    /// Of GPT-4o and everything after it.
    case o200k
    /// Of GPT-4 and GPT-3.5.
    case cl100k
    /// Of GPT-2, GPT-3 and Codex.
    case gpt2
}

/// Walks over a text, piece by piece. The text must be UTF-8.
struct PieceReader {
    private let text: UnsafeBufferPointer<UInt8>
    private let classes: UnsafeBufferPointer<UInt8>
    private let pattern: TokenPattern

    init(_ text: UnsafeBufferPointer<UInt8>, _ classes: UnsafeBufferPointer<UInt8>, _ pattern: TokenPattern) {
        self.text = text
        self.classes = classes
        self.pattern = pattern
    }

    /// Where the piece ends that begins here, which is before the end of the text.
    @inline(__always)
    func end(from start: Int) -> Int {
        let (first, afterFirst) = read(start)
        switch pattern {
        case .o200k: return o200k(start, first, afterFirst)
        case .cl100k: return cl100k(start, first, afterFirst)
        case .gpt2: return gpt2(start, first, afterFirst)
        }
    }

    // MARK: Characters

    /// The class of the character that begins here, and where the next one does; none at the end.
    @inline(__always)
    private func read(_ place: Int) -> (CharacterClass, Int) {
        guard place < text.count else { return (CharacterClass(), place) }
        let byte = text[place]
        if byte < 0x80 { return (CharacterClass(rawValue: classes[Int(byte)]), place + 1) }
        return readLong(place, UInt32(byte))
    }

    private func readLong(_ place: Int, _ byte: UInt32) -> (CharacterClass, Int) {
        let count = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
        guard place + count <= text.count else { return (CharacterClass(), text.count) }
        var value = byte & (0x7f >> UInt32(count))
        for index in 1..<count { value = value << 6 | UInt32(text[place + index] & 0x3f) }
        if value < 0x10000 { return (CharacterClass(rawValue: classes[Int(value)]), place + count) }
        return (Unicode.Scalar(value).map(CharacterClass.init) ?? CharacterClass(), place + count)
    }

    /// Where the run of characters ends that have one of these classes.
    @inline(__always)
    private func run(of wanted: CharacterClass, from start: Int) -> Int {
        var place = start
        while place < text.count {
            let (kind, next) = read(place)
            if kind.isDisjoint(with: wanted) { break }
            place = next
        }
        return place
    }

    /// The run of characters that have none of these.
    @inline(__always)
    private func run(outside unwanted: CharacterClass, from start: Int) -> Int {
        var place = start
        while place < text.count {
            let (kind, next) = read(place)
            if !kind.isDisjoint(with: unwanted) { break }
            place = next
        }
        return place
    }

    private func byte(_ place: Int) -> UInt8 { place < text.count ? text[place] : 0 }

    // MARK: The patterns

    @inline(__always)
    private func o200k(_ start: Int, _ first: CharacterClass, _ afterFirst: Int) -> Int {
        let isPrefix = first.isDisjoint(with: [.letter, .number, .newline])
        let word = (isPrefix ? self.word(from: afterFirst) : nil) ?? self.word(from: start)
        if let word { return contraction(word) ?? word }
        if first.contains(.number) { return numbers(afterFirst) }
        if let other = others(start, first, afterFirst) {
            var place = other
            while case let next = byte(place), next == 0x0a || next == 0x0d || next == 0x2f { place += 1 }
            return place
        }
        return spaces(start, toNewline: true, wholeAtEnd: false)
    }

    /// Capitals, then small letters, one of the two at least; letters of scripts that know no case are both.
    @inline(__always)
    private func word(from start: Int) -> Int? {
        var place = start
        var lastBoth: Int?
        while place < text.count {
            let (kind, next) = read(place)
            guard kind.contains(.upper) else {
                if kind.contains(.lower) { return run(of: .lower, from: next) }
                break
            }
            if kind.contains(.lower) { lastBoth = next }
            place = next
        }
        // Capitals at the end are a word of their own if something before them can end one.
        return lastBoth ?? (place > start ? place : nil)
    }

    @inline(__always)
    private func cl100k(_ start: Int, _ first: CharacterClass, _ afterFirst: Int) -> Int {
        if let end = contraction(start) { return end }
        if first.contains(.letter) { return run(of: .letter, from: afterFirst) }
        if first.isDisjoint(with: [.number, .newline]) {
            let end = run(of: .letter, from: afterFirst)
            if end > afterFirst { return end }
        }
        if first.contains(.number) { return numbers(afterFirst) }
        if let other = others(start, first, afterFirst) {
            var place = other
            while case let next = byte(place), next == 0x0a || next == 0x0d { place += 1 }
            return place
        }
        return spaces(start, toNewline: true, wholeAtEnd: true)
    }

    private func gpt2(_ start: Int, _ first: CharacterClass, _ afterFirst: Int) -> Int {
        if let end = contraction(start, ignoresCase: false) { return end }
        let begin = text[start] == 0x20 ? afterFirst : start
        for wanted in [CharacterClass.letter, .number] {
            let end = run(of: wanted, from: begin)
            if end > begin { return end }
        }
        if let other = others(start, first, afterFirst) { return other }
        return spaces(start, toNewline: false, wholeAtEnd: true)
    }

    /// Up to three of them.
    @inline(__always)
    private func numbers(_ afterFirst: Int) -> Int {
        let (second, afterSecond) = read(afterFirst)
        guard second.contains(.number) else { return afterFirst }
        let (third, afterThird) = read(afterSecond)
        return third.contains(.number) ? afterThird : afterSecond
    }

    /// Signs, with a blank before them.
    @inline(__always)
    private func others(_ start: Int, _ first: CharacterClass, _ afterFirst: Int) -> Int? {
        let begin = text[start] == 0x20 ? afterFirst : start
        let end = run(outside: .spaceLetterOrNumber, from: begin)
        return end > begin ? end : nil
    }

    /// White space: up to its last line feed, where the pattern has that; all of it at the end of the text; otherwise all but
    /// the last character, which belongs to the word behind.
    private func spaces(_ start: Int, toNewline: Bool, wholeAtEnd: Bool) -> Int {
        var place = start
        var last = start
        var afterNewline: Int?
        while place < text.count {
            let (kind, next) = read(place)
            guard kind.contains(.space) else { break }
            if kind.contains(.newline) { afterNewline = next }
            last = place
            place = next
        }
        if place == text.count && wholeAtEnd { return place }
        if toNewline, let afterNewline { return afterNewline }
        return place == text.count || last == start ? place : last
    }

    /// The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d`, if one of them begins here.
    @inline(__always)
    private func contraction(_ start: Int, ignoresCase: Bool = true) -> Int? {
        guard byte(start) == UInt8(ascii: "'") else { return nil }
        let mask: UInt8 = ignoresCase ? 0x20 : 0
        let (first, second) = (byte(start + 1), byte(start + 2))
        switch first | mask {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"): return second | mask == UInt8(ascii: "e") ? start + 3 : nil
        case UInt8(ascii: "l"): return second | mask == UInt8(ascii: "l") ? start + 3 : nil
        // The long s, which is an s without its case.
        case 0xe5 where ignoresCase && first == 0xc5 && second == 0xbf: return start + 3
        default: return nil
        }
    }
}
