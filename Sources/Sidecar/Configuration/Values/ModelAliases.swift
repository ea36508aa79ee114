package import JSON

/// A provider, and the model to ask it for.
package struct ModelTarget: Sendable, Equatable, CustomStringConvertible {
    package let provider: String
    /// nil: the model that the client named.
    package let model: String?
    /// What requests that come by this name get besides.
    package let parameters: JSONObject?

    package init(provider: String, model: String? = nil, parameters: JSONObject? = nil) {
        self.provider = provider
        self.model = model
        self.parameters = parameters
    }

    package var description: String { model.map { "\(provider)/\($0)" } ?? provider }
}

/// `models`: names that clients may ask for, and what they stand for. Chains of aliases are followed when the
/// configuration is read, so a request pays for one look-up.
package struct ModelAliases: Sendable, Equatable {
    package struct Alias: Sendable, Equatable {
        /// A name, with `*` for any run of characters.
        package let pattern: String
        /// As the file writes it.
        package let value: String
        /// Where it leads in the end.
        package let target: ModelTarget
        /// What the file says of it, whatever it leads to.
        package var facts = ModelFacts()
    }

    /// In the order of the file.
    package let aliases: [Alias]
    private let exact: [String: ModelTarget]
    private let wildcards: [(WildcardPattern, ModelTarget)]

    package init(_ aliases: [Alias] = []) {
        self.aliases = aliases
        exact = Dictionary(
            aliases.filter { !$0.pattern.contains("*") }.map { ($0.pattern, $0.target) },
            uniquingKeysWith: { first, _ in first })
        wildcards = WildcardPattern.mostSpecificFirst(
            aliases.filter { $0.pattern.contains("*") }.map { (WildcardPattern($0.pattern), $0.target) })
    }

    /// A name beats a pattern; among patterns the one with the most fixed characters wins, then the earlier one.
    package func target(for model: String) -> ModelTarget? {
        exact[model] ?? wildcards.first { $0.0.matches(model) }?.1
    }

    package static func == (left: ModelAliases, right: ModelAliases) -> Bool { left.aliases == right.aliases }
}

/// A text in which `*` stands for any run of characters.
package struct WildcardPattern: Sendable, Equatable {
    private let bytes: [UInt8]
    let fixedCount: Int

    package init(_ text: String) {
        bytes = Array(text.utf8)
        fixedCount = bytes.count { $0 != UInt8(ascii: "*") }
    }

    static func mostSpecificFirst<Value>(_ patterns: [(WildcardPattern, Value)]) -> [(WildcardPattern, Value)] {
        patterns.enumerated().sorted {
            ($1.element.0.fixedCount, $0.offset) < ($0.element.0.fixedCount, $1.offset)
        }.map(\.element)
    }

    /// Backtracks to the last `*` only, so the cost is bounded by the product of the lengths.
    package func matches(_ text: String) -> Bool {
        let text = Array(text.utf8)
        var position = 0
        var place = 0
        var retry: (place: Int, position: Int)?
        while position < text.count {
            if place < bytes.count, bytes[place] == UInt8(ascii: "*") {
                retry = (place, position)
                place += 1
            } else if place < bytes.count, bytes[place] == text[position] {
                place += 1
                position += 1
            } else if let last = retry {
                retry = (last.place, last.position + 1)
                place = last.place + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return bytes[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
