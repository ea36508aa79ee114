/// Makes the arguments of a tool call valid JSON while they stream by. What is valid passes as it is. Weak models write
/// other people's JSON: in a fence, with single quotes, with `True`, with a comma too many, with raw line ends, with keys
/// that have no quotes, without the last brackets. What does not even begin as an object is passed on marked.
package struct ArgumentMender {
    private enum Phase { case before, inside, after, hopeless }
    private enum Place {
        case between
        case text(quote: UInt8)
        case escape(quote: UInt8)
        case unicode(quote: UInt8)
        case word
    }
    /// What the grammar wants next before anything else can stand there.
    private enum Owed { case nothing, colon, value, comma }

    private var phase = Phase.before
    private var place = Place.between
    /// The closing brackets that are still to come, the innermost last.
    private var closers: [UInt8] = []
    /// A comma waits for what follows it: before a closing bracket it is one too many.
    private var holdsComma = false
    /// In an object: whether a key comes next.
    private var expectsKey = false
    private var owed = Owed.nothing
    private var word: [UInt8] = []
    private var raw: [UInt8] = []

    /// Something had to be changed, or marked.
    package private(set) var hasMended = false
    /// A whole object has passed.
    package var isComplete: Bool { phase == .after }
    package var isEmpty: Bool { phase == .before && raw.isEmpty }

    /// The member under which arguments are passed on that cannot be mended.
    package static let mark = "_unparsed_arguments"
    /// What stands before the first brace, in a fence: more is no introduction but something else.
    private static let introductionBytesMax = 16

    package init() {}

    package mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        var index = 0
        while index < bytes.count {
            switch phase {
            case .before: begin(bytes[index], &output)
            case .inside:
                if case .text(let quote) = place {
                    // The bulk: everything up to the next byte that may mean something.
                    let start = index
                    while index < bytes.count, !Self.isSpecialInText(bytes[index]) { index += 1 }
                    output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                    if index < bytes.count { inText(bytes[index], quote, &output) }
                } else {
                    inside(bytes[index], &output)
                }
            case .after:
                if !Self.isSpace(bytes[index]) { hasMended = true }
            case .hopeless: raw.append(bytes[index])
            }
            index += 1
        }
    }

    /// No more comes. With `isCut` nothing is closed: half of a call must not pass for a whole one.
    package mutating func finish(isCut: Bool, to output: inout [UInt8]) {
        switch phase {
        case .before where raw.allSatisfy(Self.isSpace): return
        case .before, .hopeless:
            hasMended = true
            output.append(contentsOf: "{\"\(Self.mark)\":".utf8)
            output.append(contentsOf: JSONText.quoted(raw))
            if !isCut { output.append(UInt8(ascii: "}")) }
        case .inside:
            if isCut { return }
            hasMended = true
            close(&output)
        case .after: return
        }
        phase = .after
    }

    // MARK: Before the object

    private mutating func begin(_ byte: UInt8, _ output: inout [UInt8]) {
        if byte == UInt8(ascii: "{") {
            if !raw.allSatisfy(Self.isSpace) { hasMended = true }
            raw.removeAll()
            phase = .inside
            return open(UInt8(ascii: "}"), byte, &output)
        }
        raw.append(byte)
        let isFence = raw.first.map { $0 == UInt8(ascii: "`") || Self.isSpace($0) } ?? true
        if !isFence || raw.count > Self.introductionBytesMax && !raw.allSatisfy(Self.isSpace) { phase = .hopeless }
    }

    // MARK: Inside

    private mutating func open(_ closer: UInt8, _ byte: UInt8, _ output: inout [UInt8]) {
        closers.append(closer)
        output.append(byte)
        expectsKey = closer == UInt8(ascii: "}")
        owed = .nothing
    }

    private mutating func inside(_ byte: UInt8, _ output: inout [UInt8]) {
        switch place {
        case .word:
            if Self.isWord(byte) { return word.append(byte) }
            endWord(&output)
        case .escape(let quote):
            place = .text(quote: quote)
            return escape(byte, quote, &output)
        case .unicode(let quote):
            return unicode(byte, quote, &output)
        case .between, .text: break
        }
        switch byte {
        case _ where Self.isSpace(byte):
            if !holdsComma { output.append(byte) }
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            if holdsComma { hasMended = true }
            holdsComma = false
            settle(&output)
            closeOne(byte, &output)
        case UInt8(ascii: ","):
            settle(&output)
            if holdsComma || owed != .comma { hasMended = true }
            // One at the beginning stands for nothing.
            holdsComma = owed == .comma
            expectsKey = closers.last == UInt8(ascii: "}")
        case UInt8(ascii: ":"):
            guard owed == .colon else {
                hasMended = true
                return
            }
            output.append(byte)
            expectsKey = false
            owed = .value
        default:
            writeComma(&output)
            value(byte, &output)
        }
    }

    /// A key without a value gets one.
    private mutating func settle(_ output: inout [UInt8]) {
        guard owed == .colon || owed == .value else { return }
        hasMended = true
        if owed == .colon { output.append(UInt8(ascii: ":")) }
        output.append(contentsOf: "null".utf8)
        expectsKey = false
        owed = .comma
    }

    private mutating func hasEnded() { owed = expectsKey ? .colon : .comma }

    private mutating func value(_ byte: UInt8, _ output: inout [UInt8]) {
        if expectsKey, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
            // What has no name gets one, so that it is not lost.
            hasMended = true
            output.append(contentsOf: "\"\":".utf8)
        }
        switch byte {
        case UInt8(ascii: "{"): open(UInt8(ascii: "}"), byte, &output)
        case UInt8(ascii: "["): open(UInt8(ascii: "]"), byte, &output)
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            if byte != UInt8(ascii: "\"") { hasMended = true }
            output.append(UInt8(ascii: "\""))
            place = .text(quote: byte)
        default:
            place = .word
            word.append(byte)
        }
    }

    private mutating func writeComma(_ output: inout [UInt8]) {
        if owed == .colon { settle(&output) }
        if owed == .comma {
            if !holdsComma { hasMended = true }
            output.append(UInt8(ascii: ","))
            expectsKey = closers.last == UInt8(ascii: "}")
        }
        holdsComma = false
        owed = .nothing
    }

    private mutating func inText(_ byte: UInt8, _ quote: UInt8, _ output: inout [UInt8]) {
        switch byte {
        case quote:
            output.append(UInt8(ascii: "\""))
            place = .between
            hasEnded()
        case UInt8(ascii: "\\"):
            place = .escape(quote: quote)
        case UInt8(ascii: "\""):
            output.append(contentsOf: [UInt8(ascii: "\\"), byte])
        case 0..<0x20:
            hasMended = true
            output.append(contentsOf: JSONText.escaped(byte))
        default: output.append(byte)
        }
    }

    /// JavaScript and Python allow escapes that JSON does not; those become the character itself, or a backslash.
    private mutating func escape(_ byte: UInt8, _ quote: UInt8, _ output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "u"):
            place = .unicode(quote: quote)
        case UInt8(ascii: "'"):
            hasMended = true
            output.append(byte)
        case _ where "\"\\/bfnrt".utf8.contains(byte):
            output.append(contentsOf: [UInt8(ascii: "\\"), byte])
        default:
            hasMended = true
            output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "\\")])
            output.append(contentsOf: byte < 0x20 ? JSONText.escaped(byte) : [byte])
        }
    }

    private mutating func unicode(_ byte: UInt8, _ quote: UInt8, _ output: inout [UInt8]) {
        let isDigit = Self.isHexDigit(byte)
        if isDigit { word.append(byte) }
        guard !isDigit || word.count == 4 else { return }
        endUnicode(&output)
        place = .text(quote: quote)
        // It was no digit, so it is whatever it would be in the text.
        if !isDigit { inText(byte, quote, &output) }
    }

    private mutating func endUnicode(_ output: inout [UInt8]) {
        if word.count < 4 { hasMended = true }
        output.append(contentsOf: word.count == 4 ? "\\u".utf8 : "\\\\u".utf8)
        output.append(contentsOf: word)
        word.removeAll(keepingCapacity: true)
    }

    private mutating func endWord(_ output: inout [UInt8]) {
        place = .between
        let text = String(decoding: word, as: UTF8.self)
        word.removeAll(keepingCapacity: true)
        defer { hasEnded() }
        if expectsKey {
            hasMended = true
            return output.append(contentsOf: JSONText.quoted(text))
        }
        switch text {
        case "true", "false", "null": output.append(contentsOf: text.utf8)
        case "True", "False":
            hasMended = true
            output.append(contentsOf: text.lowercased().utf8)
        case "None", "undefined", "NaN", "nil":
            hasMended = true
            output.append(contentsOf: "null".utf8)
        default:
            if JSONText.isNumber(text) { return output.append(contentsOf: text.utf8) }
            hasMended = true
            output.append(contentsOf: JSONText.quoted(text))
        }
    }

    // MARK: Closing

    /// A bracket closes what is open up to its own kind; one that nothing is open for is left out.
    private mutating func closeOne(_ byte: UInt8, _ output: inout [UInt8]) {
        guard let place = closers.lastIndex(of: byte) else {
            hasMended = true
            return
        }
        if place != closers.count - 1 { hasMended = true }
        while closers.count > place { output.append(closers.removeLast()) }
        expectsKey = false
        owed = .comma
        if closers.isEmpty { phase = .after }
    }

    private mutating func close(_ output: inout [UInt8]) {
        switch place {
        case .text: endText(&output)
        case .escape:
            output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "\\")])
            endText(&output)
        case .unicode:
            endUnicode(&output)
            endText(&output)
        case .word: endWord(&output)
        case .between: break
        }
        settle(&output)
        while let closer = closers.popLast() { output.append(closer) }
    }

    private mutating func endText(_ output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        hasEnded()
    }

    private static func isSpecialInText(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "'") || byte < 0x20
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xdf)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        !isSpace(byte) && !"{}[],:\"'".utf8.contains(byte)
    }
}
