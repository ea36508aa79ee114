import JSON
import MCP
import Testing

/// Tools by what somebody wants to do.
@Suite struct ToolSearchTests {
    private static func tool(_ name: String, _ description: String, _ arguments: [String] = []) -> MCPTool {
        var properties: JSONValue = [:]
        for argument in arguments { properties[argument] = ["type": "string"] }
        return MCPTool(
            name: name, title: name, description: description,
            inputSchema: ["type": "object", "properties": properties], outputSchema: nil, annotations: [:])
    }

    private static let search = MCPToolSearch([
        tool("git__git_log", "Shows the history of commits.", ["repo_path"]),
        tool("git__git_commit", "Records changes to the repository.", ["repo_path", "message"]),
        tool("hub__createIssue", "Opens a ticket for something that is wrong.", ["title", "body"]),
        tool("hub__list_issues", "Lists tickets.", ["labels"]),
        tool("time__now", "What the clock says."),
    ])

    @Test(arguments: [
        ("create issue", ["hub__createIssue", "hub__list_issues"]),
        ("ISSUES", ["hub__list_issues", "hub__createIssue"]),
        ("commit", ["git__git_commit", "git__git_log"]), ("clock", ["time__now"]), ("labels", ["hub__list_issues"]),
        ("quantum", []),
    ])
    func `The best come first`(_ query: String, _ names: [String]) {
        #expect(Self.search.find(query).map(\.name) == names)
    }

    @Test func `Nothing asked is everything, as far as wanted`() {
        #expect(Self.search.find("").count == 5)
        #expect(Self.search.find(" ,; ", count: 2).map(\.name) == ["git__git_log", "git__git_commit"])
        #expect(Self.search.find("git", count: -1).count == 1)
    }
}
