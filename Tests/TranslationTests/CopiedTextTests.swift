import JSON
import Testing

@testable import Translation

/// What is one text on both sides is copied from where it lies, and everything else is written as it always was.
struct CopiedTextTests {
    private func body(_ messages: String, dialect: ChatDialect = .compatible) throws -> String {
        String(
            decoding: try ChatLab.request(#"{"messages":\#(messages)}"#, dialect: dialect).body, as: UTF8.self)
    }

    @Test(arguments: [#"a\u00e9\/\n\ud83d\ude00"#, #"\ud83d alone"#, "plain", #" \n x"#])
    func `texts keep their escapes`(text: String) throws {
        let call = #"{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"T","input":{}}]}"#
        let told = #""content":"\#(text)""#
        for content in [#""\#(text)""#, #"[{"type":"text","text":"\#(text)"}]"#] {
            #expect(try body(#"[{"role":"user","content":\#(content)}]"#).contains(#"{"role":"user",\#(told)}"#))
            let result = #"{"type":"tool_result","tool_use_id":"c1","content":\#(content)}"#
            #expect(
                try body(#"[\#(call),{"role":"user","content":[\#(result)]}]"#)
                    .contains(#"{"role":"tool","tool_call_id":"c1",\#(told)}"#))
        }
    }

    @Test func `a text that is not alone, or marked, is no string where parts are wanted`() throws {
        var dialect = ChatDialect.compatible
        dialect.takesCacheControl = true
        let marked = #"[{"role":"user","content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]}]"#
        #expect(try body(marked, dialect: dialect).contains(#""cache_control":{"type":"ephemeral"}"#))
        #expect(try body(marked).contains(#""content":"x""#))
    }

    @Test func `results and words that are mixed over messages are told apart`() throws {
        let call = #"{"type":"tool_use","id":"\u0063","name":"T","input":{}}"#
        let same = #"{"type":"tool_use","id":"c","name":"T","input":{}}"#
        let encoded = try ChatLab.encoded(
            messages: #"""
                [{"role":"assistant","content":[\#(call),\#(same)]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"1"}]},
                 {"role":"user","content":[{"type":"text","text":"between"},
                    {"type":"tool_result","tool_use_id":"c","content":[{"type":"text","text":"2"}]},
                    {"type":"tool_result","tool_use_id":"c","content":"3"}]},
                 {"role":"user","content":"last"}]
                """#, dialect: .compatible)
        #expect(encoded.map { $0["role"]?.string } == ["assistant", "tool", "tool", "user"])
        #expect(encoded[1]["content"] == "1" && encoded[2]["content"] == "2")
        let words = try #require(encoded[3]["content"]?.string)
        #expect(words == "between\n\n[Result of an earlier tool call:]\n\n3\n\nlast")
    }

    @Test func `a message of results alone says nothing besides`() throws {
        let encoded = try ChatLab.encoded(
            messages: #"""
                [{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"T","input":{}}]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"1"}]},
                 {"role":"user","content":"go on"}, {"role":"user","content":[]}]
                """#, dialect: .compatible)
        #expect(encoded.map { $0["role"]?.string } == ["assistant", "tool", "user"])
        #expect(encoded[2]["content"] == "go on")
    }

    @Test func `white space in small pieces is looked at once`() {
        var waiting = WaitingText()
        for _ in 0..<20_000 { waiting.append([0x20]) }
        #expect(waiting.isBlank && waiting.bytes.count == 20_000)
        waiting.append(Array("x".utf8))
        waiting.append([0x0a])
        #expect(!waiting.isBlank)
        waiting.removeAll()
        #expect(waiting.isBlank && waiting.isEmpty)
    }
}
