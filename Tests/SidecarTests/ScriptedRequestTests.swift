import HTTP
import JSON
import Sidecar
import Testing

/// Requests that the API refuses are refused here too, in its words: an agent under test learns of its mistakes.
@Suite struct ScriptedRequestTests {
    private static let call = #"{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"Read","input":{}}]}"#
    private static let hello = #"{"role":"user","content":"hello"}"#

    private static func result(_ id: String) -> String {
        #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"\#(id)","content":"x"}]}"#
    }

    private static let unanswered = """
        messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t. Each `tool_use` block must \
        have a corresponding `tool_result` block in the next message.
        """

    private static func unexpected(_ place: String, _ id: String) -> String {
        """
        \(place): unexpected `tool_use_id` found in `tool_result` blocks: \(id). Each `tool_result` block must have a \
        corresponding `tool_use` block in the previous message.
        """
    }

    static let refusals: [(String, String)] = [
        ("[]", "the request's body is not a JSON object"),
        ("{}", "model: Field required"),
        (#"{"model":5}"#, "model: Input should be a valid string"),
        (#"{"model":"m","messages":[]}"#, "max_tokens: Field required"),
        (#"{"model":"m","max_tokens":0}"#, "max_tokens: Input should be greater than or equal to 1"),
        (#"{"model":"m","max_tokens":"1"}"#, "max_tokens: Input should be a valid integer"),
        (#"{"model":"m","max_tokens":1}"#, "messages: Field required"),
        (#"{"model":"m","max_tokens":1,"messages":{}}"#, "messages: Input should be a valid list"),
        (#"{"model":"m","max_tokens":1,"messages":[]}"#, "messages: at least one message is required"),
        (#"{"model":"m","max_tokens":1,"stream":"yes","messages":[]}"#, "stream: Input should be a valid boolean"),
        (Scripted.messages(hello, "\"tools\":[{}],"), "tools.0.name: Field required"),
        (
            Scripted.messages(hello, "\"tools\":[{\"name\":\"a\"},{\"name\":\"a\"}],"),
            "tools: Tool names must be unique."
        ),
        (Scripted.messages(hello, "\"system\":5,"), "system: Input should be a valid list or string"),
        (Scripted.messages("{}"), "messages.0.role: Field required"),
        (Scripted.messages(#"{"role":"user"}"#), "messages.0.content: Field required"),
        (
            Scripted.messages(#"{"role":"user","content":5}"#),
            "messages.0.content: Input should be a valid list or string"
        ),
        (
            Scripted.messages(#"{"role":"tool","content":"x"}"#),
            "messages.0.role: Input should be 'user', 'assistant' or 'system'"
        ),
        (Scripted.messages(#"{"role":"user","content":["x"]}"#), "messages.0.content.0: Input should be an object"),
        (Scripted.messages(#"{"role":"user","content":[{}]}"#), "messages.0.content.0.type: Field required"),
        (
            Scripted.messages(#"{"role":"user","content":[{"type":"text","text":""}]}"#),
            "messages: text content blocks must be non-empty"
        ),
        (Scripted.messages("\(hello),\(call)"), unanswered),
        (Scripted.messages("\(hello),\(call),\(hello)"), unanswered),
        (Scripted.messages("\(hello),\(call),\(result("u"))"), unexpected("messages.2.content.0", "u")),
        (Scripted.messages(result("t")), unexpected("messages.0.content.0", "t")),
    ]

    @Test(arguments: refusals)
    func refused(_ json: String, _ message: String) throws {
        let upstream = try Scripted.upstream("version: 1\nsteps: [{ answer: x }]")
        let answer = try upstream.messages(json: json, extraFields: ["request-id": "r1"])
        #expect(answer.status == 400)
        #expect(
            try answer.json() == [
                "type": "error", "error": ["type": "invalid_request_error", "message": .string(message)],
                "request_id": "r1",
            ])
    }

    /// What real clients send: system messages within the conversation, results in several messages, unknown blocks.
    static let accepted: [String] = [
        Scripted.messages(
            "\(hello),\(#"{"role":"system","content":"x"}"#),\(call),\(#"{"role":"system","content":"x"}"#),\(result("t"))"
        ),
        Scripted.messages("\(hello),\(call),\(hello),\(result("t"))"),
        Scripted.messages("\(hello),\(call),\(#"{"role":"assistant","content":"and"}"#),\(result("t"))"),
        Scripted.messages(#"{"role":"user","content":[{"type":"of_the_future"},{"type":"text","text":"x"}]}"#),
        Scripted.messages(
            "\(hello),\(#"{"role":"assistant","content":"Once upon"}"#)",
            "\"unknown\":{},\"tools\":null,\"system\":null,"),
    ]

    @Test(arguments: accepted)
    func taken(_ json: String) throws {
        #expect(try Scripted.upstream("version: 1\nsteps: [{ answer: x }]").says(json) == "x")
    }

    @Test func tokensAreCountedByTheEstimateThatUsageHas() throws {
        let upstream = try Scripted.upstream("version: 1\nsteps: [{ answer: x }]")
        // 40 bytes of messages.
        let messages = #"[{"role":"user","content":"12345678901"}]"#
        try #require(messages.utf8.count == 41)
        let counted = try JSONParser().parse(copying: #"{"model":"m","messages":\#(messages)}"#)
            .withRoot { upstream.countTokens($0, fields: HTTPFields()) }
        #expect(counted.status == 200)
        #expect(try counted.json() == ["input_tokens": 11])
        let answer = try upstream.messages(json: #"{"model":"m","max_tokens":1,"messages":\#(messages)}"#)
        #expect(try answer.json()["usage"]?["input_tokens"] == 11)
        let refused = try JSONParser().parse(copying: "{}").withRoot { upstream.countTokens($0, fields: HTTPFields()) }
        #expect(refused.status == 400)
    }
}
