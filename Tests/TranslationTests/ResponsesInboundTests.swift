import JSON
import Testing

@testable import Translation

/// OpenAI's Responses API in front: its request in Anthropic's words, and Anthropic's answer in its own.
struct ResponsesInboundTests {
    private static func request(_ body: String) throws -> ResponsesInRequest {
        try JSONParser().parse(copying: body).withRoot { try ResponsesInRequest($0, model: "m") }
    }

    private static func events(
        _ events: [String], request: String = #"{"input":"Hi"}"#, cut: String? = nil
    ) throws -> (events: [JSONValue], failure: UpstreamFailure?) {
        let context = ResponsesOutContext(id: "resp_a", model: "m", created: 1, try Self.request(request))
        var stream = ResponsesOutStream(context)
        let parser = JSONParser()
        for event in events {
            var event = event
            event.withUTF8 { stream.event(UnsafeRawBufferPointer($0), parser) }
        }
        stream.end(cut: cut)
        var bytes: [UInt8] = []
        stream.drain { bytes += $0 }
        let frames = try String(decoding: bytes, as: UTF8.self).split(separator: "\n\n").map { frame in
            try JSONValue(parsing: String(frame.split(separator: "\n")[1].dropFirst(6)))
        }
        return (frames, stream.failure)
    }

    @Test func `items become messages, one for each turn`() throws {
        let carried = CarriedThinking(text: "t", signature: "S").encrypted
        let request = try Self.request(
            #"""
            {"instructions":"A","input":[{"role":"developer","content":"B"},{"role":"user","content":"C"},
            {"type":"reasoning","id":"rs","summary":[],"encrypted_content":"\#(carried)"},
            {"type":"message","role":"assistant","content":[{"type":"output_text","text":"D"}]},
            {"type":"function_call","call_id":"c/1","name":"T","arguments":"{\"a\":1}"},
            {"type":"function_call","call_id":"c2","name":"T","arguments":""},
            {"type":"function_call_output","call_id":"c/1","output":"E"},
            {"type":"function_call_output","call_id":"c2","output":[{"type":"input_image","image_url":"data:image/png;base64,QQ=="}]},
            {"role":"system","content":"F"},{"role":"user","content":[{"type":"input_file","file_url":"https://e.org/a.pdf"}]}]}
            """#)
        let body = try JSONValue(parsing: request.body)
        #expect(body["system"]?.array?.map { $0["text"] } == ["A", "B"])
        let messages = try #require(body["messages"]?.array)
        #expect(messages.map { $0["role"] } == ["user", "assistant", "user", "system", "user"])
        let said = try #require(messages[1]["content"]?.array)
        #expect(said.map { $0["type"] } == ["thinking", "text", "tool_use", "tool_use"])
        #expect(said[0]["signature"] == "S" && said[2]["input"] == ["a": 1] && said[3]["input"] == [:])
        let results = try #require(messages[2]["content"]?.array)
        #expect(results.map { $0["tool_use_id"] } == said[2...].map { $0["id"] })
        #expect(results[1]["content"]?[0]?["source"]?["data"] == "QQ==")
        #expect(messages[4]["content"]?[0]?["source"]?["url"] == "https://e.org/a.pdf")
    }

    @Test(arguments: [
        ("previous_response_id", #""r""#), ("conversation", #""c""#), ("prompt", "{}"), ("background", "true"),
        ("tools", #"[{"type":"file_search"}]"#), ("input", #"[{"type":"item_reference","id":"x"}]"#),
    ]) func `what lies at OpenAI is refused by its name`(key: String, value: String) throws {
        let input = key == "input" ? "" : #""input":"Hi","#
        #expect {
            try Self.request(#"{\#(input)"\#(key)":\#(value)}"#)
        } throws: {
            ($0 as? TranslationRefusal)?.field == key
        }
    }

    @Test func `what is left out is noted`() throws {
        let request = try Self.request(
            #"{"input":"a","store":true,"truncation":"auto","service_tier":"flex","text":{"verbosity":"low","format":{"type":"json_object"}},"include":["web_search_call.results"],"tools":[{"type":"function","name":"T"}],"tool_choice":{"type":"allowed_tools","mode":"required","tools":[]}}"#
        )
        #expect(
            request.leftOut.features == [
                .store, .truncation, .serviceTier, .verbosity, .include, .allowedTools,
            ])
        let body = try JSONValue(parsing: request.body)
        #expect(body["tool_choice"] == ["type": "any"])
        #expect(body["output_config"] == ["format": ["type": "json_object"]])
    }

    @Test func `a streamed message in the order of events that the API promises`() throws {
        let (events, failure) = try Self.events(
            [
                #"{"type":"message_start","message":{"usage":{"input_tokens":5,"cache_read_input_tokens":3}}}"#,
                #"{"type":"content_block_start","content_block":{"type":"thinking","thinking":""}}"#,
                #"{"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":"Hm\n"}}"#,
                #"{"type":"content_block_delta","delta":{"type":"signature_delta","signature":"SIG"}}"#,
                #"{"type":"content_block_stop"}"#,
                #"{"type":"content_block_start","content_block":{"type":"text","text":""}}"#,
                #"{"type":"content_block_delta","delta":{"type":"text_delta","text":"a\"b"}}"#,
                #"{"type":"content_block_stop"}"#,
                #"{"type":"content_block_start","content_block":{"type":"tool_use","id":"toolu_1","name":"T"}}"#,
                #"{"type":"content_block_stop"}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":4}}"#,
                #"{"type":"message_stop"}"#,
            ],
            request:
                #"{"input":"Hi","reasoning":{"summary":"auto"},"include":["reasoning.encrypted_content"],"metadata":{"a":"b"}}"#
        )
        #expect(failure == nil && events.map { $0["sequence_number"] } == (0..<events.count).map { .int($0) })
        #expect(
            events.compactMap { $0["type"]?.string?.replacing("response.", with: "") } == [
                "created", "in_progress", "output_item.added", "reasoning_summary_part.added",
                "reasoning_summary_text.delta", "reasoning_summary_text.done", "reasoning_summary_part.done",
                "output_item.done", "output_item.added", "content_part.added", "output_text.delta", "output_text.done",
                "content_part.done", "output_item.done", "output_item.added", "function_call_arguments.delta",
                "function_call_arguments.done", "output_item.done", "completed",
            ])
        let response = try #require(events.last?["response"])
        let output = try #require(response["output"]?.array)
        #expect(output[0]["summary"]?[0]?["text"] == "Hm\n" && output[1]["content"]?[0]?["text"] == "a\"b")
        #expect(output[2]["arguments"] == "{}" && output[2]["call_id"] == "toolu_1")
        let carried = CarriedThinking(output[0]["encrypted_content"]?.string ?? "")
        #expect(carried == CarriedThinking(text: "Hm\n", signature: "SIG"))
        #expect(response["usage"]?["input_tokens"] == 8 && response["metadata"] == ["a": "b"])
        #expect(Set(output.compactMap { $0["id"]?.string }).count == 3)
    }

    @Test func `errors and cuts end as failures`() throws {
        let start = #"{"type":"message_start","message":{}}"#
        let failed = try Self.events([
            start, #"{"type":"error","error":{"type":"overloaded_error","message":"Busy"}}"#,
        ])
        #expect(failed.events.last?["type"] == "response.failed")
        #expect(failed.events.last?["response"]?["error"]?["message"] == "Busy")
        let cut = try Self.events([start], cut: "reset")
        #expect(cut.events.last?["response"]?["status"] == "failed" && cut.failure != nil)
        #expect(try Self.events([], cut: "reset").events.isEmpty)
    }
}
