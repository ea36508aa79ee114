import JSON
import Testing

@testable import Translation

/// Pain 9: keywords that Gemini refuses, and arguments that must not be touched.
struct GeminiSchemaTests {
    @Test func `types are in capitals and keywords of drafts are gone (pain 9)`() throws {
        let schema = try GeminiLab.schema(
            #"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","additionalProperties":false,"properties":{"path":{"type":"string","description":"Where","minLength":1,"format":"uri"},"n":{"type":"integer","exclusiveMinimum":0,"maximum":9},"on":{"type":"boolean","default":false}},"required":["path","gone"]}"#
        )
        let path: JSONValue = [
            "type": "STRING", "description": #"Where (JSON schema: {"format":"uri"})"#, "minLength": 1,
        ]
        #expect(schema?["properties"]?["path"] == path)
        #expect(schema?["properties"]?["n"] == ["type": "INTEGER", "minimum": 1, "maximum": 9])
        #expect(schema?["required"] == ["path"] && schema?["type"] == "OBJECT")
        #expect(schema?["$schema"] == nil && schema?["additionalProperties"] == nil)
    }

    @Test func `what the dialect cannot say stands in the description`() throws {
        let cases = [
            (#"{"type":"array","uniqueItems":true,"items":{"type":"string"}}"#, "uniqueItems"),
            (
                #"{"type":"object","propertyNames":{"pattern":"^a"},"additionalProperties":{"type":"string"}}"#,
                "propertyNames"
            ),
            (#"{"type":"number","multipleOf":5}"#, "multipleOf"), (#"{"type":"integer","enum":[1,2]}"#, "enum"),
            (#"{"type":"object","patternProperties":{"^x":{}}}"#, "patternProperties"),
            (#"{"type":"string","not":{"const":"a"}}"#, "not"),
            (#"{"type":"number","exclusiveMinimum":0.5}"#, "exclusiveMinimum"),
        ]
        for (schema, keyword) in cases {
            let property = try #require(try GeminiLab.property(schema))
            #expect(property["description"]?.string?.contains("\"\(keyword)\"") == true, "\(property)")
            #expect(property[keyword] == nil)
        }
    }

    @Test func `null is a property of the value and not a type`() throws {
        #expect(try GeminiLab.property(#"{"type":["string","null"]}"#) == ["type": "STRING", "nullable": true])
        #expect(
            try GeminiLab.property(#"{"anyOf":[{"type":"integer"},{"type":"null"}],"description":"d"}"#)
                == ["type": "INTEGER", "nullable": true, "description": "d"])
        #expect(
            try GeminiLab.property(#"{"type":["string","integer","null"]}"#)
                == ["anyOf": [["type": "STRING", "nullable": true], ["type": "INTEGER"]]])
    }

    @Test func `alternatives stand alone and keep their description`() throws {
        let property = try GeminiLab.property(
            #"{"description":"d","oneOf":[{"type":"string","enum":["a",""]},{"type":"array","items":{}}]}"#)
        #expect(property?.object?.keys == ["anyOf"])
        #expect(property?["anyOf"]?[0]?["description"]?.string?.hasPrefix("d") == true)
        #expect(property?["anyOf"]?[0]?["enum"] == ["a"])
        #expect(property?["anyOf"]?[1]?["items"]?["anyOf"]?.array?.count == 4)
    }

    @Test func `references and allOf are written out, and circles end`() throws {
        let schema = try GeminiLab.schema(
            ##"{"type":"object","$defs":{"N":{"type":"object","properties":{"v":{"type":"string"},"next":{"$ref":"#/$defs/N"}}}},"properties":{"n":{"$ref":"#/$defs/N","description":"here"},"m":{"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"number"}}}]}}}"##
        )
        let n = schema?["properties"]?["n"]
        #expect(n?["description"] == "here" && n?["properties"]?["v"] == ["type": "STRING"])
        let text = schema?.text() ?? ""
        #expect(!text.contains("\"$ref\"") && !text.contains("allOf"))
        let m = schema?["properties"]?["m"]
        #expect(m?["properties"]?.object?.keys == ["a", "b"] && m?["required"] == ["a"])
    }

    @Test func `a tool without properties has no parameters, and lists have items`() throws {
        #expect(try GeminiLab.schema(#"{"type":"object","properties":{}}"#) == nil)
        #expect(try GeminiLab.schema("{}") == nil)
        #expect(
            try GeminiLab.property(#"{"type":"array"}"#) == ["type": "ARRAY", "items": ["type": "STRING"]])
        #expect(try GeminiLab.property(#"{"type":"object"}"#) == ["type": "OBJECT"])
        #expect(try GeminiLab.property(#"{"const":"x"}"#) == ["type": "STRING", "enum": ["x"]])
    }

    @Test func `references that repeat one another do not grow without an end`() throws {
        let definitions = (0..<30).map {
            ##""d\##($0)":{"type":"object","properties":{"a":{"$ref":"#/$defs/d\##($0 + 1)"},"b":{"$ref":"#/$defs/d\##($0 + 1)"}}}"##
        }
        let schema =
            ##"{"type":"object","$defs":{\##(definitions.joined(separator: ","))},"properties":{"x":{"$ref":"#/$defs/d0"}}}"##
        let body = try GeminiLab.request(#"{"messages":[],"tools":[{"name":"T","input_schema":\#(schema)}]}"#).body
        #expect(body.count < 1_000_000)
    }

    /// What a schema may not have, a call's arguments may: they are somebody's data.
    @Test func `arguments are never cleaned (pain 9)`() throws {
        let input =
            #"{"$schema":"x","type":["string","null"],"exclusiveMinimum":1,"uniqueItems":true,"propertyNames":{}}"#
        let messages =
            #"[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"T","input":\#(input)}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}]"#
        let contents = try GeminiLab.contents(messages)
        #expect(contents[1]["parts"]?[0]?["functionCall"]?["args"] == (try JSONValue(parsing: input)))
    }
}
