/// `node@20`, `python@3.11`: which version of a language a server wants to be run by. Pure.
package struct MCPRuntimeWish: Sendable, Equatable {
    package enum Language: String, Sendable, CaseIterable {
        case node, python

        /// What has to be there.
        package var program: String { self == .node ? "node" : "python3" }
    }

    package let language: Language
    private let numbers: [Int]

    /// nil: it is something else, perhaps a path.
    package init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let language = Language(rawValue: String(parts[0])),
            let numbers = Self.numbers(String(parts[1].hasPrefix("v") ? parts[1].dropFirst() : parts[1]))
        else { return nil }
        self.language = language
        self.numbers = numbers
    }

    package func allows(_ version: String) -> Bool { Self.numbers(version)?.starts(with: numbers) ?? false }

    private static func numbers(_ version: String) -> [Int]? {
        let parts = version.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        return parts.isEmpty || parts.contains(nil) ? nil : parts.compactMap(\.self)
    }

    package static func isOlder(_ one: String, _ other: String) -> Bool {
        (numbers(one) ?? []).lexicographicallyPrecedes(numbers(other) ?? [])
    }

    /// Of `v20.11.1`, `3.11.7` and `cpython-3.11.7-linux-x86_64-gnu`; nil where there is none.
    package static func version(in name: String) -> String? {
        for part in name.split(separator: "-") {
            let text = part.hasPrefix("v") ? part.dropFirst() : part
            if text.contains("."), numbers(String(text)) != nil { return String(text) }
        }
        return nil
    }
}
