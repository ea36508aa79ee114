/// The rules on arguments of one program, which is known by its file. Every execve of it, from wherever, is held to them.
package struct ProgramRules: Sendable, Hashable {
    package var file: ExpectedFile
    /// `git`, which is also `git-push` when it is called so: then the rest of its name is its first argument.
    package var name: String
    /// Any that denies and matches, decides; then the first that allows and matches, or whose denied words are there.
    package var rules: [ArgumentRule]
    /// What no rule matches may run: the program is granted by something else as well.
    package var allowsOthers: Bool

    package init(file: ExpectedFile, name: String, rules: [ArgumentRule], allowsOthers: Bool = false) {
        self.file = file
        self.name = name
        self.rules = rules
        self.allowsOthers = allowsOthers
    }
}

/// One rule. In its texts `*` stands for any characters.
package struct ArgumentRule: Sendable, Hashable {
    /// By which a refusal names it.
    package var number: UInt32
    package var denies: Bool
    package var words: Words
    /// Words that take the permission away again.
    package var denied: [String]

    package enum Words: Sendable, Hashable {
        case any
        /// One by one; `open`: any more may follow. A rule that denies is always open, and looks past options.
        case inOrder([String], open: Bool)
        /// Each is one of these. For a rule that denies: any of them is one of these.
        case each([String])
    }

    package init(number: UInt32, denies: Bool, _ words: Words, denied: [String] = []) {
        self.number = number
        self.denies = denies
        self.words = words
        self.denied = denied
    }
}

/// An execve that was refused for its arguments.
package struct RefusedProgram: Sendable, Hashable {
    /// As it was called, or where it really is. Cut, like its words, to what can be shown.
    package let program: String
    package let arguments: [String]
    /// nil: none that allows it.
    package let rule: UInt32?

    package init(program: String, arguments: [String], rule: UInt32?) {
        self.program = program
        self.arguments = arguments
        self.rule = rule
    }
}
