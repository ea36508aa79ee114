internal import JSON

/// The events of a streamed message, as they go on to clients of OpenAI's APIs.
struct MessageEvents: ~Copyable {
    enum Event {
        case start
        case blockBegins(JSONElement)
        case delta(JSONElement)
        case blockEnds
        case stop
        /// Nothing that these clients are told.
        case other
    }

    private var text = PaddedBytes()
    private(set) var counts = TokenCounts()
    private(set) var stopReason: String?

    init() {}

    /// Its elements are valid until the next one. What the message says to be an error is thrown.
    mutating func read(_ data: UnsafeRawBufferPointer, _ parser: JSONParser) throws(UpstreamFailure) -> Event {
        text.removeAll()
        text.append(data)
        let root: JSONElement
        do throws(JSONError) {
            root = try parser.parse(text.bytes).root
        } catch {
            throw UpstreamFailure(
                status: 502, "the provider sent an event that is not JSON (\(error)): \(ShownBytes.text(data))")
        }
        let type = root["type"]
        // What comes a thousand times is known without a string of its own.
        if type?.equals("content_block_delta") == true { return root["delta"].map { .delta($0) } ?? .other }
        switch type?.string {
        case "message_start":
            counts.merge(anthropic: root["message"]?["usage"])
            return .start
        case "content_block_start": return root["content_block"].map { .blockBegins($0) } ?? .other
        case "content_block_stop": return .blockEnds
        case "message_delta":
            counts.merge(anthropic: root["usage"])
            if let reason = root["delta"]?["stop_reason"]?.string { stopReason = reason }
            return .other
        case "message_stop": return .stop
        case "error":
            let error = root["error"]
            let kind = UpstreamFailure.Kind(rawValue: error?["type"]?.string ?? "") ?? .api
            throw UpstreamFailure(
                status: kind.status, kind: kind, error?["message"]?.string ?? "the answer failed")
        default: return .other
        }
    }
}
