internal import JSON

/// Names beside the fifteen, which programs written for older and newer agents know: what runs in the background is looked at and
/// ended by them. Each is another way to write a call of one of the fifteen, and is judged and logged as that; no list names them.
package enum CompanionCalls {
    package static let names: Set<String> = ["BashOutput", "TaskOutput", "KillShell", "KillBash", "TaskStop"]

    private static let keys = ["task_id", "shell_id", "bash_id"]

    /// The call as one of the fifteen; nil where it names nothing that it could be about, and the schema has the word.
    static func rewritten(_ call: ToolCall, outputs folder: String) -> ToolCall? {
        guard names.contains(call.tool), let name = keys.lazy.compactMap({ call.input[$0]?.string }).first,
            isName(name)
        else { return nil }
        var rewritten = call
        if !call.tool.hasSuffix("Output") {
            (rewritten.tool, rewritten.input) = ("Bash", ["command": .string("kill \(name)")])
            return rewritten
        }
        let file: JSONValue = .string("\(folder)/\(name).txt")
        if let filter = call.input["filter"]?.string, !filter.isEmpty {
            rewritten.tool = "Grep"
            rewritten.input = ["pattern": .string(filter), "path": file, "output_mode": "content"]
        } else {
            (rewritten.tool, rewritten.input) = ("Read", ["file_path": file])
        }
        return rewritten
    }

    static let problem =
        "The call names nothing that runs in the background: `task_id`, `shell_id` or `bash_id` is its name."

    /// It becomes a word of a command and a part of a path.
    private static func isName(_ name: String) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }
}
