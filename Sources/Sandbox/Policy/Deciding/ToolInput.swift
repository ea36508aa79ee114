internal import JSON
internal import YAML

/// What a call of a tool must have so that it can be judged.
enum ToolInput {
    /// The keys whose texts decide.
    static func keys(of tool: String) -> [String] {
        switch tool {
        case "Read", "Write", "Edit", "MultiEdit": ["file_path"]
        case "NotebookRead", "NotebookEdit": ["notebook_path"]
        case "LS": ["path"]
        case "Glob": ["pattern"]
        case "Bash": ["command"]
        case "WebFetch": ["url"]
        default: []
        }
    }

    static func text(_ key: String, _ input: JSONValue) throws(ToolCallProblem) -> String {
        if let text = input[key]?.string { return text }
        let others = input.object?.keys ?? []
        let hint = others.contains(key) ? "" : NearestName.find(key, among: others).map { ", not `\($0)`" } ?? ""
        throw ToolCallProblem(message: "the input needs `\(key)`, a text\(hint)")
    }

    static func check(_ tool: String, _ input: JSONValue) throws(ToolCallProblem) {
        guard input.object != nil else { throw ToolCallProblem(message: "the input of \(tool) is an object") }
        for key in keys(of: tool) { _ = try text(key, input) }
        // Where it is left out, the workspace is meant.
        if ["Glob", "Grep"].contains(tool), let path = input["path"], path != .null { _ = try text("path", input) }
    }
}
