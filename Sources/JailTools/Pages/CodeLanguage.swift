internal import CGumbo

/// The language of a block of code, where the page says it: by the classes that highlighters use.
enum CodeLanguage {
    static func of(_ pre: HTMLNode) -> String {
        let inner = pre.first { $0.tag == GUMBO_TAG_CODE }
        for node in [inner, pre, pre.parent, pre.parent?.parent] {
            if let found = node.flatMap(of(classes:)) { return found }
        }
        return ""
    }

    private static let prefixes = [
        "language-", "lang-", "highlight-source-", "highlight-text-", "brush:", "sourceCode",
    ]

    private static func of(classes node: HTMLNode) -> String? {
        if let said = node.attribute("data-lang") ?? node.attribute("data-language"), let name = name(said) {
            return name
        }
        for word in (node.attribute("class") ?? "").split(whereSeparator: \.isWhitespace) {
            guard let prefix = prefixes.first(where: { word.hasPrefix($0) }) else { continue }
            if let name = name(String(word.dropFirst(prefix.count))) { return name }
        }
        return nil
    }

    /// One short word, or it is none.
    private static func name(_ text: String) -> String? {
        let isWord = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "#"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isWord && (1...24).contains(text.utf8.count) ? text.lowercased() : nil
    }
}
