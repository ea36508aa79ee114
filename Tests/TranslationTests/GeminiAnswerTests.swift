import JSON
import Testing

@testable import Translation

struct GeminiAnswerTests {
    private let usage =
        #"{"promptTokenCount":100,"cachedContentTokenCount":60,"candidatesTokenCount":20,"thoughtsTokenCount":5,"totalTokenCount":125}"#

    @Test func `thinking, text and parallel calls in the strict order`() throws {
        let events = try GeminiLab.stream([
            GeminiLab.piece(GeminiLab.thought("Hm")), GeminiLab.piece(GeminiLab.text("Grü")),
            GeminiLab.piece(GeminiLab.text("ße 🙂")),
            GeminiLab.piece(
                GeminiLab.call("A", #"{"q":"ü\n"}"#, id: "call/1", signature: "c2ln") + ","
                    + GeminiLab.call("A", id: "call/2")),
            GeminiLab.piece(GeminiLab.text(""), finish: "STOP", usage: usage),
        ])
        #expect(events.types == ["thinking", "text", "thinking", "tool_use", "tool_use"])
        #expect(events.texts[0] == "Hm" && events.texts[1] == "Grüße 🙂")
        #expect(try events.input(3) == ["q": "ü\n"])
        #expect(events.blocks[3].start["id"] != events.blocks[4].start["id"])
        #expect(events.stopReason == "tool_use" && events.isStopped)
        let counts = events.end?["usage"]
        #expect(counts?["input_tokens"] == 40 && counts?["cache_read_input_tokens"] == 60)
        #expect(counts?["output_tokens"] == 25)
    }

    @Test func `thoughts are not counted twice where the sum has them already`() throws {
        let counts = try GeminiLab.whole(
            GeminiLab.piece(
                GeminiLab.text("x"), finish: "STOP",
                usage:
                    #"{"promptTokenCount":10,"candidatesTokenCount":30,"thoughtsTokenCount":20,"totalTokenCount":40}"#)
        )["usage"]
        #expect(counts?["output_tokens"] == 30 && counts?["output_tokens_details"]?["thinking_tokens"] == 20)
    }

    @Test func `whole answers say the same as streams`() throws {
        let parts = [
            GeminiLab.thought("Hm"), GeminiLab.call("A", #"{"a":[1]}"#, signature: "c2ln"), GeminiLab.text("after"),
        ]
        let message = try GeminiLab.whole(
            GeminiLab.piece(parts.joined(separator: ","), finish: "STOP", usage: usage))
        let events = try GeminiLab.stream([
            GeminiLab.piece(parts[0]), GeminiLab.piece(parts[1]),
            GeminiLab.piece(parts[2], finish: "STOP", usage: usage),
        ])
        #expect(message["content"] == (try GeminiLab.blocks(events)))
        #expect(message["stop_reason"] == "tool_use" && message["id"] == "msg_01abc" && message["model"] == "big")
        #expect(message["usage"] == events.end?["usage"])
    }

    /// Pain 8.
    @Test func `a call comes back with its own id and signature`() throws {
        for (thinking, front) in [(true, [GeminiLab.thought("Hm")]), (true, []), (false, [])] {
            let context = try GeminiLab.context(thinking: thinking)
            let parts =
                front + [
                    GeminiLab.call("A", id: "fc-1", signature: "c2lnMQ=="), GeminiLab.call("B", id: "fc-2"),
                ]
            let events = try GeminiLab.stream(
                [GeminiLab.piece(parts.joined(separator: ","), finish: "STOP")], context)
            let blocks = try GeminiLab.blocks(events)
            let ids = events.blocks.compactMap { $0.start["id"]?.string }
            for id in ids { #expect(id.utf8.allSatisfy { ToolNames.isFit(CollectionOfOne($0)) }) }
            let contents = try GeminiLab.contents(
                #"[{"role":"assistant","content":\#(blocks)},{"role":"user","content":[{"type":"tool_result","tool_use_id":"\#(ids[0])","content":"a"}]}]"#
            )
            let sent = try #require(contents[0]["parts"]?.array)
            #expect(
                sent[0] == ["functionCall": ["id": "fc-1", "name": "A", "args": [:]], "thoughtSignature": "c2lnMQ=="])
            #expect(sent[1] == ["functionCall": ["id": "fc-2", "name": "B", "args": [:]]])
            #expect(contents[1]["parts"]?[0]?["functionResponse"]?["id"] == "fc-1")
            // Another model, or another provider, never sees it.
            let elsewhere = try GeminiLab.contents(
                #"[{"role":"assistant","content":\#(blocks)}]"#, model: "gemini-2.5-pro")
            #expect(elsewhere[0]["parts"]?[0]?["thoughtSignature"] == nil)
        }
    }

    @Test func `the signature of a text comes back with it`() throws {
        let events = try GeminiLab.stream([
            GeminiLab.piece(GeminiLab.thought("Hm")),
            GeminiLab.piece(#"{"text":"Hello","thoughtSignature":"dHh0"}"#, finish: "STOP"),
        ])
        let contents = try GeminiLab.contents(#"[{"role":"assistant","content":\#(try GeminiLab.blocks(events))}]"#)
        #expect(contents[0]["parts"] == [["text": "Hello", "thoughtSignature": "dHh0"]])
    }

    @Test func `a call that nobody signed is marked for models that demand it (pain 8)`() throws {
        let messages =
            #"[{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"EqQB"},{"type":"tool_use","id":"toolu_1","name":"A","input":{}},{"type":"tool_use","id":"toolu_2","name":"A","input":{}}]}]"#
        let parts = try GeminiLab.contents(messages)[0]["parts"]
        #expect(
            parts?[0] == [
                "functionCall": ["name": "A", "args": [:]], "thoughtSignature": .string(GeminiModel.noSignature),
            ])
        #expect(parts?[1] == ["functionCall": ["name": "A", "args": [:]]])
        #expect(try GeminiLab.contents(messages, model: "gemini-2.5-pro")[0]["parts"]?[0]?["thoughtSignature"] == nil)
        #expect(try GeminiLab.request(#"{"messages":\#(messages)}"#).leftOut.features == [.thinkingHistory])
    }

    @Test func `filters become refusals and say why`() throws {
        let blocked = #"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":9}}"#
        let stopped = #"{"candidates":[{"finishReason":"SAFETY","finishMessage":"no"}]}"#
        for (body, words) in [(blocked, "PROHIBITED_CONTENT"), (stopped, "SAFETY: no")] {
            let events = try GeminiLab.stream([body])
            #expect(events.stopReason == "refusal" && events.isStopped)
            #expect(events.end?["delta"]?["stop_details"]?["explanation"]?.string?.hasSuffix(words) == true)
            #expect(try GeminiLab.whole(body)["stop_reason"] == "refusal")
        }
        let late = try GeminiLab.stream([GeminiLab.piece(GeminiLab.text("Half"), finish: "RECITATION")])
        #expect(late.texts == ["Half"] && late.stopReason == "refusal")
    }

    @Test func `reasons to stop are told truly`() throws {
        let cut = try GeminiLab.stream([GeminiLab.piece(GeminiLab.text("x"), finish: "MAX_TOKENS")])
        #expect(cut.stopReason == "max_tokens")
        let empty = try GeminiLab.stream([#"{"candidates":[{"content":{"role":"model"},"finishReason":"STOP"}]}"#])
        #expect(empty.stopReason == "end_turn" && empty.blocks.isEmpty)
        let malformed = #"{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"bad"}]}"#
        #expect(try GeminiLab.stream([malformed]).failure?.message.contains("MALFORMED_FUNCTION_CALL: bad") == true)
        #expect(throws: UpstreamFailure.self) { try GeminiLab.whole(malformed) }
        #expect(throws: UpstreamFailure.self) { try GeminiLab.whole("{}") }
    }

    @Test func `a stream that is cut is never whole`() throws {
        let pieces = [
            GeminiLab.piece(GeminiLab.thought("Hm")), GeminiLab.piece(GeminiLab.text("a")),
            GeminiLab.piece(GeminiLab.call("A")),
        ]
        for count in 0...pieces.count {
            for cut in [nil, "reset"] as [String?] {
                let events = try GeminiLab.stream(Array(pieces.prefix(count)), cut: cut)
                #expect(events.failure != nil && !events.isStopped && events.end == nil)
            }
        }
    }

    @Test func `errors keep their words and get their status`() throws {
        func failure(_ body: String, _ status: Int) throws -> UpstreamFailure {
            let context = try GeminiLab.context()
            return try JSONParser().parse(copying: body).withRoot {
                GeminiStream.refusal($0, status: status, context)
            }
        }
        let limited = try failure(
            #"[{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED","details":[{"@type":"x","retryDelay":"36.2s"}]}}]"#,
            429)
        #expect(limited.kind == .rateLimit && limited.retryAfterSeconds == 37 && limited.message.contains("Quota"))
        let key = try failure(
            #"{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#,
            400)
        #expect(key.kind == .authentication && key.status == 401)
        let long = try failure(
            #"{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}"#,
            400)
        #expect(long.message.hasPrefix("prompt is too long: 1200000 tokens > 1048576 maximum"))
        #expect(try failure(#"{"error":{"message":"x","status":"UNAVAILABLE"}}"#, 503).kind == .overloaded)
        let inside = try GeminiLab.stream([#"{"error":{"code":503,"message":"Busy","status":"UNAVAILABLE"}}"#])
        #expect(inside.failure?.status == 503 && inside.start == nil)
    }

    /// Claude Code's WebSearch reads these blocks.
    @Test func whatASearchHasFound() throws {
        let grounding =
            #""groundingMetadata":{"webSearchQueries":["a","b"],"groundingChunks":[{"web":{"uri":"https://x/1","title":"One"}},{"web":{"uri":"https://x/2"}}]}"#
        let piece =
            #"{"candidates":[{"content":{"role":"model","parts":[{"text":"Found."}]},\#(grounding),"finishReason":"STOP"}]}"#
        let events = try GeminiLab.stream([piece])
        #expect(events.blocks.map(\.type) == ["text", "server_tool_use", "web_search_tool_result"])
        #expect(try events.input(1) == ["query": "a; b"])
        let result = events.blocks[2].start
        #expect(result["tool_use_id"] == events.blocks[1].start["id"])
        #expect(result["content"]?.array?.compactMap { $0["title"]?.string } == ["One", "https://x/2"])
        let whole = try GeminiLab.whole(piece)
        #expect(whole["content"]?[2] == result)
        #expect(whole["content"]?[1]?["input"] == ["query": "a; b"])
        #expect(whole["stop_reason"] == "end_turn")
    }
}
