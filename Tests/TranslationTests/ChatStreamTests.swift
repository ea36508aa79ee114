import JSON
import Testing

@testable import Translation

/// What a client reads of a streamed chat completion. `ClientEvents` refuses every breach of the order by itself.
struct ChatStreamTests {
    @Test func `text with its usage`() throws {
        let events = try ChatLab.stream([
            ChatLab.delta(#""role":"assistant","content":"""#), ChatLab.text("Hel\n"), ChatLab.text("lo \"you\""),
            ChatLab.finish("stop"),
            #"{"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":3}}}"#,
            "[DONE]",
        ])
        #expect(events.texts == ["Hel\nlo \"you\""] && events.isStopped)
        #expect(events.stopReason == "end_turn")
        #expect(events.start?["id"] == "msg_01abc" && events.start?["model"] == "big")
    }

    @Test func `usage is estimated at the start, true at the end, and counts no cached token twice (pain 12)`() throws {
        let events = try ChatLab.stream([
            ChatLab.text("a"), ChatLab.finish("stop"),
            #"{"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":60}}}"#,
        ])
        #expect((events.start?["usage"]?["input_tokens"]?.int ?? 0) > 0)
        let usage = events.end?["usage"]
        #expect(usage?["input_tokens"] == 40 && usage?["cache_read_input_tokens"] == 60 && usage?["output_tokens"] == 7)
        let untold = try ChatLab.stream([ChatLab.text("abcdefgh"), ChatLab.finish("stop")])
        #expect((untold.end?["usage"]?["input_tokens"]?.int ?? 0) > 0)
        #expect(untold.end?["usage"]?["output_tokens"] == 2)
    }

    @Test func `deltas are of their block's kind and none is lost at a switch (pains 1 and 2)`() throws {
        let events = try ChatLab.stream([
            ChatLab.text("before"), ChatLab.delta(#""reasoning_content":"think""#),
            ChatLab.delta(#""content":"after","reasoning_content":null"#), ChatLab.call(0, id: "a", name: "T", "{}"),
            ChatLab.text("more"), ChatLab.finish("tool_calls"),
        ])
        #expect(events.types == ["text", "thinking", "text", "tool_use", "text"])
        #expect(events.texts == ["before", "think", "after", "{}", "more"])
    }

    @Test func `thinking is signed before it is closed (pain 6)`() throws {
        let events = try ChatLab.stream([
            ChatLab.delta(#""reasoning":"a","reasoning_details":[{"type":"reasoning.text","text":"a","format":"f"}]"#),
            ChatLab.delta(
                #""reasoning_details":[{"type":"reasoning.text","signature":"SIG"},{"type":"reasoning.encrypted","data":"D"}]"#
            ),
            ChatLab.text("b"), ChatLab.finish("stop"),
        ])
        #expect(events.types == ["thinking", "text"] && events.blocks[0].isClosed)
        let signature = try #require(events.blocks[0].signature)
        let payload = try #require(ThinkingSignature.payload(in: signature, provider: "openai", model: "gpt-5.2"))
        #expect(
            try JSONValue(parsing: payload) == [
                "text": ["type": "reasoning.text", "format": "f", "signature": "SIG"],
                "others": [["type": "reasoning.encrypted", "data": "D"]],
            ])
        #expect(ThinkingSignature.payload(in: signature, provider: "other", model: "gpt-5.2") == nil)
    }

    @Test func `thinking that nobody asked for is not shown`() throws {
        let events = try ChatLab.stream(
            [ChatLab.delta(#""reasoning_content":"x""#), ChatLab.text("y"), ChatLab.finish("stop")],
            ChatLab.context(thinking: false))
        #expect(events.texts == ["y"])
    }

    @Test(
        arguments: [
            // In order, as OpenAI does it; all of index 0; without an index; without ids; interleaved; id repeated.
            [(0, "a", "T", #"{"n""#), (0, nil, nil, ":1}"), (1, "b", "U", "{}")],
            [(0, "a", "T", #"{"n":1}"#), (0, "b", "U", "{}")],
            [(nil, "a", "T", #"{"n":"#), (nil, nil, nil, "1}"), (nil, "b", "U", "{}")],
            [(nil, nil, "T", #"{"n":1}"#), (nil, nil, "U", "{}")],
            [(0, nil, "T", #"{"n":1}"#), (0, nil, "U", "{}")],
            [(0, "a", "T", #"{"n""#), (1, "b", "U", "{"), (0, nil, nil, ":1}"), (1, nil, nil, "}")],
            [(0, "a", "T", #"{"n""#), (0, "a", "T", ":1}"), (1, "b", "U", "{}")],
            [(0, "x", "T", #"{"n":1}"#), (1, "x", "U", "{}")],
        ] as [[(Int?, String?, String?, String)]])
    func `parallel calls stay apart (pain 3)`(deltas: [(Int?, String?, String?, String)]) throws {
        let events = try ChatLab.stream(
            deltas.map { ChatLab.call($0.0, id: $0.1, name: $0.2, $0.3) } + [ChatLab.finish("tool_calls")])
        #expect(events.types == ["tool_use", "tool_use"])
        #expect(events.blocks.map { $0.start["name"]?.string } == ["T", "U"])
        #expect(Set(events.blocks.compactMap { $0.start["id"]?.string }).count == 2)
        #expect(try events.input(0) == ["n": 1] && events.input(1) == [:])
    }

    @Test(arguments: ["stop", "tool_calls", "function_call"])
    func `stop_reason is tool_use exactly where there is a call (pain 4)`(reason: String) throws {
        let called = try ChatLab.stream([ChatLab.call(0, id: "a", name: "T", ""), ChatLab.finish(reason)])
        #expect(called.stopReason == "tool_use" && called.types == ["tool_use"])
        let spoken = try ChatLab.stream([ChatLab.text("x"), ChatLab.finish(reason)])
        #expect(spoken.stopReason == "end_turn")
    }

    @Test(arguments: [("length", "max_tokens"), ("content_filter", "refusal")])
    func `other reasons to stop`(reason: String, expected: String) throws {
        #expect(try ChatLab.stream([ChatLab.text("x"), ChatLab.finish(reason)]).stopReason == expected)
    }

    @Test func `a call that the limit cut is not made whole`() throws {
        let events = try ChatLab.stream([ChatLab.call(0, id: "a", name: "T", #"{"path":"/"#), ChatLab.finish("length")])
        #expect(events.stopReason == "max_tokens" && events.texts == [#"{"path":"/"#])
    }

    @Test func `an error inside of a stream is an error (pain 21)`() throws {
        let late = try ChatLab.stream([
            ChatLab.text("x"), #"{"error":{"message":"Overloaded","code":529}}"#, ChatLab.text("never"),
        ])
        #expect(late.error?["type"] == "overloaded_error" && !late.isStopped && late.texts == ["x"])
        let early = try ChatLab.stream([#"{"error":{"message":"slow down","code":429}}"#])
        #expect(early.start == nil && early.failure?.status == 429)
    }

    @Test func `a cut stream never passes for a whole one`() throws {
        let whole = [
            ChatLab.delta(#""reasoning_content":"t""#), ChatLab.text("Hi"),
            ChatLab.call(0, id: "a", name: "T", #"{"a":"#),
            ChatLab.call(0, "1}"), ChatLab.finish("tool_calls"), "[DONE]",
        ]
        for count in 0..<4 {
            let events = try ChatLab.stream(Array(whole.prefix(count)))
            #expect(!events.isStopped && events.failure?.kind == .api)
            #expect(count == 0 || events.error?["type"] == "api_error")
            #expect(!events.blocks.contains { $0.type == "tool_use" && $0.isClosed })
        }
        #expect(try ChatLab.stream(whole).isStopped)
    }

    @Test func `characters that were split between events come together`() throws {
        let snowman = Array("☃".utf8)
        let start = Array(#"{"choices":[{"index":0,"delta":{"content":"a"#.utf8)
        let end = Array(#""}}]}"#.utf8)
        let first = start + snowman.prefix(2) + end
        let second =
            Array(#"{"choices":[{"index":0,"delta":{"content":""#.utf8) + snowman.suffix(1) + Array("b".utf8) + end
        let events = try ChatLab.stream([
            first, second, Array(ChatLab.delta(#""content":"\ud83d""#).utf8),
            Array(ChatLab.delta(#""content":"\ude00""#).utf8), Array(ChatLab.finish("stop").utf8),
        ])
        #expect(events.texts == ["a☃b😀"])
    }

    @Test func `arguments that were split inside of a character come together`() throws {
        let start = Array(
            #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"T","arguments":"{\"a\":\""#
                .utf8)
        let rest = Array(#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":""#.utf8)
        let end = Array(#""}}]}}]}"#.utf8)
        let letter = Array("ü".utf8)
        let events = try ChatLab.stream([
            start + [letter[0]] + end, rest + [letter[1]] + Array(#"\"}"#.utf8) + end,
            Array(ChatLab.finish("tool_calls").utf8),
        ])
        #expect(try events.input(0) == ["a": "ü"])
    }

    @Test func `thinking between tags is thinking, where that is switched on`() throws {
        var dialect = ChatDialect.compatible
        dialect.splitsThinkTags = true
        let text = "<think>a<b</think>\n\nThe answer"
        for size in 1...text.utf8.count {
            let pieces = stride(from: 0, to: text.utf8.count, by: size).map {
                ChatLab.text(String(decoding: text.utf8.dropFirst($0).prefix(size), as: UTF8.self))
            }
            let events = try ChatLab.stream(pieces + [ChatLab.finish("stop")], ChatLab.context(dialect: dialect))
            #expect(events.texts == ["a<b", "The answer"] && events.types == ["thinking", "text"])
        }
        #expect(try ChatLab.stream([ChatLab.text(text), ChatLab.finish("stop")]).texts == [text])
    }

    @Test func `what is no JSON is an error that shows it`() throws {
        let events = try ChatLab.stream([ChatLab.text("a"), "<html>"])
        #expect(events.error?["message"]?.string?.contains("<html>") == true)
    }
}
