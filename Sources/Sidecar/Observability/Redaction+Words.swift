internal import MCP

extension Redaction {
    /// What a stranger wrote, for a line of ours. In this order: what is cut first may keep half of a secret, which nothing finds
    /// any more.
    func words(_ text: String, max: Int) -> String { ForeignWords.shown(redact(text), max: max) }
}

extension [MCPServerEntry.Field] {
    /// Each as it is, and without the scheme in front of it.
    var secrets: [String] { map(\.value) + compactMap { $0.value.split(separator: " ").last.map { String($0) } } }
}
