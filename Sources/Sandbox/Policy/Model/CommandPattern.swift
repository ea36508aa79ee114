package import YAML

/// A rule about commands: which program, and with which arguments.
package struct CommandPattern: Sendable, Equatable {
    package enum Program: Sendable, Equatable {
        /// By its name, wherever it is found.
        case name(Wildcard)
        /// One program by its path.
        case path(PathPattern)
    }

    package enum Arguments: Sendable, Equatable {
        case any
        /// Word by word; `open` when any more may follow.
        case words([Wildcard], open: Bool)
        /// Each argument is one of the first, where there are any given, and none is one of the second.
        case each(allowed: [Wildcard]?, denied: [PolicyRule<Wildcard>])
    }

    package let text: String
    package let program: Program
    package let arguments: Arguments

    package init(text: String, program: Program, arguments: Arguments) {
        self.text = text
        self.program = program
        self.arguments = arguments
    }

    /// A word, a path, or words with `*`.
    package static func parse(_ text: String) throws(ValueError) -> CommandPattern {
        try RuleText.check(text)
        let words = text.split(separator: " ").map(String.init)
        guard let first = words.first else { throw ValueError("is empty") }
        try checkShell(text, words)
        let program = try program(first)
        var rest = words.dropFirst().map { Wildcard($0) }
        guard !rest.isEmpty else { return CommandPattern(text: text, program: program, arguments: .any) }
        let isOpen = rest.last?.text == "*"
        if isOpen { rest.removeLast() }
        return CommandPattern(text: text, program: program, arguments: .words(rest, open: isOpen))
    }

    package static func program(_ text: String) throws(ValueError) -> Program {
        guard !text.isEmpty else { throw ValueError("is empty") }
        try RuleText.check(text)
        guard !text.contains(" ") else { throw ValueError("has blanks; a program is one word") }
        guard text.contains("/") else {
            guard text != ".", text != ".." else { throw ValueError("is a folder and no program") }
            guard !text.contains("$") else { throw ValueError("has a `$`; a variable begins a path: ${home}/bin/tool") }
            return .name(Wildcard(text))
        }
        guard !text.hasSuffix("/") else { throw ValueError("is a folder; `filesystem.execute` takes folders") }
        let path = try PathPattern.parse(text)
        guard path.parts.allSatisfy({ if case .literal = $0 { true } else { false } }) else {
            throw ValueError("has wildcards in a path; name one program, or put the folder into `filesystem.execute`")
        }
        return .path(path)
    }

    /// The program's name, or its pattern.
    package var programText: String {
        switch program {
        case .name(let name): name.text
        case .path(let path): path.text
        }
    }
}
