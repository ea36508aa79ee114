internal import JSON
internal import MCP
internal import YAML

/// Three tools in place of hundreds: a model finds what it needs, reads how it is called, and calls it. For clients whose context
/// the definitions of all servers would fill.
enum MCPMetaTools {
    static let search = "mcp_search"
    static let describe = "mcp_describe"
    static let call = "mcp_call"

    static func has(_ name: String) -> Bool { [search, describe, call].contains(name) }

    static let tools = [
        MCPTool(
            name: search, title: "Search tools",
            description:
                "Finds tools of the connected MCP servers by words for what they do. Answers with their names and what they are for; "
                + "read how one is called with \(describe) before you call it with \(call).",
            inputSchema: [
                "type": "object",
                "properties": [
                    "query": ["type": "string", "description": "words such as `create issue`; empty lists all"],
                    "limit": ["type": "integer", "minimum": 1, "maximum": .int(MCPToolSearch.countMax)],
                ],
                "required": ["query"], "additionalProperties": false,
            ], outputSchema: nil, annotations: ["readOnlyHint": true, "openWorldHint": false]),
        MCPTool(
            name: describe, title: "Describe a tool",
            description:
                "Tells all about one tool that \(search) has found: what it does and the schema of its arguments.",
            inputSchema: [
                "type": "object", "properties": ["name": ["type": "string"]], "required": ["name"],
                "additionalProperties": false,
            ], outputSchema: nil, annotations: ["readOnlyHint": true, "openWorldHint": false]),
        MCPTool(
            name: call, title: "Call a tool",
            description:
                "Calls a tool that \(search) has found, with arguments as its schema in \(describe) wants them.",
            inputSchema: [
                "type": "object",
                "properties": ["name": ["type": "string"], "arguments": ["type": "object"]], "required": ["name"],
                "additionalProperties": false,
            ], outputSchema: nil, annotations: [:]),
    ]

    /// What is to be called in the end; nil: `answer` is all.
    enum Outcome {
        case answer(MCPCallResult)
        case call(MCPOffer.Place, JSONValue)
    }

    static func run(_ call: MCPCall, _ offer: MCPOffer) -> Outcome {
        guard let tool = tools.first(where: { $0.name == call.tool }) else { return wrong("there is no such tool") }
        let problems = MCPSchema(tool.inputSchema).problems(with: call.arguments)
        if !problems.isEmpty { return wrong(MCPTrouble.wrongArguments(tool: tool.name, problems).message) }
        if call.tool == search {
            let count = call.arguments["limit"]?.int ?? MCPToolSearch.countStandard
            return .answer(
                found(MCPToolSearch(offer.tools).find(call.arguments["query"]?.string ?? "", count: count), offer))
        }
        let name = call.arguments["name"]?.string ?? ""
        if call.tool == Self.call, let place = offer.place(name) {
            return .call(place, call.arguments["arguments"] ?? [:])
        }
        guard let known = offer.tools.first(where: { $0.name == name }) else {
            let hint = NearestName.hint(for: name, among: offer.tools.map(\.name))
            return wrong("there is no tool `\(name)`\(hint)")
        }
        let json = known.definition
        return .answer(MCPCallResult(content: [.text(json.text(style: .pretty))], structured: json))
    }

    private static func wrong(_ message: String) -> Outcome {
        .answer(MCPCallResult(content: [.text(message)], isError: true))
    }

    private static func found(_ tools: [MCPTool], _ offer: MCPOffer) -> MCPCallResult {
        let lines = tools.map { "\($0.name): \(firstLine($0.description))" }
        let text =
            lines.isEmpty
            ? "Nothing fits; there are \(offer.tools.count) tools. Try other words, or none."
            : lines.joined(separator: "\n")
        let list = tools.map {
            ["name": .string($0.name), "description": .string(firstLine($0.description))] as JSONValue
        }
        return MCPCallResult(
            content: [.text(text)], structured: ["tools": .array(list), "total": .int(offer.tools.count)])
    }

    private static let lineMax = 200

    private static func firstLine(_ text: String) -> String {
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        return line.count > lineMax ? "\(line.prefix(lineMax))…" : line
    }
}
