internal import JSON

/// TodoRead and TodoWrite: the list of a session, and nothing else.
enum TodoTools {
    static let names: Set<String> = ["TodoRead", "TodoWrite"]

    static func read(_ state: SessionState?) -> ToolOutcome {
        let todos = state?.todos ?? []
        let text = todos.isEmpty ? "The to-do list is empty." : todos.map(line).joined(separator: "\n")
        return .text(text, ["todos": .array(todos)])
    }

    /// The new list, and what there is to say of it.
    static func write(_ input: JSONValue, _ state: SessionState?) -> (outcome: ToolOutcome, todos: [JSONValue]) {
        let todos = input["todos"]?.array ?? []
        let open = todos.count { $0["status"]?.string != "completed" }
        let now = todos.count { $0["status"]?.string == "in_progress" }
        let count = todos.count == 1 ? "1 item" : "\(todos.count) items"
        var lines = ["The to-do list has \(count) now, \(open) of them open."]
        if now > 1 { lines.append("\(now) of them are in_progress; one at a time is meant to be.") }
        if now == 0, open > 0 { lines.append("None of them is in_progress.") }
        if state == nil {
            lines.append("Without a session nobody will remember it: name one with --session or x-sidecar-session.")
        }
        return (
            .text(
                lines.joined(separator: " "),
                ["oldTodos": .array(state?.todos ?? []), "newTodos": .array(todos)]), todos
        )
    }

    private static func line(_ todo: JSONValue) -> String {
        let mark: String =
            switch todo["status"]?.string {
            case "completed": "[x]"
            case "in_progress": "[>]"
            default: "[ ]"
            }
        let priority = todo["priority"]?.string.map { " (\($0))" } ?? ""
        return "\(mark) \(todo["content"]?.string ?? "")\(priority)"
    }
}
