/// Results of the tools that run something, and of those that only remember.
extension OutputShape {
    static let bash = OutputShape(
        OutputFields([
            .always("stdout", .text, "Both streams, in the order in which they were written."),
            .always("stderr", .text, "Empty."), .always("interrupted", .flag, "A time limit ended it."),
            .perhaps("exitCode", .orNull(.whole)),
            .perhaps("returnCodeInterpretation", .text, "Of a code that is an answer and no error."),
            .perhaps("timedOutAfterMs", .whole), .perhaps("noOutputExpected", .flag),
            .perhaps("persistedOutputPath", .text, "All of a long output; Read shows it."),
            .perhaps("persistedOutputSize", .whole), .perhaps("cpu_us", .whole), .perhaps("memory_kb", .whole),
            .perhaps("backgroundTaskId", .text), .perhaps("rawOutputPath", .text, "Of one in the background."),
        ]))

    static let glob = OutputShape(
        OutputFields([
            .always("durationMs", .whole), .always("numFiles", .whole), .always("filenames", .list(.text)),
            .always("truncated", .flag), .always("totalMatches", .whole), .always("countIsComplete", .flag),
        ]))

    static let grep = OutputShape(
        OutputFields([
            .always("mode", .choice(["content", "files_with_matches", "count"])), .always("truncated", .flag),
            .always("numFiles", .whole), .always("filenames", .list(.text)), .perhaps("content", .text),
            .perhaps("numLines", .whole), .perhaps("totalLines", .whole), .perhaps("numMatches", .whole),
            .perhaps("totalFiles", .whole), .perhaps("appliedLimit", .whole), .perhaps("appliedOffset", .whole),
        ]))

    private static let todos = OutputKind.list(
        .object(
            OutputFields([
                .always("content", .text), .always("status", .choice(["pending", "in_progress", "completed"])),
                .perhaps("activeForm", .text), .perhaps("priority", .choice(["high", "medium", "low"])),
                .perhaps("id", .text),
            ])))

    static let todoRead = OutputShape(OutputFields([.always("todos", todos)]))
    static let todoWrite = OutputShape(OutputFields([.always("oldTodos", todos), .always("newTodos", todos)]))
}
