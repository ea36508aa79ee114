internal import JSON

extension ToolDeclaration {
    static let todoWrite = ToolDeclaration(
        "TodoWrite", "Set the to-do list",
        """
        Replaces the to-do list of this session with this one. Give all items each time; one at most should be \
        in_progress.
        """,
        .notes,
        [
            .required(
                "todos",
                .list(
                    .object(
                        InputShape([
                            .required("content", .text(lengthMin: 1), "What is to be done."),
                            .required(
                                "status", .choice(["pending", "in_progress", "completed"]), "How far it has come."),
                            .optional("activeForm", .text(lengthMin: 1), "The same as it is called while it is done."),
                            .optional("priority", .choice(["high", "medium", "low"]), "How much it matters."),
                            .optional("id", .text(lengthMin: 1), "A name that no other item has."),
                        ]))),
                "The whole list.")
        ],
        check: { input in
            var seen: Set<[UInt8]> = []
            var problems: [InputProblem] = []
            for (index, todo) in (input["todos"]?.array ?? []).enumerated() {
                guard let id = todo["id"]?.string, !seen.insert(Array(id.utf8)).inserted else { continue }
                problems.append(
                    InputProblem(.conflict, "todos[\(index)].id", "is that of an earlier item, too; each has its own"))
            }
            return Array(problems.prefix(20))
        })
}
