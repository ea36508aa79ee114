import JSON
import Testing

@testable import Translation

/// Requests, answers and frames of one Bedrock provider, as a test sees them.
enum BedrockLab {
    static let provider = "cloud"
    static let nova = "eu.amazon.nova-2-lite-v1:0"

    // MARK: Requests

    static func request(_ body: String, model: String = nova) throws -> EncodedRequest {
        try JSONParser().parse(copying: body).withRoot { root in
            try ConverseRequest.encode(root, model: model, provider: provider)
        }
    }

    static func encoded(_ body: String, model: String = nova) throws -> JSONValue {
        try JSONValue(parsing: request(body, model: model).body)
    }

    static func messages(_ messages: String, model: String = nova) throws -> [JSONValue] {
        try #require(try encoded(#"{"messages":\#(messages)}"#, model: model)["messages"]?.array)
    }

    static func context(thinking: Bool = true, model: String = nova, tools: String = "[]") throws -> MessageContext {
        let mode = thinking ? #""thinking":{"type":"adaptive"},"# : ""
        let request = try request(
            #"{\#(mode)"tools":\#(tools),"messages":[{"role":"user","content":"Hi"}]}"#, model: model)
        return MessageContext(
            messageID: "msg_01abc", shownModel: "big", model: model, provider: provider, request: request,
            requestID: "req_1")
    }

    // MARK: Streams

    static func stream(
        _ events: [String], cut: String? = nil, _ context: MessageContext? = nil
    ) throws -> ClientEvents {
        var stream = ConverseStream(try context ?? self.context())
        return try run(&stream, events.map { Array($0.utf8) }, cut: cut)
    }

    static func claude(_ events: [[UInt8]], cut: String? = nil) throws -> ClientEvents {
        var stream = BedrockClaudeStream(try context())
        return try run(&stream, events, cut: cut)
    }

    private static func run(
        _ stream: inout some AnswerCodec & ~Copyable, _ events: [[UInt8]], cut: String?
    ) throws -> ClientEvents {
        let parser = JSONParser()
        for event in events { event.withUnsafeBytes { stream.event($0, parser) } }
        stream.end(cut: cut)
        var text: [UInt8] = []
        stream.drain { text += $0 }
        return try ClientEvents(text, failure: stream.failure)
    }

    static func whole(_ body: String, _ context: MessageContext? = nil) throws -> JSONValue {
        let context = try context ?? self.context()
        return try JSONParser().parse(copying: body).withRoot { root in
            try JSONValue(parsing: ConverseStream.whole(root, context).body)
        }
    }

    static func text(_ text: String, _ index: Int = 0) -> String {
        #"{"contentBlockDelta":{"contentBlockIndex":\#(index),"delta":{"text":\#(JSONValue.string(text))}}}"#
    }
    static func thought(_ delta: String, _ index: Int = 0) -> String {
        #"{"contentBlockDelta":{"contentBlockIndex":\#(index),"delta":{"reasoningContent":\#(delta)}}}"#
    }
    static func call(_ name: String, id: String, _ index: Int) -> String {
        #"{"contentBlockStart":{"contentBlockIndex":\#(index),"start":{"toolUse":{"toolUseId":"\#(id)","name":"\#(name)"}}}}"#
    }
    static func input(_ piece: String, _ index: Int) -> String {
        let text = JSONValue.string(piece)
        return #"{"contentBlockDelta":{"contentBlockIndex":\#(index),"delta":{"toolUse":{"input":\#(text)}}}}"#
    }
    static func stop(_ index: Int) -> String { #"{"contentBlockStop":{"contentBlockIndex":\#(index)}}"# }
    static func end(_ reason: String) -> String { #"{"messageStop":{"stopReason":"\#(reason)"}}"# }
    static let start = #"{"messageStart":{"role":"assistant"}}"#
    static let usage =
        #"{"inputTokens":40,"outputTokens":9,"totalTokens":109,"cacheReadInputTokens":50,"cacheWriteInputTokens":10}"#
    static let metadata = #"{"metadata":{"usage":\#(usage),"metrics":{"latencyMs":5}}}"#

    // MARK: Frames

    static func frame(_ headers: [(String, String)], _ payload: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in headers { bytes += header(name, value) }
        return frame(headers: bytes, Array(payload.utf8))
    }

    static func header(_ name: String, _ value: String) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(name.utf8.count)]
        bytes += name.utf8
        bytes += [7, 0, UInt8(value.utf8.count)]
        bytes += value.utf8
        return bytes
    }

    static func frame(headers: [UInt8], _ payload: [UInt8]) -> [UInt8] {
        var bytes = number(16 + headers.count + payload.count) + number(headers.count)
        bytes += sum(bytes)
        bytes += headers
        bytes += payload
        return bytes + sum(bytes)
    }

    static func event(_ name: String, _ payload: String) -> [UInt8] {
        frame(
            [(":event-type", name), (":content-type", "application/json"), (":message-type", "event")], payload)
    }

    static func number(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    static func sum(_ bytes: [UInt8]) -> [UInt8] { number(Int(bytes.withUnsafeBytes { CRC32.of($0) })) }

    /// What a stream shows, taken in pieces of the given sizes.
    static func scan(_ bytes: [UInt8], pieces: [Int] = [Int.max]) -> (events: [String], complaint: String?) {
        var stream = AWSEventStream()
        var events: [String] = []
        var complaint: String?
        var rest = bytes[...]
        var turn = 0
        while !rest.isEmpty {
            let piece = Array(rest.prefix(max(1, pieces[turn % pieces.count])))
            rest = rest.dropFirst(piece.count)
            turn += 1
            complaint = piece.withUnsafeBytes { stream.scan($0) { events.append(String(decoding: $0, as: UTF8.self)) } }
        }
        return (events, complaint)
    }
}
