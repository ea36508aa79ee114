/// Writes Markdown from left to right: what stands before a line (quotes, lists), where a blank line belongs, and which marks
/// are still to come. What opens is written with the first word inside of it, so that nothing empty is left behind.
struct MarkdownWriter {
    private(set) var bytes: [UInt8] = []
    let bytesMax: Int
    /// Something was left out because there was no more room.
    private(set) var isCut = false

    /// Before each line of what is written now.
    private var prefix: [UInt8] = []
    /// Before the next line alone, in the place of `prefix`: a list's mark.
    private var marker: [UInt8]?
    private var outer: [(prefix: [UInt8], marker: [UInt8]?)] = []
    private var lineIsOpen = false
    private var wantsBlank = false
    private var wantsBreak = false
    private var wantsSpace = false
    private var waiting: [[UInt8]] = []
    /// In a heading, a link or the cell of a table, where there are no lines.
    private(set) var lineDepth = 0
    /// In the cell of a table, where a bar ends it.
    var escapesBars = false

    /// Deeper, the marks before a line would be longer than lines are.
    private static let prefixBytesMax = 60

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    var isEmpty: Bool { bytes.isEmpty }

    // MARK: Lines

    /// The line ends here; with `blank` the next one stands apart.
    mutating func endLine(blank: Bool) {
        if lineDepth > 0 {
            wantsSpace = true
            return
        }
        wantsBreak = false
        wantsSpace = false
        if lineIsOpen {
            put([0x0A])
            lineIsOpen = false
        }
        // Behind a mark of a list or a quote nothing stands apart from it.
        wantsBlank = wantsBlank || blank && marker == nil
    }

    /// A line break inside of a paragraph.
    mutating func breakLine() {
        if lineDepth > 0 {
            wantsSpace = true
            return
        }
        if wantsBreak { return endLine(blank: true) }
        wantsBreak = lineIsOpen
    }

    /// No blank line after all: between the items of a list.
    mutating func stayClose() { wantsBlank = false }

    mutating func beginOneLine() { lineDepth += 1 }
    mutating func endOneLine() { lineDepth -= 1 }

    mutating func indent(_ first: String, _ rest: String) {
        writeBlank()
        outer.append((prefix, marker))
        guard prefix.count < Self.prefixBytesMax else { return }
        marker = (marker ?? prefix) + first.utf8
        prefix += rest.utf8
    }

    mutating func outdent() {
        endLine(blank: false)
        guard let before = outer.popLast() else { return }
        prefix = before.prefix
        // Still there: nothing was written inside, and the outer mark is still to come as well.
        marker = marker == nil ? nil : before.marker
    }

    private mutating func writeBlank() {
        if wantsBlank, !bytes.isEmpty { put(Self.trimmed(prefix) + [0x0A]) }
        wantsBlank = false
    }

    private static func trimmed(_ line: [UInt8]) -> [UInt8] {
        Array(line.reversed().drop { $0 == 0x20 }.reversed())
    }

    /// What must stand before the next visible byte.
    private mutating func open() {
        if lineIsOpen {
            if wantsBreak {
                put(Array("  \n".utf8))
                put(prefix)
            } else if wantsSpace {
                put([0x20])
            }
        } else {
            writeBlank()
            put(marker ?? prefix)
            marker = nil
            lineIsOpen = true
        }
        wantsBreak = false
        wantsSpace = false
        for mark in waiting { put(mark) }
        waiting.removeAll()
    }

    // MARK: Text

    /// Words; blanks of all kinds count as one.
    mutating func text(_ text: String) {
        var scalars = text.unicodeScalars.makeIterator()
        var next = scalars.next()
        while let scalar = next {
            next = scalars.next()
            if Self.isBlank(scalar) {
                wantsSpace = true
            } else if !Self.isInvisible(scalar) {
                let beginsLine = !lineIsOpen
                open()
                if mustEscape(scalar, beginsLine: beginsLine, next) { put([0x5C]) }
                put(scalar)
            }
            if isCut { return }
        }
    }

    /// As it stands, in a line.
    mutating func verbatim(_ text: String) {
        open()
        put(Array(text.utf8))
    }

    /// Before the words that follow, if any do.
    mutating func begin(_ mark: String) { waiting.append(Array(mark.utf8)) }

    /// False where there were none, and nothing stands there.
    @discardableResult
    mutating func end(_ mark: String) -> Bool {
        if waiting.popLast() != nil { return false }
        put(Array(mark.utf8))
        return true
    }

    mutating func fence(_ text: String, language: String) {
        endLine(blank: true)
        let fence = String(repeating: "`", count: max(3, Self.longestRun(of: 0x60, in: text) + 1))
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
        while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines.removeFirst() }
        if lines.isEmpty { return }
        for line in ["\(fence)\(language)"] + lines + [Substring(fence)] {
            if isCut { break }
            verbatim(String(line))
            endLine(blank: false)
        }
        endLine(blank: true)
    }

    static func longestRun(of byte: UInt8, in text: String) -> Int {
        var (longest, run) = (0, 0)
        for other in text.utf8 {
            run = other == byte ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }

    private func mustEscape(_ scalar: Unicode.Scalar, beginsLine: Bool, _ next: Unicode.Scalar?) -> Bool {
        switch scalar {
        case "*", "`", "\\": true
        case "|": escapesBars
        case "#", ">": beginsLine
        case "-", "+": beginsLine && (next.map(Self.isBlank) ?? true)
        default: false
        }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0xA0, 0x2028, 0x2029: true
        default: false
        }
    }

    /// What nobody sees, and a model reads all the same: soft hyphens, joints, marks, and the tags of U+E0000.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x200B, 0x2060...0x2064, 0xFEFF, 0xE0000...0xE007F: true
        default: false
        }
    }

    // MARK: Bytes

    private mutating func put(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            put(CollectionOfOne(UInt8(truncatingIfNeeded: scalar.value)))
        } else {
            put(Array(UTF8.encode(scalar)!))
        }
    }

    private mutating func put(_ more: some Collection<UInt8>) {
        if isCut || more.isEmpty { return }
        guard bytes.count + more.count <= bytesMax else {
            isCut = true
            return
        }
        bytes += more
    }
}
