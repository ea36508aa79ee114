/// A piece of a word, seen from the side of its value.
enum ShellAtom {
    case plain([UInt8])
    case quoted([UInt8])
    case unknown(ShellUnknown)
}

/// `a{b,c}` and `{1..3}`, where they are plain enough that every shell agrees on them.
enum ShellBraces {
    /// Nil where there are braces that we do not dare to expand, or too many words.
    static func expand(_ atoms: [ShellAtom], wordsMax: Int) -> [[ShellAtom]]? {
        guard mayExpand(atoms) else { return [atoms] }
        var single: [ShellAtom] = []
        for atom in atoms {
            if case .plain(let bytes) = atom { single += bytes.map { .plain([$0]) } } else { single.append(atom) }
        }
        guard single.count <= bytesMax, isBalanced(single) else { return nil }
        return expand(single[...], wordsMax)
    }

    /// Braces in longer words are not looked into.
    private static let bytesMax = 4096
    private static let depthMax = 8

    static func mayExpand(_ atoms: [ShellAtom]) -> Bool {
        var opens = false
        var divides = false
        for case .plain(let bytes) in atoms {
            opens = opens || bytes.contains(ShellByte.openBrace)
            divides = divides || bytes.contains(UInt8(ascii: ",")) || bytes.contains(UInt8(ascii: "."))
        }
        return opens && divides
    }

    private static func byte(_ atom: ShellAtom) -> UInt8? {
        if case .plain(let bytes) = atom { bytes.first } else { nil }
    }

    private static func isBalanced(_ atoms: [ShellAtom]) -> Bool {
        var depth = 0
        for atom in atoms {
            if byte(atom) == ShellByte.openBrace { depth += 1 }
            if byte(atom) == ShellByte.closeBrace { depth -= 1 }
            if depth < 0 || depth > depthMax { return false }
        }
        return depth == 0
    }

    private static func expand(_ atoms: ArraySlice<ShellAtom>, _ wordsMax: Int) -> [[ShellAtom]]? {
        var heads: [[ShellAtom]] = [[]]
        var place = atoms.startIndex
        while place < atoms.endIndex {
            guard byte(atoms[place]) == ShellByte.openBrace else {
                for index in heads.indices { heads[index].append(atoms[place]) }
                place += 1
                continue
            }
            let close = closing(place, atoms)
            guard let choices = alternatives(atoms[(place + 1)..<close], wordsMax),
                choices.count * heads.count <= wordsMax
            else { return nil }
            heads = heads.flatMap { head in choices.map { head + $0 } }
            place = close + 1
        }
        return heads
    }

    /// They are balanced, so there is one.
    private static func closing(_ open: Int, _ atoms: ArraySlice<ShellAtom>) -> Int {
        var depth = 0
        for place in open..<atoms.endIndex {
            if byte(atoms[place]) == ShellByte.openBrace { depth += 1 }
            if byte(atoms[place]) == ShellByte.closeBrace { depth -= 1 }
            if depth == 0 { return place }
        }
        return atoms.endIndex - 1
    }

    /// What stands between two braces, as its alternatives.
    private static func alternatives(_ inner: ArraySlice<ShellAtom>, _ wordsMax: Int) -> [[ShellAtom]]? {
        var pieces: [ArraySlice<ShellAtom>] = []
        var depth = 0
        var start = inner.startIndex
        for place in inner.indices {
            switch byte(inner[place]) {
            case ShellByte.openBrace: depth += 1
            case ShellByte.closeBrace: depth -= 1
            case UInt8(ascii: ",") where depth == 0:
                pieces.append(inner[start..<place])
                start = place + 1
            default: break
            }
        }
        if pieces.isEmpty { return sequence(inner, wordsMax) }
        pieces.append(inner[start...])
        var found: [[ShellAtom]] = []
        for piece in pieces {
            guard let words = expand(piece, wordsMax) else { return nil }
            found += words
            if found.count > wordsMax { return nil }
        }
        return found
    }

    /// `1..3`, `a..e`; without dots the braces are themselves.
    private static func sequence(_ inner: ArraySlice<ShellAtom>, _ wordsMax: Int) -> [[ShellAtom]]? {
        let plain = inner.compactMap(byte)
        let text = String(decoding: plain, as: UTF8.self)
        guard text.contains("..") else {
            guard let words = expand(inner, wordsMax) else { return nil }
            return words.map { [.plain([ShellByte.openBrace])] + $0 + [.plain([ShellByte.closeBrace])] }
        }
        let ends = text.split(separator: ".", omittingEmptySubsequences: false)
        guard plain.count == inner.count, ends.count == 3, ends[1].isEmpty else { return nil }
        if let first = number(ends[0]), let last = number(ends[2]) {
            guard abs(last - first) < wordsMax else { return nil }
            return stride(from: first, through: last, by: first <= last ? 1 : -1).map {
                [.plain(Array(String($0).utf8))]
            }
        }
        guard let first = letter(ends[0]), let last = letter(ends[2]), (first < 0x60) == (last < 0x60) else {
            return nil
        }
        return stride(from: Int(first), through: Int(last), by: first <= last ? 1 : -1).map { [.plain([UInt8($0)])] }
    }

    /// Without leading zeros, which would set a width.
    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.count <= 9, let value = Int(text), String(value) == text else { return nil }
        return value
    }

    private static func letter(_ text: Substring) -> UInt8? {
        guard text.utf8.count == 1, let byte = text.utf8.first, byte.startsShellName, byte != UInt8(ascii: "_") else {
            return nil
        }
        return byte
    }
}
