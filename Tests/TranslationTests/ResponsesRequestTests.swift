import JSON
import Testing

@testable import Translation

/// What the Responses API gets.
struct ResponsesRequestTests {
    @Test func `fields have their names and places there`() throws {
        let body = try ResponsesLab.encoded(
            #"""
            {"model":"claude","max_tokens":5,"stream":true,"system":[{"type":"text","text":"x-anthropic-billing-header: a"},
            {"type":"text","text":"Be brief."},{"type":"text","text":"Be kind."}],"metadata":{"user_id":"u"},
            "thinking":{"type":"adaptive"},"output_config":{"effort":"max","format":{"type":"json_schema","schema":
            {"type":"object","properties":{},"required":[],"additionalProperties":false}}},"service_tier":"standard_only",
            "verbosity":"low","messages":[{"role":"user","content":"Hi"}]}
            """#)
        #expect(body["model"] == "gpt-5.2" && body["stream"] == true && body["max_output_tokens"] == 16)
        #expect(body["instructions"] == "Be brief.\n\nBe kind.")
        #expect(body["store"] == false && body["include"] == ["reasoning.encrypted_content"])
        #expect(body["reasoning"] == ["effort": "xhigh", "summary": "auto"])
        #expect(body["text"]?["format"]?["strict"] == true && body["text"]?["verbosity"] == "low")
        #expect(body["text"]?["format"]?["name"] == "answer" && body["service_tier"] == "default")
        #expect(body["prompt_cache_key"]?.string?.hasPrefix("sidecar-") == true && body["verbosity"] == nil)
        #expect(body["input"] == [["role": "user", "content": "Hi"]])
        #expect(body.object?.members.last?.key == "input", "what changes from turn to turn comes last")
    }

    @Test func `models that do not think are not asked to`() throws {
        let body = try ResponsesLab.encoded(
            #"{"thinking":{"type":"adaptive"},"output_config":{"effort":"high"},"temperature":0.5,"messages":[]}"#,
            model: "gpt-4.1")
        #expect(body["reasoning"] == nil && body["include"] == nil && body["temperature"] == 0.5)
        let quiet = try ResponsesLab.encoded(
            #"{"thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"low"},"messages":[]}"#)
        #expect(quiet["reasoning"] == ["effort": "low"] && quiet["include"] != nil)
    }

    @Test func `tools are not strict unless they say so`() throws {
        let body = try ResponsesLab.encoded(
            #"""
            {"tools":[{"name":"a.b","input_schema":{"type":"object","properties":{"x":{"type":"string"}}},"strict":true},
            {"name":"B","description":"d"}],"tool_choice":{"type":"tool","name":"a.b","disable_parallel_tool_use":true},
            "messages":[]}
            """#)
        let tools = try #require(body["tools"]?.array)
        #expect(tools.map { $0["type"] } == ["function", "function"] && tools.map { $0["strict"] } == [false, false])
        #expect(tools[0]["name"] == body["tool_choice"]?["name"] && tools[0]["name"] != "a.b")
        #expect(tools[1]["description"] == "d" && tools[1]["parameters"] == ["type": "object", "properties": [:]])
        #expect(body["tool_choice"]?["type"] == "function" && body["parallel_tool_calls"] == false)
    }

    @Test func `a turn is items in the order in which they came, with encrypted reasoning before what it led to`()
        throws
    {
        var item = ReasoningItem(id: "rs_1")
        item.encrypted = "ENC"
        item.parts = [1, 2]
        let signature = ThinkingSignature(provider: "openai", model: "gpt-5.2", payload: item.payload).text
        let input = try ResponsesLab.input(
            #"""
            [{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
            {"role":"assistant","content":[{"type":"thinking","thinking":"A\n\nBC","signature":"\#(signature)"},
            {"type":"text","text":"Look"},{"type":"tool_use","id":"call/1","name":"T","input":{"a":"ü"}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"call/1","content":"found","is_error":true}]}]
            """#)
        #expect(
            input == [
                [
                    "role": "user",
                    "content": [["type": "input_text", "text": "a"], ["type": "input_text", "text": "b"]],
                ],
                [
                    "type": "reasoning", "id": "rs_1",
                    "summary": [["type": "summary_text", "text": "A"], ["type": "summary_text", "text": "BC"]],
                    "encrypted_content": "ENC",
                ],
                ["role": "assistant", "content": "Look"],
                ["type": "function_call", "call_id": "call/1", "name": "T", "arguments": #"{"a":"ü"}"#],
                [
                    "type": "function_call_output", "call_id": "call/1",
                    "output": [["type": "input_text", "text": "Error:"], ["type": "input_text", "text": "found"]],
                ],
            ])
    }

    @Test(arguments: [
        ("sidecar:other:0000000000000000:", "another provider"), ("EqQBCg", "Anthropic"),
        (
            ThinkingSignature(provider: "openai", model: "gpt-5.1", payload: ReasoningItem(id: "r").payload).text,
            "model"
        ),
        (
            ThinkingSignature(provider: "openai", model: "gpt-5.2", payload: ReasoningItem(id: "r").payload).text,
            "plain"
        ),
    ]) func `thinking that is not its own never goes there (pain 5)`(signature: String, whose: String) throws {
        let request = try ChatLab.request(
            #"""
            {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"t",
            "signature":"\#(signature)"},{"type":"text","text":"x"}]}]}
            """#, dialect: ResponsesLab.dialect)
        #expect(request.leftOut.features == [.thinkingHistory], "\(whose)")
        #expect(try JSONValue(parsing: request.body)["input"]?.array?.count == 2)
    }

    @Test func `thinking that nothing followed is left out, because it is refused`() throws {
        var item = ReasoningItem(id: "rs_1")
        item.encrypted = "ENC"
        let signature = ThinkingSignature(provider: "openai", model: "gpt-5.2", payload: item.payload).text
        let input = try ResponsesLab.input(
            #"""
            [{"role":"assistant","content":[{"type":"text","text":"x"},{"type":"thinking","thinking":"t","signature":
            "\#(signature)"},{"type":"text","text":" "}]}]
            """#)
        #expect(input == [["role": "assistant", "content": "x"]])
    }

    @Test func `pictures and papers stay in the result that they came in (pain 17)`() throws {
        let image = #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QQ=="}}"#
        let input = try ResponsesLab.input(
            #"""
            [{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"T","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[\#(image),
            {"type":"document","title":"a","source":{"type":"base64","media_type":"application/pdf","data":"UERG"}}]},
            {"type":"document","source":{"type":"url","url":"https://e.org/a.pdf"}}]}]
            """#)
        let picture: JSONValue = ["type": "input_image", "detail": "auto", "image_url": "data:image/png;base64,QQ=="]
        #expect(
            input[1]["output"] == [
                picture,
                ["type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,UERG"],
            ])
        #expect(input[2]["content"] == [["type": "input_file", "file_url": "https://e.org/a.pdf"]])
    }

    @Test func `missing results are said, and those without a call told (pain 15)`() throws {
        let input = try ResponsesLab.input(
            #"""
            [{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"T","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"b","content":"lost"},{"type":"text","text":"Go on"}]},
            {"role":"system","content":"New rule"}]
            """#)
        #expect(input[1]["type"] == "function_call_output" && input[1]["call_id"] == "a")
        #expect(input[2]["content"]?.array?.count == 3 && input[3] == ["role": "system", "content": "New rule"])
    }

    @Test func `the next turn begins with the bytes of this one`() throws {
        let turns = [
            #"{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}"#,
            #"{"role":"assistant","content":[{"type":"text","text":"b"},{"type":"tool_use","id":"c","name":"T","input":{"x": 1}}]}"#,
            #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"d"}]}"#,
            #"{"role":"assistant","content":"e"}"#, #"{"role":"user","content":"f"}"#,
        ]
        var last: [UInt8]?
        for count in stride(from: 1, through: turns.count, by: 2) {
            let messages = turns[..<count].joined(separator: ",")
                .replacing(
                    #","cache_control":{"type":"ephemeral"}"#,
                    with: count > 1 ? "" : #","cache_control":{"type":"ephemeral"}"#)
            let body = try ChatLab.request(
                #"{"system":"s","tools":[{"name":"T"}],"messages":[\#(messages)]}"#, dialect: ResponsesLab.dialect
            ).body
            if let last { #expect(body.starts(with: last.dropLast(2)), "turn \(count)") }
            last = body
        }
    }
}
