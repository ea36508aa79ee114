import JSON
import Testing

@testable import Translation

/// OpenAI's clients in front of Anthropic's API.
struct InboundTests {
    private func request(_ body: String) throws -> JSONValue {
        try JSONParser().parse(copying: body).withRoot { try JSONValue(parsing: ChatInRequest($0, model: "m").body) }
    }

    private let context = ChatOutContext(id: "chatcmpl-1", model: "m", created: 7, wantsUsage: true)

    private func chunks(_ events: [String], cut: String? = nil) throws -> (chunks: [JSONValue], isDone: Bool) {
        var stream = ChatOutStream(context)
        let parser = JSONParser()
        for event in events { Array(event.utf8).withUnsafeBytes { stream.event($0, parser) } }
        stream.end(cut: cut)
        var text: [UInt8] = []
        stream.drain { text += $0 }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n\n").map { String($0.dropFirst(6)) }
        return (try lines.filter { $0 != "[DONE]" }.map { try JSONValue(parsing: $0) }, lines.last == "[DONE]")
    }

    @Test func `a conversation with everything`() throws {
        let body = try request(
            #"{"messages":[{"role":"developer","content":"S"},{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QQ=="}}]},{"role":"assistant","content":null,"tool_calls":[{"id":"call/1","type":"function","function":{"name":"T","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"call/1","content":"r"},{"role":"system","content":"Late"}],"tools":[{"type":"function","function":{"name":"T","parameters":{"type":"object"}}}],"tool_choice":"required","parallel_tool_calls":false,"stop":"END","temperature":1.7,"user":"u","reasoning_effort":"minimal","max_completion_tokens":9}"#
        )
        let id = ToolIDs.forClient("call/1")
        #expect(body["system"] == [["type": "text", "text": "S"]])
        #expect(
            body["messages"] == [
                [
                    "role": "user",
                    "content": [
                        ["type": "text", "text": "Hi"],
                        ["type": "image", "source": ["type": "base64", "media_type": "image/png", "data": "QQ=="]],
                    ],
                ],
                [
                    "role": "assistant",
                    "content": [["type": "tool_use", "id": .string(id), "name": "T", "input": ["a": 1]]],
                ],
                [
                    "role": "user",
                    "content": [
                        [
                            "type": "tool_result", "tool_use_id": .string(id),
                            "content": [["type": "text", "text": "r"]],
                        ]
                    ],
                ],
                ["role": "system", "content": [["type": "text", "text": "Late"]]],
            ])
        #expect(body["tool_choice"] == ["type": "any", "disable_parallel_tool_use": true])
        #expect(body["stop_sequences"] == ["END"] && body["max_tokens"] == 9 && body["temperature"]?.double == 1)
        #expect(body["metadata"] == ["user_id": "u"] && body["output_config"] == ["effort": "low"])
    }

    @Test func `a stream with thinking, text and a call`() throws {
        let (chunks, isDone) = try chunks([
            #"{"type":"message_start","message":{"usage":{"input_tokens":10,"cache_read_input_tokens":5}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"S"}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"a\"b"}}"#,
            #"{"type":"ping"}"#,
            #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"T"}}"#,
            #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"x\""}}"#,
            #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":":1}"}}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":4}}"#,
            #"{"type":"message_stop"}"#,
        ])
        let deltas = chunks.compactMap { $0["choices"]?[0]?["delta"] }
        #expect(deltas.compactMap { $0["content"]?.string }.joined() == "a\"b" && isDone)
        #expect(deltas.compactMap { $0["reasoning_content"]?.string } == ["Hm"])
        #expect(deltas.compactMap { $0["reasoning_details"]?[0]?["signature"] } == ["S"])
        let calls = deltas.compactMap { $0["tool_calls"]?[0] }
        #expect(calls.first?["id"] == "toolu_1" && calls.allSatisfy { $0["index"] == 0 })
        #expect(calls.compactMap { $0["function"]?["arguments"]?.string }.joined() == #"{"x":1}"#)
        #expect(chunks.compactMap { $0["choices"]?[0]?["finish_reason"]?.string } == ["tool_calls"])
        #expect(chunks.last?["usage"]?["prompt_tokens"] == 15 && chunks.last?["usage"]?["total_tokens"] == 19)
    }

    @Test func `errors and cuts are told, and never end in DONE`() throws {
        let start = #"{"type":"message_start","message":{}}"#
        let failed = try chunks([start, #"{"type":"error","error":{"type":"overloaded_error","message":"Busy"}}"#])
        #expect(failed.chunks.last?["error"]?["message"] == "Busy" && !failed.isDone)
        let cut = try chunks([start], cut: "reset")
        #expect(cut.chunks.last?["error"]?["message"]?.string?.contains("reset") == true && !cut.isDone)
    }

    @Test func `a whole answer`() throws {
        let answer = try JSONParser().parse(
            copying:
                #"{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"},{"type":"tool_use","id":"toolu_1","name":"T","input":{"x":"ü"}}],"stop_reason":"tool_use","usage":{"input_tokens":3,"output_tokens":2}}"#
        ).withRoot { try JSONValue(parsing: ChatOutAnswer($0, context).body) }
        let choice = answer["choices"]?[0]
        #expect(choice?["message"]?["content"] == "ab" && choice?["finish_reason"] == "tool_calls")
        #expect(choice?["message"]?["tool_calls"]?[0]?["function"]?["arguments"] == #"{"x":"ü"}"#)
    }

    @Test(arguments: [
        (
            #"{"messages":[{"content":[{"type":"thinking","signature":"sidecar:p:0:"} , {"type":"text"}]}]}"#,
            #"{"messages":[{"content":[{"type":"text"}]}]}"#
        ),
        (
            #"{"messages":[{"content":[{"type":"text"},{"type":"thinking","signature":"sidecar:p:0:"}]},{"x":1}]}"#,
            #"{"messages":[{"content":[{"type":"text"}]},{"x":1}]}"#
        ),
        (
            #"{"messages":[{"x":1},{"content":[{"type":"thinking","signature":"sidecar:p:0:"}]}]}"#,
            #"{"messages":[{"x":1}]}"#
        ),
        (
            #"{"messages":[{"content":[{"type":"thinking","signature":"EqQB"}]}]}"#,
            #"{"messages":[{"content":[{"type":"thinking","signature":"EqQB"}]}]}"#
        ),
    ]) func `others' thinking stays behind on the way to Anthropic (pain 5)`(body: String, expected: String) throws {
        var bytes = Array(body.utf8)
        let ranges = try JSONParser().parse(copying: body).withRoot { ForeignThinking.ranges(in: $0) }
        for range in ranges.reversed() { bytes.removeSubrange(range) }
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test func `parameters that Anthropic does not have go on to those who may know them`() throws {
        let body =
            #"{"messages":[],"seed":1,"min_p":0.1,"metadata":{"a":"b"},"response_format":{"type":"json_object"}}"#
        for isTranslated in [false, true] {
            let request = try JSONParser().parse(copying: body).withRoot {
                try ChatInRequest($0, model: "m", isTranslated: isTranslated)
            }
            let made = try JSONValue(parsing: request.body)
            #expect((made["seed"]?.int == 1 && made["min_p"]?.double == 0.1) == isTranslated && made["metadata"] == nil)
            #expect(made["output_config"] == ["format": ["type": "json_object"]])
            #expect(request.leftOut.features == [.unknownField])
        }
    }
}
