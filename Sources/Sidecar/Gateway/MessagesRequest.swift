internal import HTTP
internal import JSON
internal import LinuxSystem

/// What routing needs to know of a request's body, and the two values in it that routing may change. The body itself stays
/// the bytes that the client sent.
struct MessagesRequest {
    let model: String?
    private(set) var wantsStream: Bool
    private let body: ByteBuffer
    private var modelRange: Range<Int>?
    private var streamRange: Range<Int>?
    private let memberCount: Int
    private let objectStart: Int

    init(_ body: ByteBuffer, _ parser: JSONParser) throws(APIError) {
        let document: JSONDocument
        do {
            document = try parser.parse(body.readable)
        } catch {
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
        memberCount = root.count
        objectStart = root.sourceRange.lowerBound
    }

    /// Parsers differ in which of two they take, and so could we and the upstream.
    private static func twice(_ key: String) -> APIError {
        APIError(400, .invalidRequest, "'\(key)' is given twice in the request's body")
    }

    mutating func setModel(_ model: String) {
        set("model", modelRange) { $0.string(model) }
        // Only one edit may come after another if the ranges are still right.
        if let range = streamRange, let edited = modelRange, range.lowerBound > edited.lowerBound {
            var writer = JSONWriter()
            writer.string(model)
            streamRange = range.shifted(by: writer.bytes.count - edited.count)
        }
    }

    mutating func setStreaming() {
        if wantsStream { return }
        set("stream", streamRange) { $0.bool(true) }
        wantsStream = true
    }

    /// Puts the value where the old one stood; a member that is missing becomes the first.
    private func set(_ key: String, _ range: Range<Int>?, _ value: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        value(&writer)
        if let range {
            return writer.bytes.withUnsafeBytes { body.replace(range, with: $0) }
        }
        let text = "\"\(key)\":\(writer.text)" + (memberCount == 0 ? "" : ",")
        let place = objectStart + 1
        Array(text.utf8).withUnsafeBytes { body.replace(place..<place, with: $0) }
    }
}

extension Range where Bound == Int {
    fileprivate func shifted(by distance: Int) -> Range<Int> { lowerBound + distance..<upperBound + distance }
}
