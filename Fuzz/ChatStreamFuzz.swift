// modules: JSON Translation
//
// Any bytes as the events of a chat completion, one a line: whatever comes out is a sequence of whole events of JSON, it ends
// at most once, and it does not matter whether it is taken after each event or at the end.

internal import JSON
internal import Translation

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    let events = input.split(separator: 0x0a, omittingEmptySubsequences: true).map { Array($0) }
    let pieces = ChatStreamFuzz.run(events, drainsEach: true)
    precondition(pieces == ChatStreamFuzz.run(events, drainsEach: false), "taking it in pieces made a difference")
    ChatStreamFuzz.check(pieces)
    return 0
}

private enum ChatStreamFuzz {
    nonisolated(unsafe) static let parser = JSONParser()
    nonisolated(unsafe) static let context: ChatAnswerContext = {
        var dialect = ChatDialect.openRouter
        dialect.splitsThinkTags = true
        let body = #"{"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"Hi"}]}"#
        guard
            let root = try? parser.parse(copying: body).root,
            let request = try? ChatRequest(root, model: "m", provider: "p", dialect: dialect)
        else { preconditionFailure("the request is sound") }
        return ChatAnswerContext(
            messageID: "msg_01a", shownModel: "m", model: "m", provider: "p", dialect: dialect, request: request,
            requestID: "req_1")
    }()

    static func run(_ events: [[UInt8]], drainsEach: Bool) -> [UInt8] {
        var stream = ChatStream(context)
        var output: [UInt8] = []
        for event in events {
            event.withUnsafeBytes { stream.event($0, parser) }
            if drainsEach { stream.drain { output += $0 } }
        }
        stream.end(cut: nil)
        stream.drain { output += $0 }
        return output
    }

    static func check(_ output: [UInt8]) {
        var stops = 0
        for line in output.split(separator: 0x0a) where line.starts(with: "data: ".utf8) {
            guard let value = try? JSONValue(parsing: Array(line.dropFirst(6))) else {
                preconditionFailure("an event is no JSON: \(String(decoding: line, as: UTF8.self))")
            }
            precondition(stops == 0, "something came after the end")
            if value["type"] == "message_stop" || value["type"] == "error" { stops += 1 }
        }
    }
}
