extension ToolDeclaration {
    static let webFetch = ToolDeclaration(
        "WebFetch", "Fetch a page",
        """
        Fetches a page of the web as Markdown. Only hosts that the policy names, and \
        never addresses of private networks. A redirect to another host is reported, not followed.
        """,
        .looksOutside,
        [
            .required("url", .address, "The page."),
            .required(
                "prompt", .text(),
                "What you want to know of it; a small model answers, where one is configured, else the page comes as it is."
            ),
        ])
}
