internal import JSON
internal import YAML

/// Shown values as YAML in its flow style: `{ a: [b, "c d"] }`.
enum FlowText {
    static func text(_ shown: Shown) -> String {
        switch shown {
        case .nothing: ""
        case .text(let text): scalar(text)
        case .integer(let number): String(number)
        case .truth(let truth): truth ? "true" : "false"
        case .list(let items): "[\(items.map(text).joined(separator: ", "))]"
        case .map(let members): map(members.filter { $0.value != .nothing && $0.value != .map([]) })
        }
    }

    private static func map(_ members: [Shown.Member]) -> String {
        if members.isEmpty { return "{}" }
        return "{ " + members.map { "\(scalar($0.name)): \(text($0.value))" }.joined(separator: ", ") + " }"
    }

    /// Plain where nobody can misread it, and quoted as JSON otherwise, which YAML reads alike.
    static func scalar(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && !["null", "~"].contains(text) && text != "-" && !text.hasSuffix(":")
            && text.range(ofText: ": ") == nil
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "._-/:+@".unicodeScalars.contains(scalar))
                    || scalar == "…"
            }
            && !["-", ":", "@"].contains(text.first)
        return isPlain ? text : JSONValue.string(text).text()
    }
}
