package import JSON

/// Turns the events of a streamed message into those of a streamed response.
package struct ResponsesOutStream: AnswerCodec, ~Copyable {
    private let context: ResponsesOutContext
    private var writer = JSONWriter()
    private var events = MessageEvents()
    private var count = 0
    private var place = -1
    private var open: ResponsesOutItem?
    private var output: [[UInt8]] = []
    private var hasBegun = false
    package private(set) var hasEnded = false
    package private(set) var failure: UpstreamFailure?
    package var ownCounts: TokenCounts? { events.counts }

    package init(_ context: ResponsesOutContext) { self.context = context }

    package static var signOfLife: String? { ChatOutStream.signOfLife }

    package mutating func drain(_ body: (UnsafeRawBufferPointer) -> Void) {
        writer.bytes.withUnsafeBytes(body)
        writer.removeAll()
    }

    package mutating func begin() {
        guard !hasBegun else { return }
        hasBegun = true
        response("response.created", .inProgress)
        response("response.in_progress", .inProgress)
    }

    package mutating func event(_ data: UnsafeRawBufferPointer, _ parser: JSONParser) {
        guard !hasEnded, failure == nil, !data.isEmpty else { return }
        do throws(UpstreamFailure) {
            switch try events.read(data, parser) {
            case .start: begin()
            case .blockBegins(let block): beginItem(block)
            case .delta(let delta): note(delta: delta)
            case .blockEnds: endItem()
            case .other: return
            case .stop: finish()
            }
        } catch {
            fail(error)
        }
    }

    // MARK: Items

    private mutating func beginItem(_ block: JSONElement) {
        begin()
        endItem()
        guard let item = ResponsesOutItem(block, place: place + 1, context) else { return }
        place += 1
        open = item
        let context = context
        event("response.output_item.added") { writer in
            writer.key("output_index")
            writer.int(item.place)
            writer.key("item")
            item.write(to: &writer, isDone: false, context)
        }
        switch item.kind {
        case .message:
            event("response.content_part.added", of: item) { writer in
                writer.key("part")
                item.part(&writer, isDone: false)
            }
        case .reasoning where showsSummary(item):
            event("response.reasoning_summary_part.added", of: item) { writer in
                writer.key("part")
                item.summary(&writer, isDone: false)
            }
        case .reasoning, .call, .custom: return
        }
        if let words = block["text"] ?? block["thinking"] { piece(words) }
    }

    private func showsSummary(_ item: ResponsesOutItem) -> Bool { context.showsSummaries && item.redacted == nil }

    private mutating func note(delta: JSONElement) {
        if let words = delta["text"] ?? delta["thinking"] ?? delta["partial_json"] {
            piece(words)
        } else if let signature = delta["signature"], signature.isString {
            open?.signature += ResponsesOutItem.content(of: signature)
        }
    }

    private mutating func piece(_ words: JSONElement) {
        guard words.isString, words.sourceBytes.count > 2, open != nil else { return }
        open?.add(words)
        guard let item = open else { return }
        let type: StaticString
        switch item.kind {
        case .message: type = "response.output_text.delta"
        case .reasoning where showsSummary(item): type = "response.reasoning_summary_text.delta"
        case .call: type = "response.function_call_arguments.delta"
        case .reasoning, .custom: return
        }
        event(type, of: item) { writer in
            writer.key("delta")
            writer.raw(words.sourceBytes)
            if item.kind == .message { Self.noLogprobs(&writer) }
        }
    }

    private mutating func endItem() {
        guard let item = open else { return }
        open = nil
        switch item.kind {
        case .message:
            event("response.output_text.done", of: item) { writer in
                writer.key("text")
                item.string(item.text, &writer)
                Self.noLogprobs(&writer)
            }
            event("response.content_part.done", of: item) { writer in
                writer.key("part")
                item.part(&writer, isDone: true)
            }
        case .reasoning where showsSummary(item):
            event("response.reasoning_summary_text.done", of: item) { writer in
                writer.key("text")
                item.string(item.text, &writer)
            }
            event("response.reasoning_summary_part.done", of: item) { writer in
                writer.key("part")
                item.summary(&writer)
            }
        case .reasoning: break
        case .call:
            if item.text.isEmpty { told("response.function_call_arguments.delta", "delta", item, item.arguments) }
            event("response.function_call_arguments.done", of: item) { writer in
                writer.key("name")
                writer.string(item.name)
                writer.key("arguments")
                item.string(item.arguments, &writer)
            }
        case .custom:
            // It stands inside of JSON, and so it is known once that is whole.
            for (type, key) in Self.customEvents {
                event(type, of: item) { writer in
                    writer.key(key)
                    writer.string(item.customInput)
                }
            }
        }
        var done = JSONWriter()
        item.write(to: &done, isDone: true, context)
        let json = done.take()
        output.append(json)
        event("response.output_item.done") { writer in
            writer.key("output_index")
            writer.int(item.place)
            writer.key("item")
            json.withUnsafeBytes { writer.raw($0) }
        }
    }

    private static var customEvents: [(StaticString, String)] {
        [
            ("response.custom_tool_call_input.delta", "delta"), ("response.custom_tool_call_input.done", "input"),
        ]
    }

    /// Clients' types demand them.
    private static func noLogprobs(_ writer: inout JSONWriter) {
        writer.key("logprobs")
        writer.beginArray()
        writer.endArray()
    }

    private mutating func told(_ type: StaticString, _ key: String, _ item: ResponsesOutItem, _ content: [UInt8]) {
        event(type, of: item) { writer in
            writer.key(key)
            item.string(content, &writer)
        }
    }

    // MARK: Events

    private mutating func event(_ type: StaticString, of item: ResponsesOutItem, _ rest: (inout JSONWriter) -> Void) {
        event(type) { writer in
            writer.key("item_id")
            writer.string(item.id)
            writer.key("output_index")
            writer.int(item.place)
            switch item.kind {
            case .message:
                writer.key("content_index")
                writer.int(0)
            case .reasoning:
                writer.key("summary_index")
                writer.int(0)
            case .call, .custom: break
            }
            rest(&writer)
        }
    }

    private mutating func event(_ type: StaticString, _ rest: (inout JSONWriter) -> Void) {
        writer.append("event: ")
        writer.append(type)
        writer.append("\ndata: ")
        writer.beginObject()
        writer.key("type")
        writer.string(utf8: UnsafeBufferPointer(start: type.utf8Start, count: type.utf8CodeUnitCount))
        writer.key("sequence_number")
        writer.int(count)
        count += 1
        rest(&writer)
        writer.endObject()
        writer.append("\n\n")
    }

    private mutating func response(_ type: StaticString, _ end: ResponsesEnd) {
        let (context, output) = (context, output)
        let counts = end.status == "in_progress" ? nil : events.counts
        event(type) { writer in
            writer.key("response")
            ResponseWriter.write(context, end, output: output, counts, to: &writer)
        }
    }

    // MARK: The end

    private mutating func finish() {
        begin()
        endItem()
        hasEnded = true
        let end = ResponsesEnd(stopReason: events.stopReason)
        response(end.incomplete == nil ? "response.completed" : "response.incomplete", end)
    }

    package mutating func end(cut: String?) {
        guard !hasEnded, failure == nil else { return }
        fail(
            UpstreamFailure(
                status: 502, "the provider broke off before its answer was whole: \(cut ?? "it ended without an end")"))
    }

    package mutating func fail(_ failure: UpstreamFailure) {
        guard !hasEnded, self.failure == nil else { return }
        self.failure = failure
        // What is open stays so: half of a call must not be run.
        if hasBegun { response("response.failed", ResponsesEnd(failure)) }
    }

    // MARK: Whole answers

    package static func whole(
        _ root: JSONElement, _ context: ResponsesOutContext
    ) throws(UpstreamFailure) -> (body: [UInt8], counts: TokenCounts?) {
        guard let content = root["content"], content.isArray else {
            throw UpstreamFailure(
                status: 502, "the provider's answer is no message; it begins: \(ShownBytes.text(root.sourceBytes))")
        }
        var output: [[UInt8]] = []
        for block in content.elements {
            guard var item = ResponsesOutItem(block, place: output.count, context) else { continue }
            item.fill(block)
            var writer = JSONWriter()
            item.write(to: &writer, isDone: true, context)
            output.append(writer.take())
        }
        var counts = TokenCounts()
        counts.merge(anthropic: root["usage"])
        var writer = JSONWriter()
        ResponseWriter.write(
            context, ResponsesEnd(stopReason: root["stop_reason"]?.string), output: output, counts, to: &writer)
        return (writer.take(), counts)
    }

    package static func refusal(_ root: JSONElement, status: Int, _ context: ResponsesOutContext) -> UpstreamFailure {
        UpstreamFailure.read(anthropic: root, status: status)
    }
}

extension ResponsesOutItem {
    /// For a block that begins; nil for what has no place there.
    init?(_ block: JSONElement, place: Int, _ context: ResponsesOutContext) {
        switch BlockKind(block) {
        case .text: self.init(kind: .message, id: context.itemID("msg", place), place: place)
        case .thinking: self.init(kind: .reasoning, id: context.itemID("rs", place), place: place)
        case .redactedThinking:
            self.init(kind: .reasoning, id: context.itemID("rs", place), place: place)
            redacted = block["data"]?.string ?? ""
        case .toolUse:
            let name = block["name"]?.string ?? ""
            let isCustom = context.customTools.contains(name)
            self.init(
                kind: isCustom ? .custom : .call, id: context.itemID(isCustom ? "ctc" : "fc", place), place: place)
            self.name = name
            callID = ToolIDs.forUpstream(block["id"]?.string ?? "", bytesMax: .max)
        default: return nil
        }
    }

    private init(kind: Kind, id: String, place: Int) {
        self.kind = kind
        self.id = id
        self.place = place
    }

    /// From a block that came whole.
    mutating func fill(_ block: JSONElement) {
        if let words = block["text"] ?? block["thinking"], words.isString { add(words) }
        if let signature = block["signature"], signature.isString { self.signature += Self.content(of: signature) }
        if let input = block["input"] {
            // Arguments are JSON inside of a string.
            text = Array(JSONText.quoted(Array(input.sourceBytes)).dropFirst().dropLast())
        }
    }
}
