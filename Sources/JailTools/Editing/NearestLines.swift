/// The lines of a text that are most like a string that is not in it, with their numbers.
enum NearestLines {
    private static let linesLookedAtMax = 100_000
    private static let linesShownMax = 20
    private static let votesMax = 1_000_000
    private static let lineBytesMax = 400

    static func of(_ sought: [UInt8], in text: [UInt8], _ lines: [Line]) -> String? {
        let lines = Array(lines.prefix(linesLookedAtMax))
        let parts = PartedText(sought).parts
        if let start = commonStart(parts, text, lines) {
            // It may begin before the file does.
            let first = max(0, start)
            let shown = first..<min(lines.count, start + parts.count, first + linesShownMax)
            return shown.map { numbered($0, text, lines) }.joined(separator: "\n")
        }
        let alike = alikeLines(parts, text, lines)
        return alike.isEmpty ? nil : alike.map { numbered($0, text, lines) }.joined(separator: "\n")
    }

    private static func numbered(_ line: Int, _ text: [UInt8], _ lines: [Line]) -> String {
        "\(line + 1)\t\(String(decoding: text[lines[line].content].prefix(lineBytesMax), as: UTF8.self))"
    }

    /// Where the text would have to begin so that as many of its lines as possible are the file's.
    private static func commonStart(_ parts: [ArraySlice<UInt8>], _ text: [UInt8], _ lines: [Line]) -> Int? {
        var indexes: [ArraySlice<UInt8>: [Int]] = [:]
        for (index, part) in parts.enumerated() where !part.isBlank {
            indexes[part.withoutBlanksAround, default: []].append(index)
        }
        var votes: [Int: Int] = [:]
        var total = 0
        for (number, line) in lines.enumerated() {
            guard let found = indexes[text[line.content].withoutBlanksAround] else { continue }
            for index in found { votes[number - index, default: 0] += 1 }
            total += found.count
            if total > votesMax { break }
        }
        guard let best = votes.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) }) else { return nil }
        // One brace in common says nothing.
        let visible = parts.count { !$0.isBlank }
        return best.value * 3 >= visible ? best.key : nil
    }

    /// At most three lines like the longest of those sought, by the pairs of bytes that they have in common.
    private static func alikeLines(_ parts: [ArraySlice<UInt8>], _ text: [UInt8], _ lines: [Line]) -> [Int] {
        let longest = parts.map { $0.withoutBlanksAround.prefix(lineBytesMax) }.max { $0.count < $1.count }
        guard let longest, longest.count >= 4 else { return [] }
        var pairs = Set<UInt16>()
        for (left, right) in zip(longest, longest.dropFirst()) { pairs.insert(UInt16(left) << 8 | UInt16(right)) }
        var found: [(score: Double, line: Int)] = []
        for (number, line) in lines.enumerated() {
            let content = text[line.content].withoutBlanksAround.prefix(lineBytesMax)
            if content.count < 3 || content.count > 3 * longest.count { continue }
            let common = zip(content, content.dropFirst()).count { pairs.contains(UInt16($0) << 8 | UInt16($1)) }
            let score = 2 * Double(common) / Double(longest.count + content.count - 2)
            if score >= alikeMin { found.append((score, number)) }
        }
        return found.sorted { ($1.score, $0.line) < ($0.score, $1.line) }.prefix(3).map(\.line).sorted()
    }

    private static let alikeMin = 0.6
}
