internal import LinuxSystem

/// Reads the head of an HTTP/1.x answer and says where its body ends (RFC 9112, sections 4 to 6). Strict where two readers
/// could see different bodies, patient with what real servers do. It keeps no bytes and does no I/O.
package struct ResponseHeadParser: Sendable {
    package enum Body: Equatable, Sendable {
        case none
        case counted(Int)
        case chunked, untilClose
    }

    package struct Answer: Sendable {
        package var head: ResponseHead
        package var body: Body
        /// Another request may follow on the connection.
        package var keepsAlive: Bool
        package var coding: ContentCoding
    }

    package enum Outcome {
        case incomplete
        /// The answer's head, and how many bytes it took, with those of `1xx` answers before it, which are skipped.
        case complete(Answer, Int)
        /// It cannot be understood; why.
        case malformed(String)
    }

    struct Malformed: Error { let reason: String }

    private var bytesMax: Int
    private let passesCoding: Bool
    private let acceptsHTTP2: Bool
    private var answersHead = false
    /// Where the line begins that was not complete the last time.
    private var lineStart = 0
    private var searched = 0
    /// 0 before the first line.
    private var status = 0
    private var fields = HTTPFields()
    /// Where the lines of the fields begin, from which their places are counted.
    private var fieldsStart = 0
    /// Which field goes on in these places.
    private var folds: [(field: Int, place: Range<Int>)] = []
    private var framing = AnswerFraming()

    /// `passesCoding`: the body is handed on packed as it came, whatever it is packed with. `acceptsHTTP2`: the first line
    /// may be the one that libcurl makes for an answer over HTTP/2.
    package init(bytesMax: Int, passesCoding: Bool = false, acceptsHTTP2: Bool = false) {
        self.bytesMax = bytesMax
        self.passesCoding = passesCoding
        self.acceptsHTTP2 = acceptsHTTP2
    }

    /// Ready for the next answer. `answersHead`: to a HEAD request, where no body follows.
    package mutating func reset(bytesMax: Int, answersHead: Bool) {
        self.bytesMax = bytesMax
        self.answersHead = answersHead
        lineStart = 0
        searched = 0
        forget()
    }

    private mutating func forget() {
        status = 0
        fields = HTTPFields()
        folds = []
        framing = AnswerFraming()
    }

    /// `bytes` is everything received since the request: it may only grow between calls.
    package mutating func parse(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        do throws(Malformed) {
            while let newline = bytes.firstOffset(of: 0x0a, from: searched) {
                // First of all, so that the outcome is the same whether the bytes come at once or one by one.
                if newline >= bytesMax { throw tooLarge }
                if status == 0 { try checkBeginning(bytes) }
                let line = UnsafeRawBufferPointer(rebasing: bytes[lineStart...newline])
                let isLast = try takeWithEnd(line, at: lineStart)
                lineStart = newline + 1
                searched = lineStart
                if isLast { return .complete(try finish(bytes), lineStart) }
            }
            searched = bytes.count
            if status == 0 { try checkBeginning(bytes) }
            if bytes.count >= bytesMax { throw tooLarge }
            return .incomplete
        } catch {
            return .malformed(error.reason)
        }
    }

    /// True when the head is complete with this line.
    private mutating func takeWithEnd(_ line: UnsafeRawBufferPointer, at start: Int) throws(Malformed) -> Bool {
        guard line.count >= 2, line[line.count - 2] == 0x0d, line[line.count - 1] == 0x0a else {
            throw Malformed(reason: "a line of the answer's head ends in a bare line feed; HTTP wants CR LF")
        }
        let content = UnsafeRawBufferPointer(rebasing: line[..<(line.count - 2)])
        if !content.isEmpty || status == 0 {
            try take(content, at: start)
        } else if status >= 200 {
            return true
        } else {
            // 1xx announces another answer.
            if status == 101 { throw Malformed(reason: "the answer switches to a protocol that nobody asked for") }
            forget()
        }
        return false
    }

    private var tooLarge: Malformed {
        Malformed(reason: "the header fields of the answer are larger than \(bytesMax) bytes")
    }

    /// Something else than HTTP is found out at once, and not when its first line is over.
    private func checkBeginning(_ bytes: UnsafeRawBufferPointer) throws(Malformed) {
        let begin = bytes[lineStart...]
        if !begin.prefix(Self.scheme.count).elementsEqual(Self.scheme.prefix(begin.count)) {
            throw Malformed(reason: "it begins with \(Self.shown(begin)), which is no status line of HTTP/1.1")
        }
    }

    private static let scheme = Array("HTTP/".utf8)
    /// What an error shows of an answer that makes no sense.
    private static let shownBytesMax = 32

    private static func shown(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let text = bytes.prefix(shownBytesMax).map { byte in
            byte >= 0x20 && byte < 0x7f
                ? String(UnicodeScalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "\"" + text.joined() + "\""
    }

    // MARK: The parts

    private mutating func take(_ line: UnsafeRawBufferPointer, at start: Int) throws(Malformed) {
        if status == 0 {
            try statusLine(line)
            fieldsStart = start + line.count + Self.lineEndBytes
            return
        }
        let offset = start - fieldsStart
        if ASCII.isSpace(line[0]) { return try fold(line, offset) }
        let tokenEnd = ASCII.tokenEnd(line)
        guard let colon = tokenEnd < line.count && line[tokenEnd] == 0x3a ? tokenEnd : line.firstOffset(of: 0x3a) else {
            throw Malformed(reason: "a header line of the answer has no colon: \(Self.shown(line[...]))")
        }
        // Spaces before the colon have to be taken away from an answer (RFC 9112, section 5.1).
        let namePlace = line.trimmingSpaces(in: 0..<colon)
        let valuePlace = line.trimmingSpaces(in: colon + 1..<line.count)
        guard namePlace.upperBound == tokenEnd, tokenEnd > 0 else { throw Self.badField(line) }
        try framing.note(
            UnsafeRawBufferPointer(rebasing: line[namePlace]), UnsafeRawBufferPointer(rebasing: line[valuePlace]))
        fields.appendPlaces(
            name: offset..<offset + tokenEnd,
            value: offset + valuePlace.lowerBound..<offset + valuePlace.upperBound)
    }

    private static let lineEndBytes = 2

    private static func badField(_ line: UnsafeRawBufferPointer) -> Malformed {
        Malformed(
            reason:
                "a header field of the answer holds characters that are not allowed in one: \(shown(line[...]))")
    }

    /// A value that goes on in another line: obsolete, and answers still do it.
    private mutating func fold(_ line: UnsafeRawBufferPointer, _ offset: Int) throws(Malformed) {
        let more = line.trimmingSpaces(in: 0..<line.count)
        if fields.count == 0 || framing.lastMatters {
            throw Malformed(reason: "a header field of the answer is folded over two lines where that is not safe")
        }
        folds.append((fields.count - 1, offset + more.lowerBound..<offset + more.upperBound))
    }

    /// `HTTP/1.1 200 OK`; the words may be missing, and the space before them.
    private mutating func statusLine(_ line: UnsafeRawBufferPointer) throws(Malformed) {
        let isHTTP10 = line.hasPrefix("HTTP/1.0 ")
        let isHTTP2 = acceptsHTTP2 && line.hasPrefix("HTTP/2 ")
        let start = isHTTP2 ? 7 : 9
        guard isHTTP10 || isHTTP2 || line.hasPrefix("HTTP/1.1 "),
            line.count == start + 3 || line.count > start + 3 && line[start + 3] == 0x20,
            line[start] >= 0x31, line[start..<start + 3].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { throw Malformed(reason: "it begins with \(Self.shown(line[...])), which is no status line of HTTP/1.1") }
        status = line[start..<start + 3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        framing.isHTTP10 = isHTTP10
        fields = HTTPFields(byteCapacity: Self.usualBytes)
    }

    /// Most heads, with the fields that are added on the way through.
    private static let usualBytes = 2048

    private mutating func finish(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> Answer {
        let block = UnsafeRawBufferPointer(rebasing: bytes[fieldsStart..<lineStart])
        // Every line has the two of its end, and so has the empty one: more, and there is one where none may be.
        if ASCII.controlCount(block) != Self.lineEndBytes * (fields.count + folds.count + 1) { throw firstFault(block) }
        fields.fill(block)
        for (field, place) in folds { fields.extend(field, UnsafeRawBufferPointer(rebasing: block[place])) }
        let hasNoBody = answersHead || ResponseHead.hasNoBody(status)
        let answer = try framing.settle(
            ResponseHead(status: status, fields: fields), hasNoBody: hasNoBody, passesCoding: passesCoding)
        forget()
        return answer
    }

    private func firstFault(_ block: UnsafeRawBufferPointer) -> Malformed {
        for line in block.split(separator: 0x0a) {
            let content = UnsafeRawBufferPointer(rebasing: line.dropLast())
            if !ASCII.isFieldValue(content) { return Self.badField(content) }
        }
        return Malformed(reason: "the head of the answer holds characters that are not allowed in one")
    }
}
