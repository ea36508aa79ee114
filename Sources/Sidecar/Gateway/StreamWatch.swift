internal import HTTP
package import JSON
internal import LinuxSystem

/// Watches an Anthropic event stream that passes by: when the first content came, what it cost, which block is open. It
/// changes nothing. Deltas, the bulk of a stream, are recognised by their name and not parsed.
package struct StreamWatch {
    package enum OpenBlock: Equatable {
        case text
        case thinking
        case toolInput
        /// Of a kind that we know no harmless delta for.
        case other
    }

    private var scanner = EventStreamScanner()
    package private(set) var usage = TokenUsage()
    package private(set) var hasContent = false
    package private(set) var openBlock: (index: Int, kind: OpenBlock)?
    /// Nothing comes after `message_stop` or `error`.
    package private(set) var isFinished = false
    /// The message of an `error` event: the stream failed although its status says 200.
    package private(set) var failure: String?

    package init() {}

    package var isAtBoundary: Bool { scanner.isAtBoundary }

    package mutating func scan(_ bytes: UnsafeRawBufferPointer, _ parser: JSONParser) {
        var seen = self
        scanner.scan(bytes) { seen.note(ServerSentEvent($0), parser) }
        seen.scanner = scanner
        self = seen
    }

    private mutating func note(_ event: ServerSentEvent, _ parser: JSONParser) {
        if event.isNamed("content_block_delta") {
            hasContent = true
        } else if event.isNamed("ping") || event.data.isEmpty {
            return
        } else if let document = try? parser.parse(copying: event.data) {
            note(document.root)
        } else {
            // It may have ended the block, so nothing may be added to that any more.
            openBlock = nil
        }
    }

    private mutating func note(_ root: JSONElement) {
        switch root["type"]?.string {
        case "message_start":
            if let usage = root["message"]?["usage"] { merge(usage) }
        case "content_block_start":
            hasContent = true
            openBlock = (root["index"]?.int ?? 0, Self.kind(root["content_block"]?["type"]?.string))
        case "content_block_delta":
            hasContent = true
        case "content_block_stop":
            openBlock = nil
        case "message_delta":
            if let usage = root["usage"] { merge(usage) }
        case "message_stop":
            isFinished = true
        case "error":
            failure = root["error"]?["message"]?.string ?? "the stream carried an error event"
            isFinished = true
        default:
            break
        }
    }

    private static func kind(_ type: String?) -> OpenBlock {
        switch type {
        case "text": .text
        case "thinking": .thinking
        case "tool_use", "server_tool_use": .toolInput
        default: .other
        }
    }

    /// As Claude Code reads it: a later value counts when it is above zero.
    private mutating func merge(_ element: JSONElement) {
        usage.merge(TokenUsage(element))
    }

    /// Something that changes nothing in the message and shows the client that the stream lives. Claude Code gives up after
    /// ten minutes of pings alone, but not as long as deltas come, so an empty delta is better wherever a block is open.
    package var signOfLife: String {
        guard let openBlock else { return "event: ping\ndata: {\"type\": \"ping\"}\n\n" }
        let delta: String
        switch openBlock.kind {
        case .text: delta = #"{"type":"text_delta","text":""}"#
        case .thinking: delta = #"{"type":"thinking_delta","thinking":""}"#
        case .toolInput: delta = #"{"type":"input_json_delta","partial_json":""}"#
        case .other: return "event: ping\ndata: {\"type\": \"ping\"}\n\n"
        }
        return
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":\(openBlock.index),\"delta\":\(delta)}\n\n"
    }
}

extension TokenUsage {
    package init(_ element: JSONElement) {
        input = element["input_tokens"]?.int ?? 0
        output = element["output_tokens"]?.int ?? 0
        cacheRead = element["cache_read_input_tokens"]?.int ?? 0
        cacheCreation = element["cache_creation_input_tokens"]?.int ?? 0
    }

    package mutating func merge(_ later: TokenUsage) {
        if later.input > 0 { input = later.input }
        if later.output > 0 { output = later.output }
        if later.cacheRead > 0 { cacheRead = later.cacheRead }
        if later.cacheCreation > 0 { cacheCreation = later.cacheCreation }
    }
}
