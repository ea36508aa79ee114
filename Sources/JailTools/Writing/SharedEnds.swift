/// What two texts begin and end with alike, in whole lines, but for some lines of context.
struct SharedEnds {
    /// What is left of each.
    let old: Range<Int>
    let new: Range<Int>
    let linesBefore: Int

    init(_ old: [UInt8], _ new: [UInt8], contextLines: Int) {
        let head = Self.head(old, new)
        let tail = Self.tail(old, new, head)
        var start = head
        for _ in 0..<contextLines { start = Self.lineStart(before: start, in: old) }
        var end = old.count - tail
        for _ in 0..<contextLines { end = Self.lineEnd(after: end, in: old) }
        self.old = start..<end
        self.new = start..<new.count - (old.count - end)
        linesBefore = old[..<start].count { $0 == UInt8(ascii: "\n") }
    }

    /// Up to the start of the line of the first difference.
    private static func head(_ old: [UInt8], _ new: [UInt8]) -> Int {
        old.withUnsafeBufferPointer { old in
            new.withUnsafeBufferPointer { new in
                var lineStart = 0
                for index in 0..<min(old.count, new.count) {
                    if old[index] != new[index] { break }
                    if old[index] == UInt8(ascii: "\n") { lineStart = index + 1 }
                }
                return lineStart
            }
        }
    }

    /// From the start of the first line that is the same in both up to the end.
    private static func tail(_ old: [UInt8], _ new: [UInt8], _ head: Int) -> Int {
        old.withUnsafeBufferPointer { old in
            new.withUnsafeBufferPointer { new in
                var whole = 0
                var count = 0
                let most = min(old.count, new.count) - head
                while count < most, old[old.count - 1 - count] == new[new.count - 1 - count] {
                    if old[old.count - 1 - count] == UInt8(ascii: "\n") { whole = count }
                    count += 1
                }
                return whole
            }
        }
    }

    private static func lineStart(before place: Int, in text: [UInt8]) -> Int {
        guard place > 1 else { return 0 }
        return text[..<(place - 1)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    }

    private static func lineEnd(after place: Int, in text: [UInt8]) -> Int {
        text[place...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.count
    }
}
