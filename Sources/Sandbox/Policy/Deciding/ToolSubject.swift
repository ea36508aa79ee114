package import JSON

/// What a call of a tool reaches for, as its input says it and before any rule is asked.
package enum ToolSubject: Sendable, Equatable {
    /// All of them have to be granted; there is at least one.
    case paths([Path])
    /// Shell text.
    case command(String)
    case url(String)
    /// Whichever the configuration names.
    case searchService
    /// A tool that touches nothing by itself.
    case nothing
    /// What is searched depends on who reads the input.
    case ambiguous(key: String, reason: String)

    package struct Path: Sendable, Equatable {
        package let text: String
        package let access: PathAccess
        /// Of the input.
        package let key: String

        package init(text: String, access: PathAccess, key: String) {
            self.text = text
            self.access = access
            self.key = key
        }
    }

    package init(tool: String, input: JSONValue, workspace: NormalPath) throws(ToolCallProblem) {
        switch tool {
        case "Read": self = try .file(.read, "file_path", input)
        case "NotebookRead": self = try .file(.read, "notebook_path", input)
        case "LS": self = try .file(.read, "path", input)
        case "Write", "Edit", "MultiEdit": self = try .file(.write, "file_path", input)
        case "NotebookEdit": self = try .file(.write, "notebook_path", input)
        case "Grep", "Glob": self = try .search(tool, input, workspace)
        case "Bash": self = .command(try ToolInput.text("command", input))
        case "WebFetch": self = .url(try ToolInput.text("url", input))
        case "WebSearch": self = .searchService
        default: self = .nothing
        }
    }

    private static func file(
        _ access: PathAccess, _ key: String, _ input: JSONValue
    ) throws(ToolCallProblem) -> ToolSubject {
        .paths([Path(text: try ToolInput.text(key, input), access: access, key: key)])
    }

    /// The folder that is searched; what is denied beneath it is not found.
    private static func search(
        _ tool: String, _ input: JSONValue, _ workspace: NormalPath
    ) throws(ToolCallProblem) -> ToolSubject {
        let folder = input["path"]?.string ?? workspace.text
        let whole = Path(text: folder, access: .read, key: "path")
        guard tool == "Glob" else { return .paths([whole]) }
        // A pattern can lead elsewhere: by a root of its own, or by `..`.
        let pattern = try ToolInput.text("pattern", input)
        let names = pattern.split(separator: "/").prefix { !$0.contains("*") && !$0.contains("?") && !$0.contains("[") }
        let fixed = names.joined(separator: "/")
        guard pattern.split(separator: "/").dropFirst(names.count).allSatisfy({ $0 != ".." }) else {
            return .ambiguous(key: "pattern", reason: "`\(pattern)` has a `..` behind a wildcard")
        }
        guard pattern.hasPrefix("/") || names.contains("..") else { return .paths([whole]) }
        let start = pattern.hasPrefix("/") ? "/\(fixed)" : "\(folder)/\(fixed)"
        return .paths([whole, Path(text: start, access: .read, key: "pattern")])
    }
}
