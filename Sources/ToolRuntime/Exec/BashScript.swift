/// What is around the command that a model gave, so that the working folder is known afterwards.
package enum BashScript {
    /// Its output is descriptor 3, which is a pipe of ours. The command is an argument and never part of this text.
    /// It is shifted away before the command begins, whose `$1` is none of ours.
    static let text = "trap 'pwd -P >&3 2>/dev/null' EXIT; eval \"shift; $1\""

    static func arguments(_ command: String) -> [String] { ["bash", "-c", text, "bash", command] }

    /// Where a shell ended, as it said itself: a hint, from inside the jail.
    package static func folder(_ said: [UInt8]) -> String? {
        guard said.last == 0x0A, said.count <= 4097 else { return nil }
        let path = String(decoding: said.dropLast(), as: UTF8.self)
        return path.hasPrefix("/") && !path.contains("\n") && path.utf8.elementsEqual(said.dropLast()) ? path : nil
    }

    // MARK: Exit codes that mean something else

    /// Programs whose 1 is an answer.
    private static let answers: [String: String] = [
        "grep": "nothing matched", "egrep": "nothing matched", "fgrep": "nothing matched", "rg": "nothing matched",
        "git grep": "nothing matched", "diff": "the files differ", "git diff": "the files differ",
        "cmp": "the files differ", "test": "the condition is false", "[": "the condition is false",
        "find": "some folders could not be read",
    ]

    /// What a code other than 0 means when it is no error; nil when it is one.
    package static func meaning(_ code: Int32, of command: String) -> String? {
        guard code == 1 else { return nil }
        let words = lastWords(command)
        guard let first = words.first else { return nil }
        let name = first.split(separator: "/").last.map { String($0) } ?? first
        if name == "git" { return words.dropFirst().first.flatMap { answers["git \($0)"] } }
        return answers[name]
    }

    /// The words of the last command: its code is that of the whole.
    private static func lastWords(_ command: String) -> [String] {
        var start = command.startIndex
        var quote: Character?
        var skips = false
        for place in command.indices {
            let character = command[place]
            if skips {
                skips = false
            } else if character == "\\", quote != "'" {
                skips = true
            } else if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if "\n;|&".contains(character), command[place...].contains(where: { !"\n;|& ".contains($0) }) {
                start = command.index(after: place)
            }
        }
        let words = command[start...].split { " \t\n;|&(){}".contains($0) }.map(String.init)
        return Array(words.drop { $0.contains("=") || $0 == "!" || $0 == "time" })
    }
}
