/// Results of the tools that ask somebody outside: the web, and other agents.
extension OutputShape {
    static let webFetch = OutputShape(
        OutputFields([
            .always("url", .text), .always("bytes", .whole), .always("code", .whole, "The server's status."),
            .always("codeText", .text),
            .always("result", .text, "What was asked of the page, or as much of the page itself as was shown."),
            .always("title", .text), .always("durationMs", .whole), .always("fromCache", .flag),
            .perhaps("answeredBy", .text, "The model that applied the prompt."),
            .perhaps("persistedOutputPath", .text, "All of a long page; Read shows it."),
            .perhaps("persistedOutputSize", .whole),
            .perhaps("status", .whole, "Of an error that the server answers with."),
        ]),
        OutputFields([
            .always("url", .text), .always("redirect", .text, "Where to, on another host; not followed."),
            .always("code", .whole), .always("codeText", .text), .always("bytes", .whole),
        ]))

    private static let found = OutputFields([
        .always("title", .text), .always("url", .text), .perhaps("snippet", .text), .perhaps("date", .text),
    ])

    static let webSearch = OutputShape(
        OutputFields([
            .always("query", .text), .always("provider", .text), .always("durationSeconds", .orNull(.number)),
            .always(
                "results",
                .list(
                    .object(
                        OutputFields([
                            .always("tool_use_id", .text, "Empty."), .always("content", .list(.object(found))),
                        ])))),
            .perhaps("retryAfterSeconds", .whole, "Of a service that was asked too often."),
        ]))

    static let task = OutputShape(
        OutputFields([
            .always("status", .choice(["completed", "failed"])), .always("agent", .text), .always("session", .text),
            .always("content", .list(.someObject)), .always("turns", .whole), .always("totalToolUseCount", .whole),
            .always("tool_calls", .someObject), .always("tool_errors", .whole), .always("totalTokens", .whole),
            .always("totalDurationMs", .whole), .always("usage", .someObject),
            .perhaps("worktree", .text, "Where its changes are, if it worked in a worktree and made some."),
            .perhaps("branch", .text),
            .perhaps("known", .list(.text), "Where no agent has the name: those that there are."),
        ]),
        OutputFields([
            .always("status", .choice(["async_launched"])), .always("agentId", .text), .always("session", .text),
            .always("outputFile", .text, "What it answers will be there."), .always("prompt", .text),
        ]))
}
