import JSON
import MCP
import Testing

/// Arguments that travel as fields too (SEP-2243).
@Suite struct ParameterFieldTests {
    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "region": ["type": "string", "x-mcp-header": "Region"],
            "limit": ["type": "integer", "x-mcp-header": "Limit"],
            "dry": ["type": "boolean", "x-mcp-header": "Dry-Run"], "query": ["type": "string"],
            "options": [
                "type": "object", "properties": ["deep": ["type": "string", "x-mcp-header": "Deep"]],
                "default": ["x-mcp-header": "no schema"],
            ],
        ],
    ]

    @Test(
        arguments: [
            (["region": "us-west1", "query": "x"], ["Mcp-Param-Region: us-west1"]),
            (["region": "größe"], ["Mcp-Param-Region: =?base64?Z3LDtsOfZQ==?="]),
            (["region": "a\r\nX: y"], ["Mcp-Param-Region: =?base64?YQ0KWDogeQ==?="]),
            (["region": .null, "limit": 42, "dry": false], ["Mcp-Param-Limit: 42", "Mcp-Param-Dry-Run: false"]),
            (["options": ["deep": "d"]], ["Mcp-Param-Deep: d"]), (["options": 7], []), ([:], []),
        ] as [(JSONValue, [String])])
    func `http-custom-headers: what is there is sent, as plain text where it can be`(
        _ arguments: JSONValue, _ expected: [String]
    ) throws {
        let fields = try MCPParameterFields(Self.schema)
        #expect(fields.of(arguments).map { "\($0.name): \($0.value)" } == expected)
    }

    @Test(
        arguments: [
            ["properties": ["a": ["type": "string", "x-mcp-header": ""]]],
            ["properties": ["a": ["type": "string", "x-mcp-header": "a b"]]],
            ["properties": ["a": ["type": "string", "x-mcp-header": "a\r\nb"]]],
            ["properties": ["a": ["type": "string", "x-mcp-header": "a:b"]]],
            ["properties": ["a": ["type": "string", "x-mcp-header": "größe"]]],
            ["properties": ["a": ["type": "string", "x-mcp-header": 7]]],
            ["properties": ["a": ["type": "object", "x-mcp-header": "A"]]],
            ["properties": ["a": ["type": "array", "x-mcp-header": "A"]]], ["properties": ["a": ["x-mcp-header": "A"]]],
            [
                "properties": [
                    "a": ["type": "string", "x-mcp-header": "A"], "b": ["type": "string", "x-mcp-header": "a"],
                ]
            ],
            ["properties": ["a": ["type": "array", "items": ["type": "string", "x-mcp-header": "A"]]]],
            ["anyOf": [["properties": ["a": ["type": "string", "x-mcp-header": "A"]]]]],
            ["$defs": ["a": ["type": "string", "x-mcp-header": "A"]]], ["type": "string", "x-mcp-header": "A"],
        ] as [JSONValue])
    func `http-invalid-tool-headers: a tool whose schema is wrong about them is none`(_ schema: JSONValue) {
        #expect(throws: MCPParameterFields.Mistake.self) { try MCPParameterFields(schema) }
    }

    @Test func `Most tools have none`() throws {
        #expect(try MCPParameterFields(Peer.tools[0].inputSchema).isEmpty)
        #expect(try MCPParameterFields(true).isEmpty)
    }
}
