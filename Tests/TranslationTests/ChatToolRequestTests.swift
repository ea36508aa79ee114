import JSON
import Testing

@testable import Translation

/// Tools, calls and results on their way to an OpenAI-compatible upstream.
struct ChatToolRequestTests {
    @Test func `tools keep their schemas to the letter`() throws {
        let schema =
            #"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"n":{"type":"integer","exclusiveMinimum":0}},"propertyNames":{"pattern":"^n$"}}"#
        let body = try ChatLab.encoded(
            #"{"tools":[{"name":"T","description":"Does \"it\".","input_schema":\#(schema)},{"name":"U","input_schema":{}}],"tool_choice":{"type":"any","disable_parallel_tool_use":true},"messages":[]}"#
        )
        #expect(body["tools"]?[0]?["function"]?["parameters"] == (try JSONValue(parsing: schema)))
        #expect(body["tools"]?[0]?["function"]?["description"] == "Does \"it\".")
        #expect(body["tools"]?[1]?["function"]?["parameters"] == ["type": "object", "properties": [:]])
        #expect(body["tool_choice"] == "required")
        #expect(body["parallel_tool_calls"] == false)
    }

    @Test func `names that are too long or odd come back as they were (pain 25)`() throws {
        let long = "mcp__" + String(repeating: "server", count: 10) + "__do.it"
        let request = try ChatLab.request(
            #"{"tools":[{"name":"\#(long)","input_schema":{}},{"name":"a b","input_schema":{}}],"tool_choice":{"type":"tool","name":"\#(long)"},"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"x","name":"\#(long)","input":{}}]}]}"#
        )
        let body = try JSONValue(parsing: request.body)
        let name = try #require(body["tools"]?[0]?["function"]?["name"]?.string)
        #expect(name.utf8.count <= 64 && ToolNames.isFit(name.utf8))
        #expect(request.names.original(name) == long)
        #expect(body["tool_choice"]?["function"]?["name"]?.string == name)
        #expect(body["messages"]?[0]?["tool_calls"]?[0]?["function"]?["name"]?.string == name)
        let again = try ChatLab.request(#"{"tools":[{"name":"\#(long)","input_schema":{}}],"messages":[]}"#)
        #expect(try JSONValue(parsing: again.body)["tools"]?[0]?["function"]?["name"]?.string == name)
    }

    @Test(arguments: ["toolu_01A", "call_abc/1", "functions.Bash:0", "é", "toolu_x_QQ"])
    func `ids of any shape go there and back`(
        id: String
    ) {
        let shown = ToolIDs.forClient(id)
        #expect(shown.utf8.allSatisfy { ToolNames.isFit(CollectionOfOne($0)) })
        #expect(ToolIDs.forUpstream(shown, bytesMax: 40) == id)
    }

    @Test func `ids that are too long for the upstream are the same for call and result`() throws {
        let id = String(repeating: "x", count: 60)
        let encoded = try ChatLab.encoded(
            messages:
                #"[{"role":"assistant","content":[{"type":"tool_use","id":"\#(id)","name":"T","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"\#(id)","content":"r"}]}]"#
        )
        let call = try #require(encoded[0]["tool_calls"]?[0]?["id"]?.string)
        #expect(call.utf8.count <= 40 && encoded[1]["tool_call_id"]?.string == call)
    }

    @Test func `every call has its result right behind it, and orphans are told (pain 15)`() throws {
        let encoded = try ChatLab.encoded(
            messages:
                #"[{"role":"user","content":[{"type":"tool_result","tool_use_id":"gone","content":"old"}]},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"T","input":{"q":"\"x\""}},{"type":"tool_use","id":"b","name":"T","input":{}}]},{"role":"system","content":"note"},{"role":"user","content":[{"type":"text","text":"first"},{"type":"tool_result","tool_use_id":"b","is_error":true,"content":"bad"}]},{"role":"assistant","content":"ok"}]"#
        )
        #expect(
            encoded.map { $0["role"]?.string } == ["user", "assistant", "tool", "tool", "system", "user", "assistant"])
        #expect(encoded[0].description.contains("old"))
        #expect(encoded[1]["tool_calls"]?[0]?["function"]?["arguments"] == #"{"q":"\"x\""}"#)
        #expect(encoded[2]["tool_call_id"] == "b" && encoded[2].description.contains("Error:"))
        #expect(encoded[3]["tool_call_id"] == "a" && encoded[3].description.contains("no result"))
    }

    @Test func `deferred tools are shown once a reference has named them, behind the others (pain 20)`() throws {
        func body(_ messages: String) throws -> JSONValue {
            try ChatLab.encoded(
                #"{"tools":[{"name":"A","input_schema":{},"defer_loading":true},{"name":"B","input_schema":{}},{"name":"C","input_schema":{},"defer_loading":true}],"messages":\#(messages)}"#
            )
        }
        let names = { (body: JSONValue) in body["tools"]?.array?.compactMap { $0["function"]?["name"]?.string } }
        #expect(try names(body("[]")) == ["B"])
        let found =
            #"[{"role":"assistant","content":[{"type":"tool_use","id":"s","name":"B","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"s","content":[{"type":"tool_reference","tool_name":"C"}]}]}]"#
        #expect(try names(body(found)) == ["B", "C"])
        #expect(try body(found)["messages"]?[1]?["content"] == "Tool loaded: C")
    }

    @Test func `thinking goes back where it is demanded and nowhere else (pains 5 and 7)`() throws {
        let own = ThinkingSignature(
            provider: "openai", model: "gpt-5.2",
            payload: Array(
                #"{"text":{"type":"reasoning.text","signature":"S"},"others":[{"type":"reasoning.encrypted","data":"D"}]}"#
                    .utf8)
        ).text
        func body(_ signature: String) -> String {
            #"{"thinking":{"type":"adaptive"},"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"Hm","signature":"\#(signature)"},{"type":"tool_use","id":"a","name":"T","input":{}}]}]}"#
        }
        #expect(try ChatLab.encoded(body(own))["messages"]?[0]?["reasoning_content"] == nil)
        #expect(try ChatLab.request(body(own)).leftOut.text == "thinking")
        #expect(try ChatLab.encoded(body("x"), dialect: .deepSeek)["messages"]?[0]?["reasoning_content"] == "Hm")
        #expect(
            try ChatLab.encoded(body(own), dialect: .openRouter)["messages"]?[0]?["reasoning_details"] == [
                ["type": "reasoning.text", "signature": "S", "text": "Hm"],
                ["type": "reasoning.encrypted", "data": "D"],
            ])
        let foreign = try ChatLab.request(body("EqQB"), dialect: .openRouter)
        #expect(String(decoding: foreign.body, as: UTF8.self).contains("EqQB") == false)
        #expect(foreign.leftOut.text == "thinking")
    }

    @Test func `a turn's body begins with the bytes of the turn before`() throws {
        var messages = [
            #"{"role":"user","content":[{"type":"text","text":"Hi"}]}"#, #"{"role":"system","content":"env"}"#,
        ]
        var earlier: [UInt8] = []
        for turn in 0..<6 {
            let tools = (0...turn).map { #"{"name":"D\#($0)","input_schema":{},"defer_loading":true}"# }
            let request = try ChatLab.request(
                #"{"messages":[\#(messages.joined(separator: ","))],"system":[{"type":"text","text":"S"}],"tools":[{"name":"T","input_schema":{}},\#(tools.joined(separator: ","))],"stream":true}"#
            )
            let own = request.body.dropLast(2)
            #expect(own.starts(with: earlier))
            earlier = Array(own)
            messages.append(
                #"{"role":"assistant","content":[{"type":"text","text":"t"},{"type":"tool_use","id":"c\#(turn)","name":"T","input":{"n":\#(turn)}}]}"#
            )
            messages.append(
                #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"c\#(turn)","content":[{"type":"text","text":"r"}]}]}"#
            )
        }
    }
}
