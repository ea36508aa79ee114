internal import Sandbox

/// A line of a policy file with one of its values underlined, as compilers show where something is.
enum RulePointer {
    /// Longer lines are cut: what stands behind the value says nothing about it.
    private static let widthMax = 110

    static func lines(_ line: String, at place: RulePlace, mark: (String) -> String) -> [String] {
        let characters = Array(line)
        let start = min(max(0, place.column - 1), characters.count)
        let length = max(1, length(of: characters[start...]))
        let number = String(place.line)
        let margin = String(repeating: " ", count: number.count)
        let shown = characters.count > widthMax ? String(characters[..<widthMax]) + "…" : line
        let marked = String(repeating: "^", count: max(1, min(length, widthMax - start)))
        return ["\(number) │ \(shown)", "\(margin) │ \(String(repeating: " ", count: start))\(mark(marked))"]
    }

    /// How far a value goes: to its closing quote or bracket, else to what ends a plain one.
    private static func length(of text: ArraySlice<Character>) -> Int {
        guard let first = text.first else { return 0 }
        switch first {
        case "\"", "'": return quoted(text, first)
        case "{", "[": return bracketed(text)
        default:
            let value = text.prefix { !",]}#:".contains($0) }
            let blanks = value.reversed().prefix { $0 == " " }.count
            return value.count - blanks
        }
    }

    private static func quoted(_ text: ArraySlice<Character>, _ quote: Character) -> Int {
        var isEscaped = false
        for (index, character) in text.dropFirst().enumerated() {
            if character == quote, !isEscaped { return index + 2 }
            isEscaped = character == "\\" && !isEscaped
        }
        return text.count
    }

    private static func bracketed(_ text: ArraySlice<Character>) -> Int {
        var depth = 0
        for (index, character) in text.enumerated() {
            if "{[".contains(character) { depth += 1 }
            if "}]".contains(character) { depth -= 1 }
            if depth == 0 { return index + 1 }
        }
        return text.count
    }
}
