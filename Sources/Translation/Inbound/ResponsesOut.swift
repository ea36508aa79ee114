internal import JSON

/// What is known of a request of the Responses API when its answer is written.
package struct ResponsesOutContext: AnswerContext {
    package let id: String
    package let model: String
    /// Seconds since 1970.
    package let created: Int
    let echo: [(key: String, json: [UInt8])]
    let customTools: Set<String>
    let showsSummaries: Bool
    let showsEncrypted: Bool

    package init(id: String, model: String, created: Int, _ request: ResponsesInRequest) {
        self.id = id
        self.model = model
        self.created = created
        echo = request.echo
        customTools = request.customTools
        showsSummaries = request.showsSummaries
        showsEncrypted = request.showsEncrypted
    }

    package var who: String { "the provider" }

    /// Of the item at this place, unlike that of any other answer.
    func itemID(_ kind: StaticString, _ place: Int) -> String { "\(kind)_\(id.dropFirst("resp_".count))_\(place)" }
}

/// Why an answer ended, in the words of the Responses API.
struct ResponsesEnd {
    var status = "completed"
    var incomplete: String?
    var failure: UpstreamFailure?

    static let inProgress = ResponsesEnd(status: "in_progress")

    init(status: String) { self.status = status }

    init(stopReason: String?) {
        switch stopReason {
        case "max_tokens", "model_context_window_exceeded": incomplete = "max_output_tokens"
        case "refusal": incomplete = "content_filter"
        default: return
        }
        status = "incomplete"
    }

    init(_ failure: UpstreamFailure) {
        status = "failed"
        self.failure = failure
    }
}

/// The object that a response is, at its beginning and at its end.
struct ResponseWriter {
    static func write(
        _ context: ResponsesOutContext, _ end: ResponsesEnd, output: [[UInt8]], _ counts: TokenCounts?,
        to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.key("id")
        writer.string(context.id)
        writer.key("object")
        writer.string("response")
        writer.key("created_at")
        writer.int(context.created)
        writer.key("status")
        writer.string(end.status)
        writer.key("model")
        writer.string(context.model)
        writer.key("error")
        if let failure = end.failure { error(failure, &writer) } else { writer.null() }
        writer.key("incomplete_details")
        if let reason = end.incomplete { writer.value(["reason": .string(reason)]) } else { writer.null() }
        writer.key("output")
        writer.beginArray()
        for item in output { item.withUnsafeBytes { writer.raw($0) } }
        writer.endArray()
        // Nothing is kept, whatever was asked for.
        writer.key("store")
        writer.bool(false)
        for (key, json) in context.echo {
            writer.key(key)
            json.withUnsafeBytes { writer.raw($0) }
        }
        for (key, value) in defaults where !context.echo.contains(where: { $0.key == key }) {
            writer.key(key)
            writer.value(value)
        }
        writer.key("usage")
        if let counts { usage(counts, &writer) } else { writer.null() }
        writer.endObject()
    }

    /// Clients' types demand these.
    private static let defaults: [(key: String, value: JSONValue)] = [
        ("parallel_tool_calls", true), ("tool_choice", "auto"), ("tools", []),
    ]

    private static func error(_ failure: UpstreamFailure, _ writer: inout JSONWriter) {
        let code =
            switch failure.kind {
            case .rateLimit, .overloaded: "rate_limit_exceeded"
            case .invalidRequest, .tooLarge: "invalid_prompt"
            default: "server_error"
            }
        writer.value(["code": .string(code), "message": .string(failure.message)])
    }

    private static func usage(_ counts: TokenCounts, _ writer: inout JSONWriter) {
        let input = counts.input + counts.cacheRead + counts.cacheCreation
        writer.value([
            "input_tokens": .int(input),
            "input_tokens_details": [
                "cached_tokens": .int(counts.cacheRead), "cache_write_tokens": .int(counts.cacheCreation),
            ],
            "output_tokens": .int(counts.output),
            "output_tokens_details": ["reasoning_tokens": .int(counts.thinking)],
            "total_tokens": .int(input + counts.output),
        ])
    }
}
