// TranslationBenchmark BODY.json…, by Benchmarks/translation/run: what it takes to translate a request for each API, an event of
// each stream, and how much memory a request needs meanwhile. Prints one object of JSON: times in microseconds, the
// median and the best of many.
import JSON
import LinuxSystem
import Translation

struct Times {
    let median: Double
    let best: Double
    var json: JSONValue { ["median_us": .double(median), "best_us": .double(best)] }
}

/// Runs `body` for about half a second, after a little that does not count.
func timed(_ body: () throws -> Void) rethrows -> Times {
    let clock = MonotonicClock()
    for _ in 0..<20 { try body() }
    var times: [UInt64] = []
    let began = clock.now()
    while times.count < 50 || clock.now() - began < .milliseconds(500) {
        let start = clock.now()
        try body()
        times.append((clock.now() - start).nanoseconds)
    }
    times.sort()
    return Times(median: Double(times[times.count / 2]) / 1000, best: Double(times[0]) / 1000)
}

/// From bytes that came to bytes that go.
func requests(_ body: [UInt8]) throws -> JSONValue {
    let parser = JSONParser()
    let codecs: [(String, (JSONElement) throws -> Int)] = [
        ("chat", { try ChatRequest($0, model: "m", provider: "p", dialect: .compatible).body.count }),
        (
            "responses",
            { try ChatRequest($0, model: "m", provider: "p", dialect: ChatDialect.openAI.asResponses).body.count }
        ),
        ("gemini", { try GeminiRequest.encode($0, model: "gemini-3-flash", provider: "p").body.count }),
        ("ollama", { try OllamaRequest.encode($0, model: "m", provider: "p").body.count }),
    ]
    // Where they lie, as the gateway reads them.
    var text = PaddedBytes()
    body.withUnsafeBytes { text.append($0) }
    var result: JSONValue = ["bytes": .int(body.count)]
    for (name, encode) in codecs {
        var written = 0
        result[name] = try timed { written = try parser.parse(text.bytes).withRoot { try encode($0) } }.json
        precondition(written > body.count / 2, "what was translated is too short to be all of it")
    }
    return result
}

/// One event of text, among many of its kind.
func event<Codec: AnswerCodec & ~Copyable>(
    _ codec: Codec.Type, _ context: Codec.Context, _ start: [String], _ event: String
) -> JSONValue {
    let parser = JSONParser()
    var stream = Codec(context)
    var bytes = 0
    for first in start { Array(first.utf8).withUnsafeBytes { stream.event($0, parser) } }
    stream.drain { bytes += $0.count }
    let event = Array(event.utf8)
    let count = 1000
    let times = timed {
        for _ in 0..<count {
            event.withUnsafeBytes { stream.event($0, parser) }
            stream.drain { bytes += $0.count }
        }
    }
    precondition(bytes > 0, "nothing came out")
    return Times(median: times.median / Double(count), best: times.best / Double(count)).json
}

func events() throws -> JSONValue {
    let parser = JSONParser()
    let asked = #"{"messages":[{"role":"user","content":"Hi"}]}"#
    func chat(_ dialect: ChatDialect) throws -> ChatAnswerContext {
        let request = try ChatRequest(
            parser.parse(copying: asked).root, model: "m", provider: "p", dialect: dialect)
        return ChatAnswerContext(
            messageID: "msg_1", shownModel: "m", model: "m", provider: "p", dialect: dialect, request: request,
            requestID: "req_1")
    }
    let request = try GeminiRequest.encode(parser.parse(copying: asked).root, model: "gemini-3-flash", provider: "p")
    let native = MessageContext(
        messageID: "msg_1", shownModel: "m", model: "gemini-3-flash", provider: "p", request: request,
        requestID: "req_1")
    let text = "and so it goes on, a few words at a time"
    return [
        "chat": event(
            ChatStream.self, try chat(.compatible), [],
            #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"\#(text)"},"finish_reason":null}]}"#
        ),
        "responses": event(
            ChatStream.self, try chat(ChatDialect.openAI.asResponses),
            [
                #"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"msg","role":"assistant","content":[]}}"#
            ],
            #"{"type":"response.output_text.delta","item_id":"msg","output_index":0,"content_index":0,"delta":"\#(text)"}"#
        ),
        "gemini": event(
            GeminiStream.self, native, [],
            #"{"candidates":[{"content":{"role":"model","parts":[{"text":"\#(text)"}]},"index":0}]}"#),
        "ollama": event(
            OllamaStream.self, native, [],
            #"{"model":"m","message":{"role":"assistant","content":"\#(text)"},"done":false}"#),
    ]
}

/// Bytes of memory that the process has now.
func resident() throws -> Int {
    let pages = try File.readText("/proc/self/statm").split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * 4096
}

/// What a request needs, itself included, as a multiple of its size: the first one, in a process that has translated only
/// small ones.
func memory(_ body: [UInt8]) throws -> JSONValue {
    let parser = JSONParser()
    // Code counts as memory too, from when it is first run.
    let small = """
        {"tools":[{"name":"T","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"Hi"},
        {"role":"assistant","content":[{"type":"text","text":"I"},{"type":"tool_use","id":"c","name":"T","input":{"a":1}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"told"}]}]}
        """
    try parser.parse(copying: small).withRoot { root in
        _ = try ChatRequest(root, model: "m", provider: "p", dialect: .compatible).body
    }
    var text = PaddedBytes()
    let before = try resident()
    body.withUnsafeBytes { text.append($0) }
    var needed = 0
    try parser.parse(text.bytes).withRoot { root in
        let request = try ChatRequest(root, model: "m", provider: "p", dialect: .compatible)
        needed = try resident() - before
        precondition(request.body.count > body.count / 2, "what was translated is too short to be all of it")
    }
    return ["bytes": .int(body.count), "times": .double(Double(needed) / Double(body.count))]
}

do {
    var files = Array(CommandLine.arguments.dropFirst())
    guard let largest = files.popLast() else {
        try StandardStream.error.write("TranslationBenchmark: call Benchmarks/translation/run\n")
        ProcessInfo.exit(2)
    }
    var result: JSONValue = ["memory": try memory(try File.read(largest))]
    for file in files {
        result[file.split(separator: "/").last.map(String.init) ?? file] = try requests(try File.read(file))
    }
    result["event"] = try events()
    try StandardStream.output.write(result.text(style: .pretty) + "\n")
} catch {
    try? StandardStream.error.write("TranslationBenchmark: \(error)\n")
    ProcessInfo.exit(1)
}
