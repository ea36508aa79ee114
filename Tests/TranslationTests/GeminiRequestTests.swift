import JSON
import Testing

@testable import Translation

struct GeminiRequestTests {
    @Test func `plain fields have their own names`() throws {
        let body = try GeminiLab.encoded(
            #"{"max_tokens":128000,"temperature":0.5,"top_p":0.9,"top_k":3,"stop_sequences":["a","b","c","d","e","f"],"seed":7,"safetySettings":[],"system":[{"type":"text","text":"x-anthropic-billing-header: x"},{"type":"text","text":"Be brief."}],"messages":[{"role":"user","content":"Hi"}]}"#
        )
        let expected: JSONValue = [
            "maxOutputTokens": 65536, "stopSequences": ["a", "b", "c", "d", "e"], "temperature": 0.5, "topP": 0.9,
            "topK": 3, "seed": 7,
        ]
        #expect(body["generationConfig"] == expected)
        #expect(body["safetySettings"] == [])
        #expect(body["systemInstruction"] == ["parts": [["text": "Be brief."]]])
        #expect(body["contents"] == [["role": "user", "parts": [["text": "Hi"]]]])
    }

    @Test func `what is left out is named`() throws {
        let request = try GeminiLab.request(
            #"{"metadata":{"user_id":"u"},"service_tier":"auto","context_management":{},"what":1,"tools":[{"name":"T"}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true},"messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}]}"#
        )
        #expect(
            Set(request.leftOut.features) == [
                .metadata, .serviceTier, .contextManagement, .unknownField, .disableParallel, .cacheControl,
            ])
    }

    @Test func `how much to think is said as each generation takes it`() throws {
        let adaptive = #""thinking":{"type":"adaptive"}"#
        let cases: [(String, String, JSONValue?)] = [
            ("gemini-3-flash", adaptive, ["includeThoughts": true]),
            (
                "gemini-3.1-pro", adaptive + #","output_config":{"effort":"medium"}"#,
                ["thinkingLevel": "medium", "includeThoughts": true]
            ),
            (
                "gemini-3-pro-preview", adaptive + #","output_config":{"effort":"medium"}"#,
                ["thinkingLevel": "high", "includeThoughts": true]
            ),
            ("gemini-3-flash", #""thinking":{"type":"disabled"}"#, ["thinkingLevel": "minimal"]),
            ("gemini-3-pro", #""thinking":{"type":"disabled"}"#, ["thinkingLevel": "low"]),
            (
                "gemini-3-flash", #""thinking":{"type":"enabled","budget_tokens":4000}"#,
                ["thinkingLevel": "low", "includeThoughts": true]
            ),
            ("gemini-2.5-flash", adaptive, ["thinkingBudget": -1, "includeThoughts": true]),
            (
                "gemini-2.5-flash", #""thinking":{"type":"enabled","budget_tokens":31999}"#,
                ["thinkingBudget": 24576, "includeThoughts": true]
            ),
            ("gemini-2.5-flash", #""thinking":{"type":"disabled"}"#, ["thinkingBudget": 0]),
            ("gemini-2.5-pro", #""thinking":{"type":"disabled"}"#, ["thinkingBudget": 128]),
            ("gemini-2.5-pro", #""output_config":{"effort":"low"}"#, ["thinkingBudget": 1024]),
            ("gemini-2.5-flash", #""temperature":1"#, nil), ("gemini-2.0-flash", adaptive, nil),
        ]
        for (model, fields, expected) in cases {
            let body = try GeminiLab.encoded(#"{\#(fields),"messages":[]}"#, model: model)
            #expect(body["generationConfig"]?["thinkingConfig"] == expected, "\(model): \(fields)")
        }
        let old = try GeminiLab.request(#"{\#(adaptive),"messages":[]}"#, model: "gemini-2.0-flash")
        #expect(old.leftOut.features == [.thinkingConfig])
    }

    @Test func `pictures and papers go along, also out of results`() throws {
        let image = #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QQ=="}}"#
        let pdf =
            #"{"type":"document","title":"t","source":{"type":"base64","media_type":"application/pdf","data":"Qg=="}}"#
        let url = #"{"type":"image","source":{"type":"url","url":"https://e.org/a.webp?x=1"}}"#
        let contents = try GeminiLab.contents(
            #"[{"role":"user","content":[\#(image),\#(pdf),\#(url)]},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"A","input":{}},{"type":"tool_use","id":"b","name":"B","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"b","content":[{"type":"text","text":"see"},\#(image)]},{"type":"tool_result","tool_use_id":"a","content":"A"},{"type":"text","text":"go"}]}]"#
        )
        #expect(
            contents[0]["parts"] == [
                ["inlineData": ["mimeType": "image/png", "data": "QQ=="]],
                ["inlineData": ["mimeType": "application/pdf", "data": "Qg=="]],
                ["fileData": ["mimeType": "image/webp", "fileUri": "https://e.org/a.webp?x=1"]],
            ])
        let parts = try #require(contents[2]["parts"]?.array)
        #expect(parts[0]["functionResponse"] == ["name": "A", "response": ["output": "A"]])
        #expect(parts[1]["functionResponse"]?["name"] == "B")
        #expect(parts[3] == ["inlineData": ["mimeType": "image/png", "data": "QQ=="]])
        #expect(parts[4] == ["text": "go"])
    }

    @Test func `every call is answered, once, right behind it`() throws {
        let contents = try GeminiLab.contents(
            #"[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"A","input":{}},{"type":"tool_use","id":"b","name":"B","input":{"const":1,"$schema":"x"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"b","is_error":true,"content":"bad"},{"type":"tool_result","tool_use_id":"zz","content":"lost"},{"type":"text","text":" "}]},{"role":"system","content":"Mind."}]"#
        )
        #expect(contents.map { $0["role"]?.string } == ["user", "model", "user"])
        #expect(contents[1]["parts"]?[1]?["functionCall"]?["args"] == ["const": 1, "$schema": "x"])
        let parts = try #require(contents[2]["parts"]?.array)
        #expect(parts.count { $0["functionResponse"] != nil } == 2)
        #expect(parts[1]["functionResponse"]?["response"] == ["error": "bad"])
        #expect(
            parts.dropFirst(2).map { $0["text"]?.string } == [
                "[Result of an earlier tool call:]", "lost", "<system-reminder>", "Mind.", "</system-reminder>",
            ])
    }

    @Test func `names that Gemini refuses are mapped there and back`() throws {
        let long = "mcp__" + String(repeating: "x", count: 80)
        let request = try GeminiLab.request(
            #"{"tools":[{"name":"9lives"},{"name":"\#(long)"},{"name":"a b"}],"tool_choice":{"type":"tool","name":"9lives"},"messages":[]}"#
        )
        let body = try JSONValue(parsing: request.body)
        let names = body["tools"]?[0]?["functionDeclarations"]?.array?.compactMap { $0["name"]?.string } ?? []
        for name in names {
            #expect(name.utf8.count <= 64 && ToolNames.isFit(name.utf8) && ToolNames.beginsWithLetter(name.utf8))
        }
        #expect(names.map(request.names.original) == ["9lives", long, "a b"])
        let config: JSONValue = ["mode": "ANY", "allowedFunctionNames": [.string(names[0])]]
        #expect(body["toolConfig"]?["functionCallingConfig"] == config)
    }

    @Test func `a later turn begins with the bytes of the earlier one`() throws {
        let tools = #""tools":[{"name":"A","input_schema":{"type":"object","properties":{"q":{"type":"string"}}}}]"#
        let first = #"{"role":"user","content":"Hi"}"#
        let second =
            #"{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"A","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"x"}]}"#
        let short = try GeminiLab.request(#"{\#(tools),"messages":[\#(first)]}"#).body
        let long = try GeminiLab.request(#"{"messages":[\#(first),\#(second)],\#(tools)}"#).body
        #expect(long.starts(with: short.dropLast(2)))
    }

    @Test func `counting wraps the same request`() throws {
        let body = #"{"system":"S","messages":[{"role":"user","content":"Hi"}]}"#
        let counted = try JSONParser().parse(copying: body).withRoot { root in
            try GeminiRequest.encodeForCounting(root, model: "gemini-3-flash", provider: "g").body
        }
        let inner = try JSONValue(parsing: counted)["generateContentRequest"]
        #expect(inner?["model"] == "models/gemini-3-flash")
        #expect(inner?["contents"] == [["role": "user", "parts": [["text": "Hi"]]]])
    }

    @Test func itSearchesTheWebByItself() throws {
        let search = #"{"type":"web_search_20250305","name":"web_search","max_uses":8}"#
        let alone = #"{"messages":[],"tools":[\#(search)]}"#
        #expect(try GeminiLab.encoded(alone, model: "gemini-2.5-pro")["tools"] == [["googleSearch": [:]]])
        #expect(try GeminiLab.request(alone).leftOut.features.contains(.webSearchLimits))
        let both = #"{"messages":[],"tools":[\#(search),{"name":"T","input_schema":{"type":"object"}}]}"#
        #expect(try GeminiLab.encoded(both)["tools"]?.array?.count == 2)
        #expect(throws: TranslationRefusal.self) { try GeminiLab.encoded(both, model: "gemini-2.5-pro") }
    }
}
