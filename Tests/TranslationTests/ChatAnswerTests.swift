import JSON
import Testing

@testable import Translation

/// Answers that do not stream, and errors.
struct ChatAnswerTests {
    @Test func `thinking, text and calls`() throws {
        let answer = try ChatLab.answer(
            #"{"choices":[{"finish_reason":"tool_calls","message":{"content":"Hi","reasoning_content":"Hm","tool_calls":[{"id":"call/1","function":{"name":"T","arguments":"{'a':1}"}}]}}],"usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_cache_hit_tokens":4}}"#,
            ChatLab.context())
        #expect(answer["stop_reason"] == "tool_use" && answer["id"] == "msg_01abc" && answer["role"] == "assistant")
        #expect(answer["content"]?[0]?["thinking"] == "Hm" && answer["content"]?[1] == ["type": "text", "text": "Hi"])
        #expect(answer["content"]?[2]?["input"] == ["a": 1])
        #expect(answer["usage"]?["input_tokens"] == 5 && answer["usage"]?["cache_read_input_tokens"] == 4)
    }

    @Test func `a call that the limit cut is marked`() throws {
        let answer = try ChatLab.answer(
            #"{"choices":[{"finish_reason":"length","message":{"tool_calls":[{"id":"a","function":{"name":"T","arguments":"{\"a\":"}}]}}]}"#,
            ChatLab.context())
        #expect(answer["stop_reason"] == "max_tokens")
        #expect(answer["content"]?[0]?["input"] == [ArgumentMender.mark: #"{"a":"#])
    }

    @Test func `an error of status 200 is an error (pain 18)`() throws {
        let failure = #expect(throws: UpstreamFailure.self) {
            try ChatLab.answer(#"{"error":{"message":"nope","code":402}}"#, ChatLab.context())
        }
        #expect(failure?.status == 402 && failure?.kind == .billing)
        let empty = #expect(throws: UpstreamFailure.self) { try ChatLab.answer(#"{"id":"x"}"#, ChatLab.context()) }
        #expect(empty?.message.contains(#"{"id":"x"}"#) == true)
    }

    private func read(_ status: Int, _ body: String) throws -> UpstreamFailure {
        try JSONParser().parse(copying: body).withRoot { ChatFailure.read(status: status, $0, provider: "p") }
    }

    @Test(arguments: [
        (
            "This model's maximum context length is 128000 tokens. However, your messages resulted in 150000 tokens.",
            "prompt is too long: 150000 tokens > 128000 maximum"
        ),
        (
            "This model's maximum context length is 32768 tokens. However, you requested 40000 tokens (8000 in the messages, 32000 in the completion). Please reduce the length.",
            "input length and `max_tokens` exceed context limit: 8000 + 32000 > 32768"
        ),
        (
            "'max_tokens' or 'max_completion_tokens' is too large: 32000. This model's maximum context length is 32768 tokens and your request has 8000 input tokens (32000 > 32768 - 8000).",
            "input length and `max_tokens` exceed context limit: 8000 + 32000 > 32768"
        ),
        ("Your input exceeds the context window of this model.", "prompt is too long: 2 tokens > 1 maximum"),
    ]) func `context errors get the words that make clients recover`(own: String, expected: String) throws {
        let failure = try read(400, #"{"error":{"message":\#(JSONValue.string(own)),"type":"invalid_request_error"}}"#)
        #expect(failure.message.hasPrefix(expected) && failure.message.contains(own) && failure.status == 400)
    }

    @Test func `llama.cpp brings its numbers`() throws {
        let failure = try read(
            400,
            #"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}"#
        )
        #expect(failure.message.hasPrefix("prompt is too long: 9000 tokens > 4096 maximum"))
    }

    @Test(arguments: [
        (401, UpstreamFailure.Kind.authentication), (403, .permission), (404, .notFound), (429, .rateLimit),
        (500, .api), (503, .overloaded), (422, .invalidRequest),
    ]) func `statuses have Anthropic's types`(status: Int, kind: UpstreamFailure.Kind) throws {
        let failure = try read(status, #"{"error":{"message":"own words"}}"#)
        #expect(failure.status == status && failure.kind == kind && failure.message.contains("own words"))
    }

    @Test func `no credit is final`() throws {
        #expect(try read(429, #"{"error":{"message":"x","code":"insufficient_quota"}}"#).isFinal)
        #expect(try !read(429, #"{"error":{"message":"x","code":"rate_limit_exceeded"}}"#).isFinal)
    }
}
