import JSON
import Testing

@testable import Translation

/// Answers by a schema, where the provider has none.
struct StructuredTests {
    @Test(arguments: [
        (#"{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}"#, #"{"n":1}"#, ""),
        (#"{"type":"object","required":["n"]}"#, "{}", "answer.n: is missing"),
        (
            #"{"type":"object","properties":{"n":{"type":"integer"}}}"#, #"{"n":"x"}"#,
            "answer.n: is a string and should be integer"
        ),
        (#"{"type":"object","additionalProperties":false}"#, #"{"a":1}"#, "answer.a: is no property of it"),
        (#"{"type":"array","items":{"enum":["a","b"]}}"#, #"["a","c"]"#, #"answer[1]: is none of "a", "b""#),
        (
            ##"{"$defs":{"t":{"type":"string"}},"items":{"$ref":"#/$defs/t"}}"##, "[1]",
            "answer[0]: is a number and should be string"
        ),
        (#"{"anyOf":[{"type":"null"},{"type":"string"}]}"#, "1", "answer: fits none of the alternatives"),
        (#"{"type":["integer","null"],"minimum":3}"#, "2", "answer: is less than 3.0"),
        (#"{"type":"number"}"#, "1", ""), (#"{"type":"integer"}"#, "1.5", "answer: is a number and should be integer"),
        (#"{"minItems":2,"uniqueItems":true}"#, "[1]", "answer: has 1 elements and needs 2"), ("true", "1", ""),
        (#"{"not":{"type":"string"}}"#, #""x""#, "answer: is what it may not be"),
        (##"{"$ref":"#"}"##, "1", ""),
    ]) func `a value is held against its schema`(schema: String, value: String, problem: String) throws {
        let problems = SchemaCheck.problems(of: try JSONValue(parsing: value), try JSONValue(parsing: schema))
        #expect(problems.joined(separator: "; ") == problem)
    }

    private static func request() throws -> StructuredRequest {
        let body =
            #"{"system":"Be kind.","stream":true,"output_config":{"effort":"low","format":{"type":"json_schema","schema":{"type":"object","required":["n"]}}},"messages":[{"role":"user","content":"Hi"}]}"#
        return try #require(try JSONParser().parse(copying: body).withRoot { StructuredRequest($0) })
    }

    @Test func `any object is asked for without a schema, and anything else is asked again`() throws {
        let body = #"{"output_config":{"format":{"type":"json_object"}},"messages":[{"role":"user","content":"Hi"}]}"#
        let request = try JSONParser().parse(copying: body).withRoot { StructuredRequest(anyObjectIn: $0) }
        var structured = try #require(request)
        let rule = try #require(structured.request["system"]?[0]?["text"]?.string)
        #expect(rule.contains("one JSON object") && !rule.contains("schema"))
        #expect(structured.judge([["type": "text", "text": "[1]"]]) == .again)
        #expect(structured.judge([["type": "text", "text": "```json\n{\"a\":1}\n```"]]) == .fits(["a": 1]))
        let schema = #"{"output_config":{"format":{"schema":{}}},"messages":[]}"#
        #expect(try JSONParser().parse(copying: schema).withRoot { StructuredRequest(anyObjectIn: $0) == nil })
    }

    @Test func `the model is told the schema, and asked again with what was wrong, three times at most`() throws {
        var structured = try Self.request()
        #expect(structured.request["output_config"] == ["effort": "low"] && structured.request["stream"] == false)
        #expect(structured.request["system"]?.array?.count == 2)
        let wrong: [JSONValue] = [["type": "text", "text": "{}"]]
        #expect(structured.judge(wrong) == .again)
        let messages = structured.request["messages"]?.array ?? []
        #expect(messages.map { $0["role"] } == ["user", "assistant", "user"])
        #expect(messages[2]["content"]?.string?.contains("answer.n: is missing") == true)
        #expect(structured.judge([["type": "text", "text": "no idea"]]) == .again)
        #expect(structured.judge(wrong) == .failed("answer.n: is missing") && structured.attempts == 3)
    }

    @Test(arguments: ["{\"n\":1}", "Here it is:\n```json\n{\"n\": 1}\n```", " {\"n\":1} "])
    func `what fits is handed on as it is meant`(text: String) throws {
        var structured = try Self.request()
        #expect(structured.judge([["type": "text", "text": .string(text)]]) == .fits(["n": 1]))
    }
}
