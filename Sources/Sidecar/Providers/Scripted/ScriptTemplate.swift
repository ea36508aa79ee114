internal import YAML

/// A text of a script: what stands in `${…}` is filled in from the request. `$${` stands for the characters `${`.
struct ScriptTemplate: Sendable, Equatable {
    enum Variable: String, Sendable, CaseIterable {
        /// The latest words of the user, also while tools run for them.
        case prompt
        /// The words of the last message, without what a client adds as reminders.
        case lastText = "last_text"
        /// What follows the words that `when: { text: … }` or `prompt` found, up to the end of that line.
        case rest
        case model
        case toolResult = "tool_result"
        case toolName = "tool_name"
        case turn
    }

    private enum Part: Sendable, Equatable {
        case text(String)
        case variable(Variable)
    }

    private let parts: [Part]

    init(_ text: String) throws(ValueError) {
        var parts: [Part] = []
        var plain = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            plain += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                plain += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    throw ValueError("has `${` without `}`; write `$${` for the characters themselves")
                }
                parts.append(.text(plain))
                parts.append(.variable(try Self.variable(rest[rest.index(rest.startIndex, offsetBy: 2)..<end])))
                plain = ""
                rest = rest[rest.index(after: end)...]
            } else {
                plain.append("$")
                rest = rest.dropFirst()
            }
        }
        parts.append(.text(plain + rest))
        self.parts = parts.filter { $0 != .text("") }
    }

    private static func variable(_ name: Substring) throws(ValueError) -> Variable {
        if let variable = Variable(rawValue: String(name)) { return variable }
        let names = Variable.allCases.map(\.rawValue)
        throw ValueError(
            "has a variable `${\(name)}` that no script knows\(NearestName.hint(for: String(name), among: names)); "
                + "known: \(names.joined(separator: ", ")); write `$${` for the characters themselves")
    }

    func text(_ variables: ScriptVariables) -> String {
        parts.reduce(into: "") { text, part in
            switch part {
            case .text(let plain): text += plain
            case .variable(let variable): text += variables[variable]
            }
        }
    }
}

/// What the variables stand for in one request.
struct ScriptVariables {
    let request: ScriptedRequest
    let match: ScriptMatch

    /// Longer quotes are cut, so that an answer stays a small multiple of its script.
    private static let quotedCharactersMax = 16_384

    subscript(variable: ScriptTemplate.Variable) -> String {
        let text =
            switch variable {
            case .prompt: request.prompt
            case .lastText: request.lastText
            case .rest: match.rest
            case .model: request.model
            case .toolResult: match.toolResult?.text ?? ""
            case .toolName: match.toolResult?.tool ?? ""
            case .turn: String(request.turn)
            }
        guard text.utf8.count > Self.quotedCharactersMax else { return text }
        return text.prefix(Self.quotedCharactersMax) + "…"
    }
}

extension ValueKind<ScriptTemplate> {
    static var template: ValueKind {
        parsed(
            "text", .text,
            { text throws(ValueError) in
                guard !text.isEmpty else { throw ValueError("is empty") }
                return try ScriptTemplate(text)
            },
            show: { _ in .nothing })
    }
}
