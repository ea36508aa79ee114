import JSON
import Testing

@testable import Translation

/// What an OpenAI-compatible upstream gets.
struct ChatRequestTests {
    @Test func `text, system and plain fields`() throws {
        let body = try ChatLab.encoded(
            #"{"model":"x","max_tokens":50,"stream":true,"stop_sequences":["END"],"system":"Be brief.","messages":[{"role":"user","content":"Hi"}]}"#
        )
        #expect(
            body == [
                "model": "gpt-5.2", "stream": true, "stream_options": ["include_usage": true],
                "max_completion_tokens": 50,
                "messages": [["role": "system", "content": "Be brief."], ["role": "user", "content": "Hi"]],
            ])
    }

    @Test(arguments: [
        (ChatDialect.openAI, "gpt-4.1", 4), (.openAI, "gpt-5.2", 0), (.openAI.asResponses, "gpt-4.1", 0),
        (.compatible, "qwen3", 5),
    ]) func `stop sequences that cannot be carried are left to the answer`(
        dialect: ChatDialect, model: String, count: Int
    ) throws {
        let request = try ChatLab.request(
            #"{"stop_sequences":["a","b","c","d","e"],"messages":[{"role":"user","content":"Hi"}]}"#, dialect: dialect,
            model: model)
        #expect(try JSONValue(parsing: request.body)["stop"]?.array?.count ?? 0 == count)
        #expect(request.leftOut.features.contains(.stopSequences) == (count < 5))
    }

    @Test func `an answer that is any object is carried, or noted for others to ask in words`() throws {
        let body = #"{"output_config":{"format":{"type":"json_object"}},"messages":[{"role":"user","content":"Hi"}]}"#
        #expect(try ChatLab.encoded(body)["response_format"] == ["type": "json_object"])
        #expect(
            try ChatLab.encoded(body, dialect: .openAI.asResponses)["text"] == ["format": ["type": "json_object"]])
        // It knows this, and no schemas.
        #expect(try ChatLab.encoded(body, dialect: .deepSeek)["response_format"] == ["type": "json_object"])
        var dialect = ChatDialect.compatible
        dialect.takesJSONObject = false
        let request = try ChatLab.request(body, dialect: dialect)
        #expect(request.leftOut.features == [.outputFormat])
    }

    @Test(arguments: [
        (#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"r"}]}"#, "tool"),
        (
            #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"r"},{"type":"text","text":"And?"}]}"#,
            "tool assistant user"
        ),
        (
            #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"r"}]},{"role":"system","content":"S"}"#,
            "tool assistant user"
        ),
        (#"{"role":"user","content":"And?"}"#, "tool assistant user"),
        (
            #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"image","source":{"type":"url","url":"https://e.org/a.png"}}]}]}"#,
            "tool assistant user"
        ),
        (
            #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"r"}]},{"role":"assistant","content":"B"},{"role":"user","content":"C"}"#,
            "tool assistant user"
        ),
    ]) func `between results and the user's words the assistant speaks, where that is wanted`(
        rest: String, roles: String
    ) throws {
        var dialect = ChatDialect.compatible
        dialect.bridgesResults = true
        let call = #"{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"T","input":{}}]}"#
        let messages = try ChatLab.encoded(
            messages: #"[{"role":"user","content":"Hi"},\#(call),\#(rest)]"#, dialect: dialect)
        #expect(messages.dropFirst(2).compactMap { $0["role"]?.string }.joined(separator: " ") == roles)
    }

    @Test func `max_tokens is called what the upstream calls it, and lowered to its limit (pain 18)`() throws {
        let request = #"{"max_tokens":128000,"messages":[{"role":"user","content":"Hi"}]}"#
        #expect(try ChatLab.encoded(request)["max_completion_tokens"] == 128000)
        var dialect = ChatDialect.compatible
        dialect.maxOutputTokens = 8192
        #expect(try ChatLab.encoded(request, dialect: dialect)["max_tokens"] == 8192)
    }

    @Test func `several texts stay apart where parts are known and are joined elsewhere`() throws {
        let messages = #"[{"role":"user","content":[{"type":"text","text":"a\n\"b\""},{"type":"text","text":"c"}]}]"#
        #expect(
            try ChatLab.encoded(messages: messages)[0]["content"]
                == [["type": "text", "text": "a\n\"b\""], ["type": "text", "text": "c"]])
        #expect(try ChatLab.encoded(messages: messages, dialect: .compatible)[0]["content"] == "a\n\"b\"\n\nc")
    }

    @Test func `empty text blocks are left out (pain 16)`() throws {
        let messages =
            #"[{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":" \n"},{"type":"text","text":"Hi"}]},{"role":"assistant","content":[{"type":"text","text":""},{"type":"tool_use","id":"a","name":"T","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a"}]}]"#
        let encoded = try ChatLab.encoded(messages: messages)
        #expect(encoded[0]["content"] == "Hi")
        #expect(encoded[1]["content"] == .null)
        #expect(encoded[2] == ["role": "tool", "tool_call_id": "a", "content": ""])
    }

    @Test func `system messages anywhere`() throws {
        let messages =
            #"[{"role":"user","content":"Hi"},{"role":"system","content":[{"type":"text","text":"Now"}]},{"role":"assistant","content":"Yes"},{"role":"user","content":"And"}]"#
        #expect(
            try ChatLab.encoded(messages: messages).map { $0["role"]?.string } == [
                "user", "system", "assistant", "user",
            ])
        let local = try ChatLab.encoded(messages: messages, dialect: .compatible)
        #expect(local.map { $0["role"]?.string } == ["user", "assistant", "user"])
        #expect(local[0]["content"] == "Hi\n\n<system-reminder>\n\nNow\n\n</system-reminder>")
    }

    @Test func `the volatile attribution line is left out (pain 10)`() throws {
        let request = try ChatLab.request(
            #"{"system":[{"type":"text","text":"x-anthropic-billing-header: v=1; c=abc;"},{"type":"text","text":"You help."}],"messages":[{"role":"user","content":"Hi"}]}"#
        )
        #expect(try JSONValue(parsing: request.body)["messages"]?[0]?["content"] == "You help.")
        #expect(request.leftOut.text == "system.attribution")
    }

    @Test func `cache marks stay where they are known and are told of elsewhere (pain 11)`() throws {
        let body =
            #"{"system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral","ttl":"1h"}}]}]}"#
        let kept = try ChatLab.encoded(body, dialect: .openRouter)
        #expect(
            kept["messages"] == [
                [
                    "role": "system",
                    "content": [["type": "text", "text": "S", "cache_control": ["type": "ephemeral"]]],
                ],
                [
                    "role": "user",
                    "content": [["type": "text", "text": "Hi", "cache_control": ["type": "ephemeral", "ttl": "1h"]]],
                ],
            ])
        #expect(try ChatLab.request(body).leftOut.text == "cache_control")
        #expect(try ChatLab.encoded(body).description.contains("cache_control") == false)
    }

    @Test func `images by base64 and by address`() throws {
        let messages =
            #"[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AAA="}},{"type":"image","source":{"type":"url","url":"https://e.org/a.png"}}]}]"#
        #expect(
            try ChatLab.encoded(messages: messages)[0]["content"] == [
                ["type": "image_url", "image_url": ["url": "data:image/jpeg;base64,AAA="]],
                ["type": "image_url", "image_url": ["url": "https://e.org/a.png"]],
            ])
    }

    @Test func `images inside of tool results stand behind all tool messages (pain 17)`() throws {
        let messages =
            #"[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"Read","input":{"f":"x"}},{"type":"tool_use","id":"b","name":"Read","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QQ=="}}]},{"type":"tool_result","tool_use_id":"b","content":"ok"},{"type":"text","text":"Look"}]}]"#
        let encoded = try ChatLab.encoded(messages: messages)
        #expect(encoded.map { $0["role"]?.string } == ["assistant", "tool", "tool", "user"])
        let types = encoded[3]["content"]?.array?.map { $0["type"]?.string }
        #expect(types == ["text", "image_url", "text"])
        #expect(encoded[1]["content"]?.string?.contains("next message") == true)
    }

    @Test func `documents: text as text, PDF as a file or in words`() throws {
        let messages =
            #"[{"role":"user","content":[{"type":"document","title":"notes","source":{"type":"text","media_type":"text/plain","data":"abc"}},{"type":"document","title":"paper","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="}}]}]"#
        let parts = try #require(try ChatLab.encoded(messages: messages)[0]["content"]?.array)
        #expect(parts[1]["text"] == "abc")
        #expect(
            parts[2]["file"] == ["filename": "paper.pdf", "file_data": "data:application/pdf;base64,JVBERg=="])
        let body = #"{"messages":\#(messages)}"#
        #expect(try ChatLab.request(body, dialect: .compatible).leftOut.text == "document.pdf")
        #expect(try ChatLab.encoded(body, dialect: .compatible).description.contains("paper"))
    }

    @Test func `what has no counterpart is named, what is forbidden is refused`() throws {
        let request = try ChatLab.request(
            #"{"context_management":{"edits":[]},"top_k":5,"temperature":1,"seed":7,"messages":[{"role":"user","content":"Hi"}]}"#
        )
        #expect(request.leftOut.text == "context_management, top_k, temperature")
        #expect(try JSONValue(parsing: request.body)["seed"] == 7)
        #expect(throws: TranslationRefusal.self) {
            try ChatLab.request(#"{"mcp_servers":[{"type":"url"}],"messages":[]}"#)
        }
        let refusal = #expect(throws: TranslationRefusal.self) {
            try ChatLab.request(
                #"{"tools":[{"type":"web_search_20250305","name":"web_search"}],"messages":[]}"#)
        }
        #expect(refusal?.message.contains("web_search_20250305") == true)
    }

    @Test(arguments: [
        (#"{"type":"adaptive"}"#, #""output_config":{"effort":"max"},"#, "gpt-5.2", "xhigh"),
        (#"{"type":"adaptive"}"#, #""output_config":{"effort":"medium"},"#, "gpt-5.2", "medium"),
        (#"{"type":"enabled","budget_tokens":2000}"#, "", "gpt-5.2", "low"),
        (#"{"type":"enabled","budget_tokens":10000}"#, "", "gpt-5.2", "medium"),
        (#"{"type":"enabled","budget_tokens":31999}"#, "", "o3", "high"),
        (#"{"type":"disabled"}"#, "", "gpt-5.2", "none"), (#"{"type":"disabled"}"#, "", "o3", "low"),
    ]) func `effort and budgets`(thinking: String, output: String, model: String, expected: String) throws {
        let body = #"{"thinking":\#(thinking),\#(output)"messages":[{"role":"user","content":"Hi"}]}"#
        #expect(try ChatLab.encoded(body, model: model)["reasoning_effort"]?.string == expected)
        #expect(try ChatLab.encoded(body, model: "gpt-4o")["reasoning_effort"] == nil)
    }

    @Test func `a schema for the answer, strict where it may be`() throws {
        let strict =
            #"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#
        let loose = #"{"type":"object","properties":{"a":{"type":"string"}}}"#
        for (schema, isStrict) in [(strict, true), (loose, false)] {
            let body = try ChatLab.encoded(
                #"{"output_config":{"format":{"type":"json_schema","schema":\#(schema)}},"messages":[]}"#)
            #expect(body["response_format"]?["json_schema"]?["strict"] == .bool(isStrict))
            #expect(try body["response_format"]?["json_schema"]?["schema"] == JSONValue(parsing: schema))
        }
    }
}
