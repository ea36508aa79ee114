internal import JSON
internal import MCP
internal import Sandbox
internal import ToolRuntime

extension MCPServer {
    /// The tools as an MCP server: those that run, that the policy has not switched off, and that were asked for.
    /// `tells`: another policy may take effect while clients are here, and they are told what that changes.
    static func tools(_ policy: Policy, only: Set<String>? = nil, tells: Bool) -> MCPServer {
        let offered = ToolCatalog.all.filter { tool in
            policy.tool(tool.name)?.enabled?.value != false && only?.contains(tool.name) ?? true
        }
        var server = MCPServer(
            name: "sidecar", title: "Sidecar", version: Version.current, instructions: instructions,
            tools: offered.map { MCPTool($0) }
        ) { name in
            ToolCatalog.tool(name) == nil
                ? ToolCatalog.unknown(name) : "the tool `\(name)` is not offered by this server"
        }
        server.tellsOfChanges = tells
        return server
    }

    private static let instructions = """
        Tools for files, searches and commands in one workspace, under a policy. Paths are absolute, except in Bash. What the \
        policy denies says which rule, and in which file and line; asking again in another way does not help. Every result has \
        text, and structured content with a `code` that stays the same when it is an error.
        """
}

extension MCPTool {
    init(_ tool: ToolDeclaration) {
        self.init(
            name: tool.name, title: tool.title, description: tool.description, inputSchema: tool.input.schema,
            outputSchema: tool.output?.schema, annotations: tool.hints.json)
    }
}
