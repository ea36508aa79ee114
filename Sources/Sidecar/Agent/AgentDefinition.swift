/// An agent as a file describes it: a front matter of `key: value` lines, and below it what the model is told.
///
/// Not YAML: such files are written by people and agents for programs that take a description with a colon in it, and what
/// a workspace holds is nothing that this process should have a large parser for.
package struct AgentDefinition: Sendable, Equatable {
    package var name: String
    package var description = ""
    /// nil: all that there are.
    package var tools: [String]?
    /// nil: that of who asks.
    package var model: String?
    package var system: String

    package struct Wrong: Error, Sendable, Equatable { package let reason: String }

    /// - fallbackName: of the file.
    package init(_ text: String, fallbackName: String) throws(Wrong) {
        // A carriage return with its line feed is one character.
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { String($0) }[...]
        guard lines.first?.trimmed == "---" else { throw Wrong(reason: "its first line is not `---`") }
        lines.removeFirst()
        guard let end = lines.firstIndex(where: { $0.trimmed == "---" }) else {
            throw Wrong(reason: "its front matter has no end, a line `---`")
        }
        let fields = Self.fields(lines[..<end])
        name = fields["name"].map { Self.word($0.joined(separator: " ")) } ?? fallbackName
        description = Self.word(fields["description"]?.joined(separator: " ") ?? "")
        if let given = fields["tools"] { tools = Self.list(given) }
        let model = fields["model"].map { Self.word($0.joined()) }
        self.model = model == "inherit" || model == "" ? nil : model
        system = lines[(end + 1)...].joined(separator: "\n").trimmed
        if system.isEmpty { throw Wrong(reason: "there is nothing below its front matter") }
    }

    package init(name: String, description: String, system: String) {
        self.name = name
        self.description = description
        self.system = system
    }

    /// The values of each key, line by line.
    private static func fields(_ lines: ArraySlice<String>) -> [String: [String]] {
        var fields: [String: [String]] = [:]
        var key: String?
        for line in lines where !line.trimmed.hasPrefix("#") {
            if let first = line.first, first != " ", first != "\t", first != "-", let colon = line.firstIndex(of: ":") {
                key = line[..<colon].trimmed
                let value = line[line.index(after: colon)...].trimmed
                // A block begins, of which the marks say only how it ends.
                fields[key ?? ""] = ["|", ">", "|-", ">-"].contains(value) || value.isEmpty ? [] : [value]
            } else if let key, !line.trimmed.isEmpty {
                fields[key, default: []].append(line.trimmed)
            }
        }
        return fields
    }

    /// `A, B`, `[A, B]`, or a line `- A` for each; `*` is all.
    private static func list(_ lines: [String]) -> [String]? {
        let words = lines.flatMap { line in
            (line.hasPrefix("-") ? String(line.dropFirst()) : line).split(separator: ",").map { part in
                word(part.trimmed.filter { $0 != "[" && $0 != "]" })
            }
        }.filter { !$0.isEmpty }
        return words.contains("*") ? nil : words
    }

    private static func word(_ text: String) -> String {
        let text = text.trimmed
        guard text.count >= 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        let blanks: Set<Character> = [" ", "\t", "\n", "\r", "\r\n"]
        return String(drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed())
    }
}
