// What the fuzz targets of streams share: any bytes as events, one a line, through a codec of answers.

internal import JSON
internal import Translation

enum StreamFuzz {
    nonisolated(unsafe) static let parser = JSONParser()

    static func events(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [[UInt8]] {
        UnsafeBufferPointer(start: start, count: count).split(separator: 0x0a).map { Array($0) }
    }

    /// What a client gets: whole events of JSON that end at most once, and the same whether they are taken after each event of
    /// the upstream's or at the end.
    @discardableResult
    static func checked<Codec: AnswerCodec & ~Copyable>(
        _ codec: Codec.Type, _ context: Codec.Context, _ events: [[UInt8]],
        ends: Set<String> = ["message_stop", "error"]
    ) -> [UInt8] {
        let pieces = output(codec, context, events, drainsEach: true)
        precondition(
            pieces == output(codec, context, events, drainsEach: false), "taking it in pieces made a difference")
        var stops = 0
        for data in datas(pieces) {
            guard let value = try? JSONValue(parsing: data) else {
                preconditionFailure("an event is no JSON: \(String(decoding: data, as: UTF8.self))")
            }
            precondition(stops == 0, "something came after the end")
            if ends.contains(value["type"]?.string ?? "") { stops += 1 }
        }
        return pieces
    }

    /// What stands behind `data:`, an event each.
    static func datas(_ output: [UInt8]) -> [[UInt8]] {
        output.split(separator: 0x0a).filter { $0.starts(with: "data: ".utf8) }.map { Array($0.dropFirst(6)) }
    }

    private static func output<Codec: AnswerCodec & ~Copyable>(
        _ codec: Codec.Type, _ context: Codec.Context, _ events: [[UInt8]], drainsEach: Bool
    ) -> [UInt8] {
        var stream = Codec(context)
        var output: [UInt8] = []
        for event in events {
            event.withUnsafeBytes { stream.event($0, parser) }
            if drainsEach { stream.drain { output += $0 } }
        }
        stream.end(cut: nil)
        stream.drain { output += $0 }
        return output
    }

    static func root(_ text: String) -> JSONElement {
        guard let root = try? parser.parse(copying: text).root else { preconditionFailure("it is sound") }
        return root
    }

    /// For chat completions and responses.
    static func context(_ dialect: ChatDialect) -> ChatAnswerContext {
        let body = #"{"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"Hi"}]}"#
        guard let request = try? ChatRequest(root(body), model: "m", provider: "p", dialect: dialect) else {
            preconditionFailure("the request is sound")
        }
        return ChatAnswerContext(
            messageID: "msg_01a", shownModel: "m", model: "m", provider: "p", dialect: dialect, request: request,
            requestID: "req_1")
    }

    /// For providers with an API of their own. Thinking is shown, or not.
    nonisolated(unsafe) static let contexts: [MessageContext] = ["adaptive", "disabled"].map { mode in
        let body = #"{"thinking":{"type":"\#(mode)"},"messages":[{"role":"user","content":"Hi"}]}"#
        guard let request = try? GeminiRequest.encode(root(body), model: "gemini-3-flash", provider: "p") else {
            preconditionFailure("the request is sound")
        }
        return MessageContext(
            messageID: "msg_01a", shownModel: "m", model: "gemini-3-flash", provider: "p", request: request,
            requestID: "req_1")
    }
}
