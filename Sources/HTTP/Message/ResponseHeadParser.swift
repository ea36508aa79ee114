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
    private var answersHead = false
    private var acceptsHTTP2 = false
    /// Where the line begins that was not complete the last time.
    private var lineStart = 0
    private var searched = 0
    /// 0 before the first line.
    private var status = 0
    private var fields = HTTPFields()
    private var framing = AnswerFraming()

    /// `passesCoding`: the body is handed on packed as it came, whatever it is packed with.
    package init(bytesMax: Int, passesCoding: Bool = false) {
        self.bytesMax = bytesMax
        self.passesCoding = passesCoding
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
                lineStart = newline + 1
                searched = lineStart
                if try takeWithEnd(line) { return .complete(try finish(), lineStart) }
            }
            searched = bytes.count
            if status == 0 { try checkBeginning(bytes) }
            if bytes.count >= bytesMax { throw tooLarge }
            return .incomplete
        } catch {
            return .malformed(error.reason)
        }
    }

    /// For who gets the lines one by one, each with its end, and sees to the body itself: the head, once it is complete.
    mutating func take(_ line: UnsafeRawBufferPointer, acceptsHTTP2: Bool) throws(Malformed) -> ResponseHead? {
        self.acceptsHTTP2 = acceptsHTTP2
        guard try takeWithEnd(line) else { return nil }
        defer { forget() }
        // The chunks count, not what was said of their number.
        if framing.isChunked { fields.remove("content-length") }
        return ResponseHead(status: status, fields: fields)
    }

    /// True when the head is complete with this line.
    private mutating func takeWithEnd(_ line: UnsafeRawBufferPointer) throws(Malformed) -> Bool {
        guard line.count >= 2, line[line.count - 2] == 0x0d, line[line.count - 1] == 0x0a else {
            throw Malformed(reason: "a line of the answer's head ends in a bare line feed; HTTP wants CR LF")
        }
        let content = UnsafeRawBufferPointer(rebasing: line[..<(line.count - 2)])
        if !content.isEmpty || status == 0 {
            try take(content)
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

    private mutating func take(_ line: UnsafeRawBufferPointer) throws(Malformed) {
        if status == 0 { return try statusLine(line) }
        if ASCII.isSpace(line[0]) {
            // A value that goes on in another line: obsolete, and answers still do it.
            let more = line.trimmingSpaces
            if fields.isEmpty || framing.lastMatters || !ASCII.isFieldValue(more) {
                throw Malformed(reason: "a header field of the answer is folded over two lines where that is not safe")
            }
            return fields.extendLast(more)
        }
        guard let colon = line.firstOffset(of: 0x3a) else {
            throw Malformed(reason: "a header line of the answer has no colon: \(Self.shown(line[...]))")
        }
        // Spaces before the colon have to be taken away from an answer (RFC 9112, section 5.1).
        let namePlace = line.trimmingSpaces(in: 0..<colon)
        let valuePlace = line.trimmingSpaces(in: colon + 1..<line.count)
        let name = UnsafeRawBufferPointer(rebasing: line[namePlace])
        let value = UnsafeRawBufferPointer(rebasing: line[valuePlace])
        guard ASCII.isToken(name), ASCII.isFieldValue(value) else {
            throw Malformed(
                reason:
                    "a header field of the answer holds characters that are not allowed in one: \(Self.shown(line[...]))"
            )
        }
        try framing.note(name, value)
        fields.append(line: line, nameAt: namePlace, valueAt: valuePlace)
    }

    /// `HTTP/1.1 200 OK`; the words may be missing, and the space before them.
    private mutating func statusLine(_ line: UnsafeRawBufferPointer) throws(Malformed) {
        let isHTTP10 = line.hasPrefix("HTTP/1.0 ")
        // The line that libcurl makes for an answer over HTTP/2.
        let isHTTP2 = acceptsHTTP2 && line.hasPrefix("HTTP/2 ")
        let start = isHTTP2 ? 7 : 9
        guard isHTTP10 || isHTTP2 || line.hasPrefix("HTTP/1.1 "),
            line.count == start + 3 || line.count > start + 3 && line[start + 3] == 0x20,
            line[start] >= 0x31, line[start..<start + 3].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { throw Malformed(reason: "it begins with \(Self.shown(line[...])), which is no status line of HTTP/1.1") }
        status = line[start..<start + 3].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        framing.isHTTP10 = isHTTP10
        fields = HTTPFields(byteCapacity: 2048)
    }

    private mutating func finish() throws(Malformed) -> Answer {
        let hasNoBody = answersHead || ResponseHead.hasNoBody(status)
        let answer = try framing.settle(
            ResponseHead(status: status, fields: fields), hasNoBody: hasNoBody, passesCoding: passesCoding)
        forget()
        return answer
    }
}
