extension ToolDeclaration {
    static let todoRead = ToolDeclaration(
        "TodoRead", "Show the to-do list", "Shows the to-do list of this session.", .looks, [])
}
