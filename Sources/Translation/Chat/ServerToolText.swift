internal import JSON

/// What a tool of Anthropic's servers brought, in words, for models elsewhere that read the conversation later.
enum ServerToolText {
    static func describe(_ block: JSONElement) -> String {
        let type = block["type"]?.string ?? "tool result"
        guard let content = block["content"] else { return "[\(type)]" }
        if content.isArray {
            let items = content.elements.map(item).filter { !$0.isEmpty }
            return "[\(type)]\n" + items.joined(separator: "\n")
        }
        return "[\(type)]\n" + item(content)
    }

    /// Encrypted content is for Anthropic's eyes.
    private static func item(_ element: JSONElement) -> String {
        if let text = element["text"]?.string { return text }
        let inner = element["content"].map { $0["source"]?["data"]?.string ?? $0.string ?? "" } ?? ""
        let words = ["title", "url", "error_code", "stdout", "stderr"].compactMap { element[$0]?.string }
        return (words + [inner]).filter { !$0.isEmpty }.joined(separator: " ")
    }
}
