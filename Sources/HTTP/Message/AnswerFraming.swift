internal import LinuxSystem

/// The fields of an answer that say where its body ends, what it is packed with, and whether the connection goes on.
struct AnswerFraming: Sendable {
    typealias Malformed = ResponseHeadParser.Malformed

    var isHTTP10 = false
    /// The field noted last is one of these: it must not be changed by a second line.
    private(set) var lastMatters = false
    private var contentLength: Int?
    private(set) var isChunked = false
    private var closes = false
    private var keepsAlive = false
    private var coding = ContentCoding.identity

    mutating func note(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(Malformed) {
        lastMatters = true
        switch name.count {
        case 10 where ASCII.isName(name, "connection"): noteConnection(value)
        case 14 where ASCII.isName(name, "content-length"):
            let length = try Self.length(value)
            if let contentLength, contentLength != length {
                throw Malformed(reason: "the answer has two lengths, \(contentLength) and \(length)")
            }
            contentLength = length
        case 16 where ASCII.isName(name, "content-encoding"): noteCoding(value)
        case 17 where ASCII.isName(name, "transfer-encoding"):
            if isChunked || !ASCII.equalsIgnoringCase(value, "chunked") {
                throw Malformed(
                    reason:
                        "the answer's Transfer-Encoding is not 'chunked' alone: \(String(decoding: value, as: UTF8.self))"
                )
            }
            isChunked = true
        default: lastMatters = false
        }
    }

    private static func length(_ value: UnsafeRawBufferPointer) throws(Malformed) -> Int {
        // Eighteen digits fit into an Int whatever they are.
        guard !value.isEmpty, value.count <= 18, value.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            throw Malformed(
                reason: "the answer's Content-Length is not a plain number: \(String(decoding: value, as: UTF8.self))")
        }
        return value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private mutating func noteConnection(_ value: UnsafeRawBufferPointer) {
        for part in value.split(separator: 0x2c) {
            let word = UnsafeRawBufferPointer(rebasing: part).trimmingSpaces
            if ASCII.equalsIgnoringCase(word, "close") { closes = true }
            if ASCII.equalsIgnoringCase(word, "keep-alive") { keepsAlive = true }
        }
    }

    private mutating func noteCoding(_ value: UnsafeRawBufferPointer) {
        let text = String(decoding: value, as: UTF8.self)
        let isFirst = coding == .identity
        switch text.lowercased() {
        case "identity", "": break
        case "gzip" where isFirst, "x-gzip" where isFirst: coding = .gzip
        case "deflate" where isFirst: coding = .deflate
        default: coding = .other(text)
        }
    }

    func settle(
        _ head: ResponseHead, hasNoBody: Bool, passesCoding: Bool
    ) throws(Malformed) -> ResponseHeadParser.Answer {
        let coding = passesCoding ? .identity : self.coding
        var answer = ResponseHeadParser.Answer(
            head: head, body: .untilClose, keepsAlive: isHTTP10 ? keepsAlive && !closes : !closes, coding: coding)
        if hasNoBody {
            answer.body = .none
        } else if isChunked {
            answer.body = .chunked
        } else if let contentLength {
            answer.body = .counted(contentLength)
        } else {
            answer.keepsAlive = false
        }
        if isChunked && (contentLength != nil || isHTTP10) {
            // The chunks count (RFC 9112, section 6.3), but somebody on the way does not know his trade.
            answer.head.fields.remove("content-length")
            answer.keepsAlive = false
        }
        if case .other(let name) = coding, !hasNoBody {
            throw Malformed(reason: "the answer is packed in a way that was not asked for: \(name)")
        }
        if coding != .identity {
            // It is unpacked here, so neither the coding nor the packed length is true of what is handed on.
            answer.head.fields.remove("content-encoding")
            answer.head.fields.remove("content-length")
        }
        return answer
    }
}
