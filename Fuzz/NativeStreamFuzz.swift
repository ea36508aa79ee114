// modules: CSimdJSON CLinux LinuxSystem JSON Translation
//
// Any bytes as the events of Gemini's and Ollama's streams, one a line, and as the requests that lead to them: whatever
// comes out is a sequence of whole events of JSON, it ends at most once, and it does not matter whether it is taken after
// each event or at the end; a request that is taken becomes JSON.

internal import JSON
internal import Translation

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    let events = input.split(separator: 0x0a, omittingEmptySubsequences: true).map { Array($0) }
    for context in NativeStreamFuzz.contexts {
        let pieces = NativeStreamFuzz.run(GeminiStream(context), events, drainsEach: true)
        let whole = NativeStreamFuzz.run(GeminiStream(context), events, drainsEach: false)
        precondition(pieces == whole, "taking it in pieces made a difference")
        NativeStreamFuzz.check(pieces)
        NativeStreamFuzz.check(NativeStreamFuzz.run(OllamaStream(context), events, drainsEach: true))
    }
    for event in events { NativeStreamFuzz.encode(event) }
    return 0
}

private enum NativeStreamFuzz {
    nonisolated(unsafe) static let parser = JSONParser()
    nonisolated(unsafe) static let contexts: [MessageContext] = ["adaptive", "disabled"].map { mode in
        let body = #"{"thinking":{"type":"\#(mode)"},"messages":[{"role":"user","content":"Hi"}]}"#
        guard
            let root = try? parser.parse(copying: body).root,
            let request = try? GeminiRequest.encode(root, model: "gemini-3-flash", provider: "p")
        else { preconditionFailure("the request is sound") }
        return MessageContext(
            messageID: "msg_01a", shownModel: "m", model: "gemini-3-flash", provider: "p", request: request,
            requestID: "req_1")
    }

    static func run(
        _ stream: consuming some AnswerCodec & ~Copyable, _ events: [[UInt8]], drainsEach: Bool
    ) -> [UInt8] {
        var stream = stream
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

    static func encode(_ text: [UInt8]) {
        guard let root = try? JSONParser().parse(copying: text), root.root.isObject else { return }
        root.withRoot { root in
            let bodies = [
                try? GeminiRequest.encode(root, model: "gemini-3-flash", provider: "p"),
                try? OllamaRequest.encode(root, model: "m", provider: "p"),
            ]
            for body in bodies.compactMap({ $0?.body }) {
                precondition((try? JSONValue(parsing: body)) != nil, "a request is no JSON")
            }
            let context = contexts[0]
            if let answer = try? GeminiStream.whole(root, context).body {
                precondition((try? JSONValue(parsing: answer)) != nil, "an answer is no JSON")
            }
            if let answer = try? OllamaStream.whole(root, context).body {
                precondition((try? JSONValue(parsing: answer)) != nil, "an answer is no JSON")
            }
        }
    }
}
