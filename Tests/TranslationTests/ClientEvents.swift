import JSON
import Testing

@testable import Translation

/// What a client reads out of a stream, held to the order that the API promises: anything else fails the test.
struct ClientEvents {
    struct Broken: Error, CustomStringConvertible { let description: String }

    struct Block: Equatable {
        var type: String
        var start: JSONValue
        var text = ""
        var signature: String?
        var isClosed = false
    }

    private(set) var blocks: [Block] = []
    private(set) var start: JSONValue?
    private(set) var end: JSONValue?
    private(set) var error: JSONValue?
    private(set) var isStopped = false
    let failure: UpstreamFailure?

    init(_ bytes: [UInt8], failure: UpstreamFailure?) throws {
        self.failure = failure
        let text = String(decoding: bytes, as: UTF8.self)
        for frame in text.split(separator: "\n\n", omittingEmptySubsequences: true) {
            let lines = frame.split(separator: "\n")
            guard lines.count == 2, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: ") else {
                throw Broken(description: "no event: \(frame)")
            }
            let data = try JSONValue(parsing: String(lines[1].dropFirst(6)))
            guard data["type"]?.string == String(lines[0].dropFirst(7)) else {
                throw Broken(description: "two names: \(frame)")
            }
            try take(data)
        }
    }

    private mutating func take(_ event: JSONValue) throws {
        guard !isStopped, error == nil else { throw Broken(description: "after the end: \(event)") }
        switch event["type"]?.string {
        case "message_start":
            guard start == nil else { throw Broken(description: "two starts") }
            start = event["message"]
        case "content_block_start":
            guard start != nil, end == nil, blocks.last?.isClosed ?? true, event["index"]?.int == blocks.count,
                let block = event["content_block"], let type = block["type"]?.string
            else { throw Broken(description: "a block begins where none may: \(event)") }
            blocks.append(Block(type: type, start: block))
        case "content_block_delta": try take(delta: event)
        case "content_block_stop":
            guard event["index"]?.int == blocks.count - 1, blocks.last?.isClosed == false else {
                throw Broken(description: "a block ends that is not open: \(event)")
            }
            blocks[blocks.count - 1].isClosed = true
        case "message_delta":
            guard blocks.last?.isClosed ?? true, end == nil else { throw Broken(description: "too early: \(event)") }
            end = event
        case "message_stop":
            guard end != nil else { throw Broken(description: "stop without a reason") }
            isStopped = true
        case "error": error = event["error"]
        default: throw Broken(description: "unknown: \(event)")
        }
    }

    private mutating func take(delta event: JSONValue) throws {
        let kinds = [
            "text_delta": ("text", "text"), "thinking_delta": ("thinking", "thinking"),
            "input_json_delta": ("tool_use", "partial_json"), "signature_delta": ("thinking", "signature"),
        ]
        guard event["index"]?.int == blocks.count - 1, let block = blocks.last, !block.isClosed,
            let delta = event["delta"], let type = delta["type"]?.string, let (kind, member) = kinds[type],
            block.type.hasSuffix(kind), let text = delta[member]?.string
        else { throw Broken(description: "a delta for a block that is closed, or of another kind: \(event)") }
        if type == "signature_delta" {
            blocks[blocks.count - 1].signature = text
        } else {
            blocks[blocks.count - 1].text += text
        }
    }

    var types: [String] { blocks.map(\.type) }
    var texts: [String] { blocks.map(\.text) }
    var stopReason: String? { end?["delta"]?["stop_reason"]?.string }
    func input(_ place: Int) throws -> JSONValue {
        try JSONValue(parsing: blocks[place].text.isEmpty ? "{}" : blocks[place].text)
    }
}
