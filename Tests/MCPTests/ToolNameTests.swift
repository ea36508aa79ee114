import JSON
import MCP
import Testing

@Suite struct ToolNameTests {
    @Test func plainNamesStay() {
        #expect(MCPToolNames.offered("time", "get_current_time") == "time__get_current_time")
        #expect(MCPToolNames.offered("a", "_x") == "a___x")
        #expect(MCPToolNames.offered("a", "list_version2") == "a__list_version2")
    }

    @Test func everyNameFitsAndNoTwoAreOne() {
        let servers = ["a", "a__b", "a_", "server", String(repeating: "s", count: 64)]
        let tools = [
            "b", "b__c", "_b", "c", "get.time", "get time", "get_time", "größe", "", String(repeating: "t", count: 128),
        ]
        let longs = (0..<50).map { String(repeating: "long_", count: 20) + "\($0)" }
        var seen: [String: (String, String)] = [:]
        for server in servers {
            for tool in tools + longs {
                let name = MCPToolNames.offered(server, tool)
                #expect(name.utf8.count <= 64)
                #expect(name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
                if let other = seen.updateValue((server, tool), forKey: name) {
                    Issue.record("\(other) and \((server, tool)): \(name)")
                }
                // Stable: the same in every process and beside whatever others.
                #expect(MCPToolNames.offered(server, tool) == name)
            }
        }
        // A tool that is called as another was shortened to has a name of its own.
        let shortened = MCPToolNames.offered("a", "get time")
        #expect(MCPToolNames.offered("a", String(shortened.dropFirst(3))) != shortened)
    }

    @Test func filtersSayWhatIsOffered() {
        var filter = MCPToolFilter()
        filter.allow = ["get_*", "*list*"]
        filter.deny = ["get_secret"]
        #expect(["get_a", "xlisty", "get_secret", "put"].map { filter.offers($0) } == [true, true, false, false])
    }

    private static let schema: JSONValue = [
        "type": "object", "required": ["zone"], "additionalProperties": false,
        "properties": [
            "zone": ["type": "string", "minLength": 2], "count": ["type": "integer", "minimum": 1],
            "kind": ["enum": ["a", "b"]], "list": ["type": "array", "items": ["$ref": "#/$defs/item"]],
            "either": ["anyOf": [["type": "null"], ["type": "number"]]],
        ],
        "$defs": ["item": ["type": "object", "required": ["x"]]],
    ]

    @Test(
        arguments: [
            (["zone": "UTC"], nil), (["zone": "UTC", "count": 1.0, "either": .null], nil),
            (["count": 1], "`zone` is missing"), (["zone": 7], "`zone` is the number 7; wanted: string"),
            (["zone": "U"], "`zone` is shorter than 2 characters"),
            (["zone": "UTC", "zona": 1], "`zona` is not known"),
            (["zone": "UTC", "count": 0], "`count` is less than"),
            (["zone": "UTC", "count": 1.5], "`count` is the number 1.5"),
            (["zone": "UTC", "kind": "c"], "`kind` is \"c\"; wanted: one of \"a\", \"b\""),
            (["zone": "UTC", "list": [["x": 1], [:]]], "`list[1].x` is missing"),
            (["zone": "UTC", "either": "x"], "`either` fits none of the forms"), ([], "is an array; wanted: object"),
        ] as [(JSONValue, String?)])
    func argumentsAreHeldAgainstTheSchema(_ value: JSONValue, _ problem: String?) {
        let found = MCPSchema(Self.schema).problems(with: value)
        #expect(found.isEmpty == (problem == nil), "\(found)")
        if let problem { #expect(found.first?.hasPrefix(problem) == true, "\(found)") }
    }

    /// What is elsewhere forbids nothing; nobody is asked for it.
    @Test(arguments: ["https://example.org/schema.json", "http://127.0.0.1:1/x#/y", "file:///etc/passwd", "other.json"])
    func `json-schema-ref-no-deref`(_ reference: String) {
        let schema: JSONValue = ["properties": ["a": ["$ref": .string(reference)], "b": ["type": "string"]]]
        #expect(MCPSchema(schema).problems(with: ["a": 1, "b": "x"]) == [])
        #expect(MCPSchema(schema).problems(with: ["a": 1, "b": 1]).count == 1)
    }

    @Test func aSchemaThatCallsItselfEnds() {
        let schema: JSONValue = ["$ref": "#", "anyOf": [["$ref": "#"], ["$ref": "#"]]]
        _ = MCPSchema(schema).problems(with: [:])
    }
}
