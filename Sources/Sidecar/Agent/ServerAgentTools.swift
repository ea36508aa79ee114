internal import JSON
internal import MCP
internal import Sandbox

/// The tools of the MCP servers, for agents: `mcp__SERVER__TOOL`.
struct ServerAgentTools: AgentTools {
    private let servers: MCPServers
    /// Names and patterns of those that the agent has.
    private let wanted: [Wildcard]

    private static let prefix = "mcp__"

    /// nil where the agent has none. `names` nil: it has all.
    init?(_ servers: MCPServers?, _ names: [String]?) {
        let wanted = (names ?? ["\(Self.prefix)*"]).filter(Self.isName).map { Wildcard($0) }
        guard let servers, !wanted.isEmpty else { return nil }
        self.servers = servers
        self.wanted = wanted
    }

    static func isName(_ name: String) -> Bool { name.hasPrefix(prefix) }

    private func has(offered name: String) -> Bool { wanted.contains { $0.matches(Self.prefix + name) } }

    var definitions: [JSONValue] {
        servers.offer.tools.filter { has(offered: $0.name) }.map {
            [
                "name": .string(Self.prefix + $0.name), "description": .string($0.description),
                "input_schema": $0.inputSchema,
            ]
        }
    }

    func has(_ name: String) -> Bool {
        guard Self.isName(name) else { return false }
        let offered = String(name.dropFirst(Self.prefix.count))
        return has(offered: offered) && servers.offer.place(offered) != nil
    }

    func run(_ name: String, _ input: JSONValue) async -> (content: [JSONValue], isError: Bool) {
        guard let place = servers.offer.place(String(name.dropFirst(Self.prefix.count))) else {
            return ([Self.text("There is no such tool any more.")], true)
        }
        switch await servers.call(place.server, place.tool, input) {
        case .success(let answer):
            return ((answer["content"]?.array ?? []).map(Self.block), answer["isError"]?.bool == true)
        case .failure(let trouble): return ([Self.text(trouble.message)], true)
        }
    }

    /// What the API has no block for is told in words.
    private static func block(_ content: JSONValue) -> JSONValue {
        switch content["type"]?.string {
        case "text": return text(content["text"]?.string ?? "")
        case "image":
            return [
                "type": "image",
                "source": [
                    "type": "base64", "media_type": content["mimeType"] ?? "image/png", "data": content["data"] ?? "",
                ],
            ]
        case "resource": return text(content["resource"]?["text"]?.string ?? content.text())
        default: return text(content.text())
        }
    }

    private static func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }
}
