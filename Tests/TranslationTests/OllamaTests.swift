import JSON
import Testing

@testable import Translation

struct OllamaTests {
    private func encoded(
        _ body: String, model: String = "qwen3", options: OllamaOptions = OllamaOptions()
    ) throws -> JSONValue {
        try JSONParser().parse(copying: body).withRoot { root in
            try JSONValue(
                parsing: OllamaRequest.encode(root, model: model, provider: "local", options: options).body)
        }
    }

    private func context(thinking: Bool = true) throws -> MessageContext {
        let body = #"{"thinking":{"type":"\#(thinking ? "adaptive" : "disabled")"},"messages":[]}"#
        let request = try JSONParser().parse(copying: body).withRoot { root in
            try OllamaRequest.encode(root, model: "qwen3", provider: "local")
        }
        return MessageContext(
            messageID: "msg_01abc", shownModel: "big", model: "qwen3", provider: "local", request: request,
            requestID: "req_1")
    }

    private func stream(_ lines: [String], cut: String? = nil, thinking: Bool = true) throws -> ClientEvents {
        var stream = OllamaStream(try context(thinking: thinking))
        let parser = JSONParser()
        for line in lines { Array(line.utf8).withUnsafeBytes { stream.event($0, parser) } }
        stream.end(cut: cut)
        var text: [UInt8] = []
        stream.drain { text += $0 }
        return try ClientEvents(text, failure: stream.failure)
    }

    @Test func `context, keep-alive and samplers stand where the server looks for them`() throws {
        var options = OllamaOptions()
        options.contextLength = 32768
        options.keepAlive = "30m"
        options.maxOutputTokens = 4096
        let body = try encoded(
            #"{"max_tokens":32000,"temperature":0.5,"top_k":3,"stop_sequences":["x"],"seed":1,"messages":[]}"#,
            options: options)
        #expect(body["keep_alive"] == "30m" && body["stream"] == false)
        let expected: JSONValue = [
            "temperature": 0.5, "top_k": 3, "seed": 1, "num_ctx": 32768, "num_predict": 4096, "stop": ["x"],
        ]
        #expect(body["options"] == expected)
    }

    @Test func `models are told to think only where they understand it`() throws {
        let adaptive = #"{"thinking":{"type":"adaptive"},"output_config":{"effort":"medium"},"messages":[]}"#
        #expect(try encoded(adaptive)["think"] == nil)
        #expect(try encoded(adaptive, model: "gpt-oss:20b")["think"] == "medium")
        #expect(try encoded(#"{"thinking":{"type":"disabled"},"messages":[]}"#)["think"] == false)
    }

    @Test func `results come first, and their pictures behind them`() throws {
        let image = #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QQ=="}}"#
        let body = try encoded(
            #"{"system":"S","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"text","text":"ok"},{"type":"tool_use","id":"a/1","name":"A","input":{"x":1}}]},{"role":"user","content":[{"type":"text","text":"go"},{"type":"tool_result","tool_use_id":"a/1","is_error":true,"content":[{"type":"text","text":"bad"},\#(image)]}]}]}"#
        )
        let messages = try #require(body["messages"]?.array)
        #expect(messages.map { $0["role"]?.string } == ["system", "user", "assistant", "tool", "user"])
        #expect(messages[2]["tool_calls"] == [["id": "a/1", "function": ["name": "A", "arguments": ["x": 1]]]])
        #expect(messages[3]["tool_name"] == "A" && messages[3]["content"]?.string?.hasPrefix("Error:\n\nbad") == true)
        #expect(messages[4]["images"] == ["QQ=="] && messages[4]["content"]?.string?.hasSuffix("go") == true)
    }

    @Test func `lines become blocks, and thinking goes back to its maker`() throws {
        let events = try stream([
            #"{"message":{"role":"assistant","content":"","thinking":"Hm"},"done":false}"#,
            #"{"message":{"role":"assistant","content":"Grüße"},"done":false}"#,
            #"{"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"A","arguments":{"q":"ü"}}},{"function":{"name":"A","arguments":{}}}]},"done":false}"#,
            #"{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":9,"eval_count":4}"#,
        ])
        #expect(events.types == ["thinking", "text", "tool_use", "tool_use"] && events.stopReason == "tool_use")
        #expect(try events.input(2) == ["q": "ü"])
        #expect(events.end?["usage"]?["input_tokens"] == 9 && events.end?["usage"]?["output_tokens"] == 4)
        let blocks = try GeminiLab.blocks(events)
        let back = try encoded(#"{"messages":[{"role":"assistant","content":\#(blocks)}]}"#)["messages"]?[0]
        #expect(back?["thinking"] == "Hm" && back?["content"] == "Grüße")
    }

    @Test func `whatever is not whole is an error`() throws {
        let line = #"{"message":{"role":"assistant","content":"Half"},"done":false}"#
        #expect(try stream([line]).failure != nil)
        #expect(
            try stream([line, #"{"error":"out of memory"}"#]).error?["message"]?.string?.contains("out of memory")
                == true)
        #expect(try stream([#"{"error":"no such model"}"#]).start == nil)
        let cut = try stream([#"{"message":{"content":"x"},"done":true,"done_reason":"length"}"#])
        #expect(cut.stopReason == "max_tokens")
        let whole = try JSONParser().parse(copying: #"{"message":{"content":"Hi"},"done":true}"#).withRoot { root in
            try JSONValue(parsing: OllamaStream.whole(root, try context()).body)
        }
        #expect(whole["content"] == [["type": "text", "text": "Hi"]] && whole["stop_reason"] == "end_turn")
    }
}
