internal import JSON

extension ToolDeclaration {
    static let webSearch = ToolDeclaration(
        "WebSearch", "Search the web",
        "Asks a search engine, and lists titles and addresses of what it found.",
        .looksOutside,
        [
            .required("query", .text(lengthMin: 2), "What to look for."),
            .optional("allowed_domains", .list(.text(lengthMin: 1)), "Only results from these domains."),
            .optional("blocked_domains", .list(.text(lengthMin: 1)), "No results from these domains."),
        ],
        check: { input in
            let allowed = input["allowed_domains"]?.array ?? []
            let blocked = input["blocked_domains"]?.array ?? []
            if allowed.isEmpty || blocked.isEmpty { return [] }
            return [
                InputProblem(.conflict, "blocked_domains", "cannot stand beside `allowed_domains`; give one of them")
            ]
        })
}
