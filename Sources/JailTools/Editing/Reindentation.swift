/// How lines that somebody gave have to be indented to stand where the file has their like. Only where one rule explains
/// all of the lines.
struct Reindentation: Equatable {
    struct Pair: Equatable {
        let given: ArraySlice<UInt8>
        let found: ArraySlice<UInt8>
    }

    private enum Rule: Equatable {
        case add([UInt8])
        case remove([UInt8])
        /// So many spaces are a tab, and there are so many tabs more.
        case tabs(spacesEach: Int, more: Int)
        /// A tab is so many spaces, and there are so many more.
        case spaces(each: Int, more: Int)
    }

    private let rule: Rule

    init?(_ pairs: [Pair]) {
        guard let rule = Self.added(pairs) ?? Self.removed(pairs) ?? Self.tabs(pairs) ?? Self.spaces(pairs) else {
            return nil
        }
        self.rule = rule
    }

    /// Nil where the rule says nothing of a line that is indented like this one.
    func applied(to line: ArraySlice<UInt8>) -> [UInt8]? {
        if line.isBlank { return [] }
        let indentation = line.indentation
        let rest = line[indentation.endIndex...]
        switch rule {
        case .add(let more): return more + line
        case .remove(let less): return indentation.starts(with: less) ? Array(line.dropFirst(less.count)) : nil
        case .tabs(let width, let more):
            guard indentation.allSatisfy({ $0 == Self.space }) else { return nil }
            let count = indentation.count / width + more
            if count < 0 { return nil }
            return Self.run(Self.tab, count) + Self.run(Self.space, indentation.count % width) + rest
        case .spaces(let width, let more):
            guard indentation.allSatisfy({ $0 == Self.tab }) else { return nil }
            let count = indentation.count * width + more
            return count < 0 ? nil : Self.run(Self.space, count) + rest
        }
    }

    private static let space = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")

    private static func run(_ byte: UInt8, _ count: Int) -> [UInt8] { [UInt8](repeating: byte, count: count) }

    private static func added(_ pairs: [Pair]) -> Rule? {
        guard let first = pairs.first, first.found.count >= first.given.count else { return nil }
        let more = Array(first.found.dropLast(first.given.count))
        return pairs.allSatisfy { $0.found.elementsEqual(more + $0.given) } ? .add(more) : nil
    }

    private static func removed(_ pairs: [Pair]) -> Rule? {
        guard let first = pairs.first, first.given.count >= first.found.count else { return nil }
        let less = Array(first.given.dropLast(first.found.count))
        return pairs.allSatisfy { $0.given.elementsEqual(less + $0.found) } ? .remove(less) : nil
    }

    private static func tabs(_ pairs: [Pair]) -> Rule? {
        guard isOnly(pairs.map(\.given), space), isOnly(pairs.map(\.found), tab),
            let line = line(through: pairs.map { ($0.found.count, $0.given.count) })
        else { return nil }
        // given = each × found + more, the other way around.
        guard line.more % line.each == 0 else { return nil }
        return .tabs(spacesEach: line.each, more: -line.more / line.each)
    }

    private static func spaces(_ pairs: [Pair]) -> Rule? {
        guard isOnly(pairs.map(\.given), tab), isOnly(pairs.map(\.found), space),
            let line = line(through: pairs.map { ($0.given.count, $0.found.count) })
        else { return nil }
        return .spaces(each: line.each, more: line.more)
    }

    private static func isOnly(_ indentations: [ArraySlice<UInt8>], _ byte: UInt8) -> Bool {
        indentations.allSatisfy { $0.allSatisfy { $0 == byte } }
    }

    /// spaces = each × tabs + more, for all of them.
    private static func line(through points: [(tabs: Int, spaces: Int)]) -> (each: Int, more: Int)? {
        guard let first = points.first else { return nil }
        let each: Int
        if let other = points.first(where: { $0.tabs != first.tabs }) {
            let (quotient, remainder) = (other.spaces - first.spaces).quotientAndRemainder(
                dividingBy: other.tabs - first.tabs)
            if remainder != 0 { return nil }
            each = quotient
        } else {
            // All at one depth: the plain meaning, without a shift.
            guard first.tabs > 0, first.spaces % first.tabs == 0 else { return nil }
            each = first.spaces / first.tabs
        }
        guard (1...spacesEachMax).contains(each) else { return nil }
        let more = first.spaces - each * first.tabs
        return points.allSatisfy { $0.spaces == each * $0.tabs + more } ? (each, more) : nil
    }

    private static let spacesEachMax = 8
}
