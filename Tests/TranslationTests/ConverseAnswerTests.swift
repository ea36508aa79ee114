import JSON
import Testing

@testable import Translation

struct ConverseAnswerTests {
    private typealias Lab = BedrockLab

    private let answer =
        [
            Lab.start, Lab.thought(#"{"text":"Hm"}"#), Lab.thought(#"{"signature":"c2ln"}"#), Lab.stop(0),
            Lab.text("Grü", 1), Lab.text("ße 🙂", 1), Lab.stop(1), Lab.call("A", id: "tooluse_1", 2),
            Lab.input(#"{"q":"#, 2), Lab.input(#""ü\n"}"#, 2), Lab.stop(2), Lab.call("B", id: "tooluse_1", 3),
            Lab.stop(3), Lab.end("tool_use"), Lab.metadata,
        ]

    @Test func `thinking, text and parallel calls in the strict order`() throws {
        let events = try Lab.stream(answer)
        #expect(events.types == ["thinking", "text", "tool_use", "tool_use"] && events.isStopped)
        #expect(events.texts[0] == "Hm" && events.texts[1] == "Grüße 🙂")
        #expect(try events.input(2) == ["q": "ü\n"] && events.input(3) == [:])
        #expect(events.blocks[2].start["id"] == "tooluse_1" && events.blocks[3].start["id"] != "tooluse_1")
        #expect(events.stopReason == "tool_use" && events.end?["usage"]?["cache_creation_input_tokens"] == 10)
        #expect(events.end?["usage"]?["input_tokens"] == 40 && events.end?["usage"]?["cache_read_input_tokens"] == 50)
        let payload = ThinkingSignature.payload(
            in: events.blocks[0].signature ?? "", provider: "cloud", model: Lab.nova)
        #expect(String(decoding: payload ?? [], as: UTF8.self).contains("c2ln"))
    }

    @Test func `whole answers say the same as streams`() throws {
        let message = try Lab.whole(
            #"{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"Hm","signature":"c2ln"}}},{"text":"Grüße 🙂"},{"toolUse":{"toolUseId":"tooluse_1","name":"A","input":{"q":"ü\n"}}},{"toolUse":{"toolUseId":"tooluse_1","name":"B","input":{}}}]}},"stopReason":"tool_use","usage":\#(Lab.usage)}"#
        )
        let events = try Lab.stream(answer)
        #expect(message["content"] == (try GeminiLab.blocks(events)))
        #expect(message["usage"] == events.end?["usage"] && message["stop_reason"] == "tool_use")
    }

    @Test func `two thoughts have a signature each, and redacted ones are carried`() throws {
        let events = try Lab.stream([
            Lab.thought(#"{"text":"a"}"#), Lab.thought(#"{"signature":"MQ=="}"#), Lab.stop(0),
            Lab.thought(#"{"redactedContent":"cmVk"}"#, 1), Lab.stop(1), Lab.text("x", 2), Lab.end("end_turn"),
        ])
        #expect(events.types == ["thinking", "thinking", "text"])
        for (block, wanted) in zip(events.blocks, [(["MQ=="], []), ([""], ["cmVk"])] as [([String], [String])]) {
            let sent = try JSONParser().parse(copying: #"{"signature":"\#(block.signature ?? "")"}"#)
            let reasoning = sent.withRoot { ConverseReasoning($0, provider: "cloud", model: Lab.nova) }
            #expect([reasoning?.signature] == wanted.0 && reasoning?.redacted == wanted.1)
        }
        #expect(
            try Lab.stream([Lab.thought(#"{"text":"a"}"#), Lab.end("end_turn")], Lab.context(thinking: false)).types
                == [])
    }

    @Test(arguments: [
        ("end_turn", "end_turn"), ("tool_use", "end_turn"), ("max_tokens", "max_tokens"),
        ("stop_sequence", "stop_sequence"), ("guardrail_intervened", "refusal"), ("content_filtered", "refusal"),
        ("model_context_window_exceeded", "model_context_window_exceeded"), ("what", "end_turn"),
    ])
    func `reasons to stop`(_ reason: String, _ wanted: String) throws {
        let trace = #"{"metadata":{"usage":\#(Lab.usage),"trace":{"guardrail":{"actionReason":"Topic X"}}}}"#
        let events = try Lab.stream([Lab.text("x"), Lab.stop(0), Lab.end(reason), trace])
        #expect(events.stopReason == wanted)
        if reason == "guardrail_intervened" {
            let why = events.end?["delta"]?["stop_details"]?["explanation"]?.string
            #expect(why == "The answer was stopped: guardrail_intervened: Topic X")
        }
    }

    @Test func `a call that was cut off is marked, and the one before it is whole`() throws {
        let events = try Lab.stream([
            Lab.call("A", id: "a", 0), Lab.input(#"{"x":1"#, 0), Lab.stop(0), Lab.call("B", id: "b", 1),
            Lab.input(#"{"path":"/et"#, 1), Lab.stop(1), Lab.end("max_tokens"),
        ])
        #expect(try events.input(0) == ["x": 1] && events.stopReason == "max_tokens")
        #expect((try? events.input(1)) != ["path": "/et"])
    }

    @Test func `every front of a stream that breaks off is an error`() throws {
        for count in answer.indices.dropLast() {
            let events = try Lab.stream(Array(answer.prefix(count)), cut: count % 2 == 0 ? "gone" : nil)
            guard count < answer.count - 1 || count % 2 == 0 else { continue }
            #expect(events.failure != nil && !events.isStopped, "\(count)")
            #expect((events.error != nil) == (events.start != nil))
        }
        // Only what it cost is missing.
        #expect(try Lab.stream(Array(answer.dropLast())).isStopped)
    }

    @Test(arguments: [
        ("throttlingException", #"{"message":"Too many tokens, please wait"}"#, 429, "Too many tokens"),
        ("validationException", #"{"message":"Input is too long for requested model."}"#, 400, "prompt is too long"),
        ("modelStreamErrorException", #"{"message":"broke","originalStatusCode":503}"#, 503, "broke"),
        ("modelStreamErrorException", "{}", 502, "modelStreamErrorException"),
        ("modelTimeoutException", "{}", 504, ""), ("internalServerException", #"{"message":"x"}"#, 500, "x"),
        ("serviceUnavailableException", #"{"message":"x"}"#, 503, "x"), ("InternalError", "1", 502, "InternalError"),
    ])
    func `exceptions inside of a stream`(_ type: String, _ body: String, _ status: Int, _ words: String) throws {
        let exception = #"{"exception":{"type":"\#(type)","body":\#(body)}}"#
        for front in [[], [Lab.text("Half")]] {
            let events = try Lab.stream(front + [exception])
            #expect(events.failure?.status == status && events.failure?.message.contains(words) == true)
            #expect((events.error != nil) == !front.isEmpty && !events.isStopped)
        }
        #expect(try Lab.claude([Array(exception.utf8)]).failure?.status == status)
    }

    @Test(arguments: [
        (
            400,
            #"{"message":"The model returned the following errors: prompt is too long: 216327 tokens > 200000 maximum"}"#,
            400, "prompt is too long: 216327 tokens > 200000 maximum ("
        ),
        (400, #"{"message":"Malformed input request"}"#, 400, "Malformed input request"),
        (403, #"{"message":"The security token included in the request is expired"}"#, 401, "expired"),
        (
            403,
            #"{"message":"The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'x-amz-security-token:SECRET'"}"#,
            401, "does not match."
        ),
        (403, #"{"Message":"You don't have access to the model"}"#, 403, "access to the model"),
        (404, #"{"message":"no such model"}"#, 404, "no such model"), (408, #"{"message":"slow"}"#, 504, "slow"),
        (424, #"{"message":"m","originalStatusCode":400}"#, 400, "m"), (429, #"{"message":"m"}"#, 429, "m"),
        (503, #"{"message":"m"}"#, 503, "m"), (500, "[]", 500, "[]"),
    ])
    func `refusals keep their words, and no secret`(
        _ status: Int, _ body: String, _ wanted: Int, _ words: String
    ) throws {
        let failure = try JSONParser().parse(copying: body).withRoot {
            BedrockFailure.read($0, status: status, provider: "p")
        }
        #expect(failure.status == wanted && failure.message.contains(words) && !failure.message.contains("SECRET"))
    }

    @Test func `what the model could not write is an error`() throws {
        #expect(try Lab.stream([Lab.end("malformed_tool_use")]).failure?.status == 502)
        #expect(throws: UpstreamFailure.self) { try Lab.whole(#"{"output":{}}"#) }
    }

    @Test func `chunks are Anthropic's own events`() throws {
        func chunk(_ event: String) -> [UInt8] {
            Array(#"{"chunk":{"bytes":"\#(Base64.encode(Array(event.utf8)))","p":"abcd"}}"#.utf8)
        }
        let events = [
            #"{"type":"message_start","message":{"id":"msg_bdrk_1"}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hé"}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}"#,
            #"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":1}}"#,
        ].map(chunk)
        let answer = try Lab.claude(events)
        #expect(answer.texts == ["Hé"] && answer.isStopped && answer.start?["id"] == "msg_bdrk_1")
        for count in events.indices { #expect(try Lab.claude(Array(events.prefix(count))).failure != nil) }
        for wrong in [#"{"chunk":{}}"#, #"{"chunk":{"bytes":"*"}}"#, #"{"chunk":{"bytes":"e30"}"#] {
            #expect(try Lab.claude([Array(wrong.utf8)]).failure?.status == 502)
        }
    }
}
