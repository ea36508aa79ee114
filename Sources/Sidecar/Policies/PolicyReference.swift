internal import Sandbox
internal import YAML

/// The tables of keys in docs/policies.md, from the declarations; the prose around them is written by hand.
package enum PolicyReference {
    /// The page with its tables renewed; nil for a page without the marks between which they stand.
    package static func renewed(_ page: String) -> String? {
        guard let start = page.range(ofText: begin), let end = page.range(ofText: finish),
            start.upperBound <= end.lowerBound
        else { return nil }
        return page[..<start.upperBound] + "\n" + tables() + page[end.lowerBound...]
    }

    private static let begin =
        "<!-- Written from PolicyKeys. To renew it: SIDECAR_UPDATE_DOCS=1 swift test --filter GeneratedDocumentsTests -->"
    private static let finish = "<!-- As far as it is written from PolicyKeys. -->"

    private static func tables() -> String {
        let keys = PolicyKeys.root.descriptions
        var text = "\n" + table(keys.filter(\.children.isEmpty), prefix: "")
        for section in keys where !section.children.isEmpty {
            text += "\n### \(section.name)\n\n\(section.documentation)\n\n"
            text += table(section.children, prefix: "\(section.name).")
        }
        let records: [(String, [KeyDescription])] = [
            ("An entry of `tools`", PolicyKeys.tool.descriptions),
            ("An entry of `waivers`", PolicyKeys.waiver.descriptions),
            ("An entry of `expect`", PolicyKeys.expectation.descriptions),
        ]
        for (title, keys) in records { text += "\n### \(title)\n\n" + table(keys, prefix: "") }
        return text + "\n"
    }

    private static func table(_ keys: [KeyDescription], prefix: String) -> String {
        "| key | value | | example |\n|---|---|---|---|\n"
            + keys.map { key in
                let example = key.example.isEmpty ? "" : "`\(key.example)`"
                return "| `\(prefix)\(key.name)` | \(key.typeName) | \(key.documentation) | \(example) |\n"
            }.joined()
    }
}
