import JSON
import Testing

@testable import Translation

/// What a client reads of a streamed response. `ClientEvents` refuses every breach of the order by itself.
struct ResponsesStreamTests {
    typealias Lab = ResponsesLab

    @Test func `thinking, text and a call, each in a block of its own`() throws {
        let events = try Lab.stream([
            Lab.event("response.created", #""response":{"status":"in_progress"}"#),
            Lab.added(0, #""type":"reasoning","id":"rs_1","summary":[]"#),
            Lab.summary(0, 0, "One"), Lab.summary(0, 0, "!"), Lab.summary(0, 1, "Two"),
            Lab.done(
                0,
                #""type":"reasoning","id":"rs_1","summary":[{"text":"One!"},{"text":"Two"}],"encrypted_content":"ENC""#),
            Lab.added(1, #""type":"message","content":[]"#), Lab.text(1, "Hel"), Lab.text(1, "lo"),
            Lab.event("response.output_text.done", #""output_index":1,"content_index":0,"text":"Hello""#),
            Lab.done(1, #""type":"message","content":[{"type":"output_text","text":"Hello"}]"#),
            Lab.call(2, "T"), Lab.arguments(2, #"{"a""#), Lab.arguments(2, ":1}"),
            Lab.event("response.function_call_arguments.done", #""output_index":2,"arguments":"{\"a\":1}""#),
            Lab.done(2, #""type":"function_call","call_id":"call_1","name":"T","arguments":"{\"a\":1}""#),
            Lab.end(
                "completed",
                #","output":[{"type":"reasoning","id":"rs_1"},{"type":"message","content":[{"text":"Hello"}]},{"type":"function_call","call_id":"call_1","name":"T","arguments":"{}"}],"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60,"cache_write_tokens":10},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":3}}"#
            ),
        ])
        #expect(events.types == ["thinking", "text", "tool_use"])
        #expect(events.texts == ["One!\n\nTwo", "Hello", #"{"a":1}"#])
        #expect(events.stopReason == "tool_use" && events.isStopped && events.blocks[2].start["id"] == "call_1")
        let usage = events.end?["usage"]
        #expect(usage?["input_tokens"] == 30 && usage?["cache_read_input_tokens"] == 60, "no token twice (pain 12)")
        #expect(usage?["cache_creation_input_tokens"] == 10 && usage?["output_tokens"] == 7)
        let item = try #require(
            ReasoningItem(events.blocks[0].signature ?? "", provider: "openai", model: "gpt-5.2"))
        #expect(item.id == "rs_1" && item.encrypted == "ENC" && item.parts == [4, 3])
        #expect(ReasoningItem(events.blocks[0].signature ?? "", provider: "openai", model: "gpt-5.1") == nil)
    }

    @Test func `what comes without deltas is told once, at its end`() throws {
        let text = #""type":"message","content":[{"type":"output_text","text":"Hi"}]"#
        let call = #""type":"function_call","call_id":"c","name":"T","arguments":"{\"a\":1}""#
        let thought = #""type":"reasoning","id":"r","summary":[{"text":"A"},{"text":"B"}],"encrypted_content":"E""#
        let items = "\(thought)},{\(text)},{\(call)"
        let done = try Lab.stream([Lab.done(0, thought), Lab.done(1, text), Lab.done(2, call), Lab.end()])
        #expect(done.texts == ["A\n\nB", "Hi", #"{"a":1}"#] && done.stopReason == "tool_use")
        let ended = try Lab.stream([Lab.end("completed", #","output":[{\#(items)}]"#)])
        #expect(ended.texts == ["Hi", #"{"a":1}"#] && ended.types == ["text", "tool_use"])
    }

    @Test func `thinking without a summary is kept for the model, and nobody's who did not ask`() throws {
        let events = [
            Lab.added(0, #""type":"reasoning","id":"r","summary":[]"#),
            Lab.done(0, #""type":"reasoning","id":"r","summary":[],"encrypted_content":"E""#), Lab.text(1, "x"),
            Lab.end(),
        ]
        let shown = try Lab.stream(events)
        #expect(shown.types == ["thinking", "text"] && shown.texts == ["", "x"])
        #expect(ReasoningItem(shown.blocks[0].signature ?? "", provider: "openai", model: "gpt-5.2")?.encrypted == "E")
        #expect(try Lab.stream(events, thinking: false).types == ["text"])
    }

    @Test(arguments: [
        (Lab.end("incomplete", #","incomplete_details":{"reason":"max_output_tokens"}"#), "max_tokens"),
        (Lab.end("incomplete", #","incomplete_details":{"reason":"content_filter"}"#), "refusal"),
        (Lab.end(), "end_turn"),
    ]) func `reasons to stop`(end: String, expected: String) throws {
        #expect(try Lab.stream([Lab.text(0, "x"), end]).stopReason == expected)
    }

    @Test func `a refusal is one`() throws {
        let events = try Lab.stream([
            Lab.event("response.refusal.delta", #""output_index":0,"content_index":0,"delta":"No.""#), Lab.end(),
        ])
        #expect(events.texts == ["No."] && events.stopReason == "refusal")
    }

    @Test func `a call that the limit cut is not made whole`() throws {
        let events = try Lab.stream([
            Lab.call(0, "T"), Lab.arguments(0, #"{"path":"/"#),
            Lab.done(0, #""type":"function_call","status":"incomplete","call_id":"call_1","name":"T","arguments":"{""#),
            Lab.end("incomplete", #","incomplete_details":{"reason":"max_output_tokens"}"#),
        ])
        #expect(events.stopReason == "max_tokens" && events.texts == [#"{"path":"/"#])
    }

    @Test func `calls that come at the same time stay apart (pain 3)`() throws {
        let events = try Lab.stream([
            Lab.call(0, "A", id: "a"), Lab.call(1, "B", id: "b"), Lab.arguments(1, "{"), Lab.arguments(0, #"{"n":1"#),
            Lab.arguments(1, "}"), Lab.arguments(0, "}"), Lab.end(),
        ])
        #expect(events.blocks.map { $0.start["name"] } == ["A", "B"] && events.texts == [#"{"n":1}"#, "{}"])
    }

    @Test func `errors have a status before the first word, and an event later (pain 21)`() throws {
        let failed = #""response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow down"}}"#
        let early = try Lab.stream([
            Lab.event("response.created", #""response":{}"#), Lab.event("response.failed", failed),
        ])
        #expect(early.start == nil && early.failure?.status == 429)
        #expect(early.failure?.message.contains("slow down") == true)
        let late = try Lab.stream([Lab.text(0, "x"), Lab.event("error", #""code":"server_error","message":"Oops""#)])
        #expect(late.error?["type"] == "api_error" && !late.isStopped && late.texts == ["x"])
        let tooLong = try Lab.stream([
            Lab.event("error", #""code":"context_length_exceeded","message":"Your input exceeds the context window""#)
        ])
        #expect(tooLong.failure?.status == 400 && tooLong.failure?.message.hasPrefix("prompt is too long: ") == true)
    }

    @Test func `a cut stream never passes for a whole one`() throws {
        let whole = [
            Lab.summary(0, 0, "t"), Lab.text(1, "Hi"), Lab.call(2, "T"), Lab.arguments(2, #"{"a":"#),
            Lab.arguments(2, "1}"), Lab.end(),
        ]
        for count in 0..<whole.count {
            let events = try Lab.stream(Array(whole.prefix(count)))
            #expect(!events.isStopped && events.failure?.kind == .api && (count == 0 || events.error != nil))
        }
        #expect(try Lab.stream(whole).isStopped)
    }

    @Test func `a whole answer`() throws {
        let answer = try Lab.answer(
            #"""
            {"id":"resp_1","status":"completed","error":null,"output":[
            {"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"Hm"}],"encrypted_content":"E"},
            {"type":"message","content":[{"type":"output_text","text":"Grüße","annotations":[]}]},
            {"type":"function_call","call_id":"call_1","name":"T","arguments":"{\"x\":1}"}],
            "usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4},"output_tokens":2}}
            """#)
        let content = try #require(answer["content"]?.array)
        #expect(content.map { $0["type"] } == ["thinking", "text", "tool_use"] && content[1]["text"] == "Grüße")
        #expect(content[2]["input"] == ["x": 1] && answer["stop_reason"] == "tool_use")
        #expect(answer["usage"]?["input_tokens"] == 6 && answer["usage"]?["cache_read_input_tokens"] == 4)
        #expect(
            ReasoningItem(content[0]["signature"]?.string ?? "", provider: "openai", model: "gpt-5.2")?.encrypted == "E"
        )
        #expect(throws: UpstreamFailure.self) {
            try Lab.answer(#"{"status":"failed","error":{"code":"server_error","message":"x"}}"#)
        }
        #expect(throws: UpstreamFailure.self) { try Lab.answer(#"{"status":"queued","output":[]}"#) }
    }
}
