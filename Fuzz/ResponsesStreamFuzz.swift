// modules: CSimdJSON CLinux LinuxSystem JSON Translation
//
// Any bytes as the events of a response, one a line: whatever comes out is a sequence of whole events of JSON, it ends at
// most once, it does not matter whether it is taken after each event or at the end, and the same holds for what it becomes
// on its way to a client that speaks the same API.

internal import JSON
internal import Translation

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    let events = input.split(separator: 0x0a, omittingEmptySubsequences: true).map { Array($0) }
    let pieces = ResponsesStreamFuzz.read(events, drainsEach: true)
    precondition(pieces == ResponsesStreamFuzz.read(events, drainsEach: false), "taking it in pieces made a difference")
    ResponsesStreamFuzz.check(pieces, ends: ["message_stop", "error"])
    ResponsesStreamFuzz.check(
        ResponsesStreamFuzz.write(pieces), ends: ["response.completed", "response.incomplete", "response.failed"])
    return 0
}

private enum ResponsesStreamFuzz {
    nonisolated(unsafe) static let parser = JSONParser()

    nonisolated(unsafe) static let context: ChatAnswerContext = {
        let dialect = ChatDialect.openAI.asResponses
        let body = #"{"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"Hi"}]}"#
        guard
            let root = try? parser.parse(copying: body).root,
            let request = try? ChatRequest(root, model: "m", provider: "p", dialect: dialect)
        else { preconditionFailure("the request is sound") }
        return ChatAnswerContext(
            messageID: "msg_01a", shownModel: "m", model: "m", provider: "p", dialect: dialect, request: request,
            requestID: "req_1")
    }()

    nonisolated(unsafe) static let outContext: ResponsesOutContext = {
        let body =
            #"{"input":"Hi","reasoning":{"summary":"auto"},"include":["reasoning.encrypted_content"],"tools":[{"type":"custom","name":"T"}]}"#
        guard let root = try? parser.parse(copying: body).root, let request = try? ResponsesInRequest(root, model: "m")
        else { preconditionFailure("the request is sound") }
        return ResponsesOutContext(id: "resp_1", model: "m", created: 1, request)
    }()

    static func read(_ events: [[UInt8]], drainsEach: Bool) -> [UInt8] {
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

    static func write(_ events: [UInt8]) -> [UInt8] {
        var stream = ResponsesOutStream(outContext)
        for line in events.split(separator: 0x0a) where line.starts(with: "data: ".utf8) {
            Array(line.dropFirst(6)).withUnsafeBytes { stream.event($0, parser) }
        }
        stream.end(cut: nil)
        var output: [UInt8] = []
        stream.drain { output += $0 }
        return output
    }

    static func check(_ output: [UInt8], ends: Set<String>) {
        var stops = 0
        for line in output.split(separator: 0x0a) where line.starts(with: "data: ".utf8) {
            guard let value = try? JSONValue(parsing: Array(line.dropFirst(6))) else {
                preconditionFailure("an event is no JSON: \(String(decoding: line, as: UTF8.self))")
            }
            precondition(stops == 0, "something came after the end")
            if ends.contains(value["type"]?.string ?? "") { stops += 1 }
        }
    }
}
