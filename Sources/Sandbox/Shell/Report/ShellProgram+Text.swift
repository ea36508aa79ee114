extension ShellProgram {
    /// For a terminal: a line a command, those inside of it indented below.
    package var text: String {
        var lines: [String] = []
        for run in runs { run.describe(into: &lines, indentation: 0) }
        for influence in influences {
            lines.append(
                "\(influence.position)  sets \(ShellValue.known(influence.name).shown) to \(influence.value.shown): \(influence.effect)"
            )
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension ShellRun {
    fileprivate func describe(into lines: inout [String], indentation: Int) {
        var line = String(repeating: "  ", count: indentation) + "\(start)  \(title)"
        if !words.isEmpty { line += " " + words.map(\.shown).joined(separator: " ") }
        for redirection in redirections { line += " (\(redirection.mode.rawValue) \(redirection.target.shown))" }
        if !environment.isEmpty {
            line += " with " + environment.map { "\($0.name)=\($0.value.shown)" }.joined(separator: " ")
        }
        let notes = reach.map(\.rawValue) + marks.map(\.rawValue)
        if !notes.isEmpty { line += "  [" + notes.joined(separator: ", ") + "]" }
        lines.append(line)
        for child in children { child.describe(into: &lines, indentation: indentation + 1) }
    }

    /// What kind of command it is, in a word or two.
    package var title: String {
        switch kind {
        case .program: "program"
        case .builtin: "builtin"
        case .function(let places, let isCertain):
            (isCertain ? "function of " : "program, or function of ")
                + places.prefix(3).map(\.description).joined(separator: ", ")
        case .definition(let name): "definition of \(ShellValue.known(name).shown)"
        case .assignment: "assignment"
        case .compound(let name): name
        case .unknown(let unknown): "unknown, \(unknown.shown)"
        }
    }
}

extension ShellValue {
    /// Quoted so that nothing in it can pretend to be more than a word, or steer the terminal.
    package var shown: String {
        switch self {
        case .unknown(let unknown): "‹\(unknown.shown)›"
        case .known(let text):
            if !text.isEmpty, text.utf8.allSatisfy(Self.isPlain) { text } else { "'\(Self.escaped(text))'" }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte.continuesShellName || "-./:=,+@%{}".utf8.contains(byte)
    }

    /// Without control characters, and with nothing that is not ASCII, behind which letters can hide.
    fileprivate static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": result += "\\'"
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case " "..."~": result.unicodeScalars.append(scalar)
            default: result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result
    }
}

extension ShellUnknown {
    fileprivate var shown: String {
        detail.isEmpty ? reason.rawValue : "\(reason.rawValue): \(ShellValue.escaped(detail))"
    }
}
