/// The tools that a policy can speak of.
package enum ToolName {
    package static let all = [
        "Read", "Write", "Edit", "MultiEdit", "Glob", "Grep", "LS", "Bash", "Task", "WebSearch", "WebFetch",
        "NotebookRead", "NotebookEdit", "TodoRead", "TodoWrite",
    ]

    /// What the tool Bash starts. No rule has to name it, but one can deny it.
    package static let shell = "bash"

    /// The one tool that runs programs.
    package static let runningPrograms = "Bash"

    /// Another name of `Task`.
    private static let alias = "Agent"

    /// What somebody may type.
    package static let callable = all + [alias]

    package static func canonical(_ name: String) -> String { name == alias ? "Task" : name }

    /// One of them, or, by the form of its name, one of an MCP server.
    package static func isKnown(_ name: String) -> Bool { all.contains(name) || isOfServer(name) }

    /// `mcp__git__*`.
    static func isPattern(_ name: String) -> Bool { isOfServer(name) && name.utf8.contains(UInt8(ascii: "*")) }

    static func isOfServer(_ name: String) -> Bool {
        name.hasPrefix("mcp__") && (6...200).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
