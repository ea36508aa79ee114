extension ToolDeclaration {
    package var output: OutputShape? { Self.outputs[name] }

    private static let outputs: [String: OutputShape] = [
        "Read": .read, "Write": .write, "Edit": .edit, "MultiEdit": .multiEdit, "NotebookRead": .notebookRead,
        "NotebookEdit": .notebookEdit, "LS": .list, "Glob": .glob, "Grep": .grep, "Bash": .bash,
        "TodoRead": .todoRead, "TodoWrite": .todoWrite, "WebFetch": .webFetch, "WebSearch": .webSearch, "Task": .task,
    ]
}
