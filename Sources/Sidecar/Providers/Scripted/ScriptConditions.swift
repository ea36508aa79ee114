internal import HTTP
internal import YAML

/// `when`: all of what is given must hold; a step without any always matches.
struct ScriptConditions: Sendable, Equatable {
    struct ToolResult: Sendable, Equatable {
        var tool: ScriptPattern?
        var contains: String?
        var isError: Bool?
    }

    struct Header: Sendable, Equatable {
        let name: String
        let pattern: ScriptPattern
    }

    var text: String?
    var textMatches: ScriptPattern?
    var prompt: String?
    var toolResult: ToolResult?
    var model: ScriptPattern?
    var headers: [Header] = []
    var system: String?
    var turn: Int?
    var hasTool: ScriptPattern?
    var stream: Bool?
}

/// A text with `*` for any characters, and the way it was written.
struct ScriptPattern: Sendable, Equatable {
    let text: String
    private let pattern: WildcardPattern

    init(_ text: String) {
        self.text = text
        pattern = WildcardPattern(text)
    }

    func matches(_ other: String) -> Bool { pattern.matches(other) }
}

extension ValueKind<ScriptPattern> {
    static var pattern: ValueKind {
        let text = ValueKind<String>.text
        return ValueKind(
            name: "text with *", schema: .text,
            decode: { node, path, reader in text.decode(node, path, &reader).map { ScriptPattern($0) } },
            show: { .text($0.text) })
    }
}

extension ValueKind<[ScriptConditions.Header]> {
    static var headerPatterns: ValueKind {
        let pattern = ValueKind<ScriptPattern>.pattern
        return ValueKind(
            name: "map of headers", schema: .map(.text),
            decode: { node, path, reader in
                guard let entries = node.mapping else {
                    reader.report(
                        node.position, path, "takes a map such as { x-team: infra }; this is \(node.kindName)")
                    return nil
                }
                return entries.compactMap { entry in
                    pattern.decode(entry.value, "\(path).\(entry.key)", &reader).map {
                        .init(name: entry.key, pattern: $0)
                    }
                }
            },
            show: { _ in .nothing })
    }
}
