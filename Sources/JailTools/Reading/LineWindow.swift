internal import LinuxSystem

/// Some lines of a text that comes in pieces. It keeps those lines, cut where they are long, and as many of them as may be
/// shown; of all others it keeps nothing.
struct LineWindow {
    /// From 1.
    let first: Int
    let linesMax: Int
    let lineCharactersMax: Int
    let contentBytesMax: Int

    /// The kept lines, a line feed between them.
    private(set) var content: [UInt8] = []
    private(set) var lineCount = 0
    /// Of all lines that were asked for, those included that there was no room for.
    private(set) var wantedBytes = 0
    private(set) var cutLines = 0
    /// There was no room for a line that was asked for.
    private(set) var isFull = false

    /// Lines that ended so far.
    private var ended = 0
    private var isInLine = false
    private var line: [UInt8] = []
    private var lineBytes = 0

    init(first: Int, linesMax: Int, lineCharactersMax: Int, contentBytesMax: Int) {
        self.first = first
        self.linesMax = linesMax
        self.lineCharactersMax = lineCharactersMax
        self.contentBytesMax = contentBytesMax
    }

    /// Lines so far, the one that has not ended included.
    var totalLines: Int { ended + (isInLine ? 1 : 0) }

    /// Nothing that comes can change the kept lines.
    var isDone: Bool { ended >= first - 1 + linesMax }

    private var isWanted: Bool { ended >= first - 1 && ended < first - 1 + linesMax }

    mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        var start = 0
        while start < bytes.count {
            let end = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start)
            if isWanted { keep(UnsafeRawBufferPointer(rebasing: bytes[start..<(end ?? bytes.count)])) }
            guard let end else {
                isInLine = true
                return
            }
            endLine()
            start = end + 1
        }
    }

    mutating func feed(_ bytes: [UInt8]) { bytes.withUnsafeBytes { feed($0) } }

    /// The end of the text.
    mutating func finish() {
        if isInLine { endLine() }
    }

    private mutating func keep(_ part: UnsafeRawBufferPointer) {
        lineBytes += part.count
        // A character has at most four bytes; one more tells that something was cut.
        let room = 4 * lineCharactersMax + 1 - line.count
        if room > 0 { line.append(contentsOf: part.prefix(room)) }
    }

    private mutating func endLine() {
        if isWanted { takeLine() }
        ended += 1
        isInLine = false
        line.removeAll(keepingCapacity: true)
        lineBytes = 0
    }

    private mutating func takeLine() {
        wantedBytes += lineBytes + 1
        let isCut = cutLine()
        if !isCut, line.last == UInt8(ascii: "\r") { line.removeLast() }
        if isFull || content.count + line.count + 1 > contentBytesMax {
            // What cannot be shown at all is shown in part, rather than a page without a line.
            guard lineCount == 0, !isFull else {
                isFull = true
                return
            }
            isFull = true
        }
        if lineCount > 0 { content.append(UInt8(ascii: "\n")) }
        content += line
        lineCount += 1
        if isCut { cutLines += 1 }
    }

    private mutating func cutLine() -> Bool {
        if line.count <= lineCharactersMax { return false }
        var characters = 0
        for (index, byte) in line.enumerated() where byte & 0xc0 != 0x80 {
            if characters == lineCharactersMax {
                line.removeSubrange(index...)
                line += "… [cut: the line has \(lineBytes) bytes]".utf8
                return true
            }
            characters += 1
        }
        return false
    }
}
