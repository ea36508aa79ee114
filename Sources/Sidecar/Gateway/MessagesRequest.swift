internal import HTTP
package import JSON
package import LinuxSystem

/// What routing needs to know of a request's body, and the two values in it that routing may change. The body itself stays
/// the bytes that the client sent.
package struct MessagesRequest {
    package let model: String?
    package private(set) var wantsStream: Bool
    private let body: ByteBuffer
    private var modelRange: Range<Int>?
    private var streamRange: Range<Int>?
    private var memberCount: Int
    private let objectStart: Int
    /// All of the body, where it was wanted and is still what was read.
    private var whole: JSONDocument?

    /// - wantsWhole: somebody will walk through the whole body. Reading it once costs less than twice, and more than routing needs.
    package init(_ body: ByteBuffer, _ parser: JSONParser, wantsWhole: Bool = false) throws(APIError) {
        let document: JSONDocument
        do {
            document = try wantsWhole ? parser.parse(body.readable) : parser.outline(body.readable)
        } catch {
            // What a large one needed would otherwise be held until the next request.
            parser.release()
            throw APIError(400, .invalidRequest, "the request's body is not valid JSON: \(error)")
        }
        let root = document.root
        guard root.isObject else { throw APIError(400, .invalidRequest, "the request's body is not a JSON object") }
        self.body = body
        var model: String?
        var wantsStream = false
        for member in root.members {
            if member.key.equals("model") {
                if modelRange != nil { throw Self.twice("model") }
                modelRange = member.value.sourceRange
                model = member.value.string
            } else if member.key.equals("stream") {
                if streamRange != nil { throw Self.twice("stream") }
                streamRange = member.value.sourceRange
                wantsStream = member.value.bool ?? false
            }
        }
        self.model = model
        self.wantsStream = wantsStream
        whole = wantsWhole ? document : nil
        memberCount = root.count
        objectStart = root.sourceRange.lowerBound
    }

    /// Parsers differ in which of two they take, and so could we and the upstream.
    private static func twice(_ key: String) -> APIError {
        APIError(400, .invalidRequest, "'\(key)' is given twice in the request's body")
    }

    /// The body as it is now, where nobody has to read it again; only until the parser is used for something else.
    package var document: JSONDocument? { whole.flatMap { $0.isCurrent ? $0 : nil } }

    package mutating func setModel(_ model: String) {
        modelRange = set("model", modelRange) { $0.string(model) }
    }

    package mutating func setStreaming() {
        if wantsStream { return }
        streamRange = set("stream", streamRange) { $0.bool(true) }
        wantsStream = true
    }

    /// Puts the value where the old one stood; a member that is missing becomes the first. Returns where the value is now.
    private mutating func set(_ key: String, _ range: Range<Int>?, _ value: (inout JSONWriter) -> Void) -> Range<Int> {
        var writer = JSONWriter()
        value(&writer)
        let bytes = writer.take()
        if let range {
            replace(range, with: bytes)
            return range.lowerBound..<range.lowerBound + bytes.count
        }
        let name = Array("\"\(key)\":".utf8)
        let place = objectStart + 1
        replace(place..<place, with: name + bytes + (memberCount == 0 ? [] : [UInt8(ascii: ",")]))
        memberCount += 1
        return place + name.count..<place + name.count + bytes.count
    }

    /// What stands behind the edit moves, and with it the other value's place.
    private mutating func replace(_ range: Range<Int>, with bytes: [UInt8]) {
        whole = nil
        bytes.withUnsafeBytes { body.replace(range, with: $0) }
        let distance = bytes.count - range.count
        if let other = modelRange, other.lowerBound >= range.upperBound { modelRange = other.shifted(by: distance) }
        if let other = streamRange, other.lowerBound >= range.upperBound { streamRange = other.shifted(by: distance) }
    }
}

extension Range where Bound == Int {
    fileprivate func shifted(by distance: Int) -> Range<Int> { lowerBound + distance..<upperBound + distance }
}
