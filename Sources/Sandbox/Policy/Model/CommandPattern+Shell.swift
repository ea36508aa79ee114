internal import YAML

// A rule is about one program and its words, as the kernel gets them. What a shell takes out of a text before that is in
// no word: a rule that has it holds for nothing, and whoever wrote it believes that it does.
extension CommandPattern {
    /// Refuses what only a shell would understand. An argument that really is such a word can be named in the long form.
    static func checkShell(_ text: String, _ words: [String]) throws(ValueError) {
        guard text.first != " ", text.last != " " else {
            throw ValueError("has a blank at its \(text.first == " " ? "beginning" : "end"); take it away")
        }
        guard let program = words.first else { return }
        if let equals = program.firstIndex(of: "="), !program.contains("/") {
            let name = program[..<equals]
            throw ValueError(
                "begins with an assignment, which is no part of a call; name the program, and the variable under "
                    + "`environment.set.\(name)`")
        }
        for (index, word) in words.enumerated() {
            if let sign = operators.first(where: { joins(word, $0, isProgram: index == 0, words) }) {
                throw ValueError(
                    "has a `\(sign)`, which joins commands in a shell; a rule is about one program: write one for each")
            }
            guard !redirects(word) else {
                throw ValueError(
                    "has the redirection `\(word)`, which is the shell's; which files it may use is said under `filesystem`"
                )
            }
            guard let first = word.first, first != "'", first != "\"", first != "`", !word.hasPrefix("$(") else {
                throw ValueError(
                    "has `\(word)` with a quote or a substitution, which no program gets to see; write the word itself, and "
                        + "`*` for what varies")
            }
        }
    }

    private static let operators = ["&&", "||", "|", ";", "&"]

    private static func joins(_ word: String, _ sign: String, isProgram: Bool, _ words: [String]) -> Bool {
        if isProgram { return word.contains(sign) }
        // `find . -exec x {} ;` has it as a word of its own.
        if sign == ";", words.contains(where: { $0.hasPrefix("-exec") || $0.hasPrefix("-ok") }) { return false }
        return word == sign || (sign == ";" && word.hasSuffix(";"))
    }

    /// `>`, `2>&1`, `<in`, `&>out`.
    private static func redirects(_ word: String) -> Bool {
        let rest = word.drop { $0.isNumber || $0 == "&" }
        return rest.first == ">" || rest.first == "<"
    }
}
