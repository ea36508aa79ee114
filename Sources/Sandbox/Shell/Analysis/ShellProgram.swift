/// What a script would run, as far as its text tells. It never says less than the shell does: where the text alone does
/// not decide, there is an unknown in its place.
package struct ShellProgram: Sendable {
    package var runs: [ShellRun]
    /// Assignments that change how programs are found or what they do, in their order.
    package var influences: [ShellInfluence]

    /// Every run, each before those inside of it.
    package var everyRun: [ShellRun] {
        var found: [ShellRun] = []
        Self.gather(runs, into: &found)
        return found
    }

    /// Whether each program, and whatever else could run, is known by name.
    package var namesAreKnown: Bool { everyRun.allSatisfy { !$0.isUnknown } }

    private static func gather(_ runs: [ShellRun], into found: inout [ShellRun]) {
        for run in runs {
            found.append(run)
            gather(run.children, into: &found)
        }
    }
}

/// One command of a script, or something in its place that may run commands.
package struct ShellRun: Sendable {
    package enum Kind: Sendable, Equatable {
        /// Found along PATH, or by its path.
        case program
        case builtin
        /// Defined in the script. Unless that is certain, it may be a program of the name instead.
        case function(definedAt: [ShellPosition], isCertain: Bool)
        /// The definition of one; its children are the body, called or not.
        case definition(String)
        /// Only assignments and redirections.
        case assignment
        /// A loop, a group and so on, where it has redirections of its own.
        case compound(String)
        /// Anything might run here.
        case unknown(ShellUnknown)
    }
    package var kind: Kind
    /// The name and its arguments.
    package var words: [ShellValue] = []
    package var start: ShellPosition
    package var end: ShellPosition
    package var reach: [ShellReach]
    package var redirections: [ShellRunRedirection] = []
    package var environment: [ShellRunAssignment] = []
    package var marks: [ShellMark] = []
    package var children: [ShellRun] = []
    /// Where it starts, and where relative paths in its redirections do.
    package var folder = ShellFolder()
    /// Found past the functions of the script: behind `command`, or by another program.
    var bypassesFunctions = false

    /// The name of what is run, if there is one and it is known.
    package var name: String? {
        switch kind {
        case .program, .builtin, .function: words.first?.known
        default: nil
        }
    }

    /// Whether anything at all might be run in its place.
    package var isUnknown: Bool {
        switch kind {
        case .unknown: true
        case .program, .builtin, .function: name == nil
        case .definition, .assignment, .compound: false
        }
    }
}

/// A word after all expansions.
package enum ShellValue: Sendable, Equatable {
    case known(String)
    case unknown(ShellUnknown)

    package var known: String? {
        if case .known(let text) = self { text } else { nil }
    }

    /// The variable of `name=…`, where the name at least is known.
    var assignedName: String? {
        switch self {
        case .unknown(let unknown): return unknown.assigns
        case .known(let text):
            let name = text.prefix { $0 != "=" }
            return name.utf8.count < text.utf8.count && name.utf8.isShellName ? String(name) : nil
        }
    }

    /// Whether it is a number for certain. However that is split, it is no option.
    var isCount: Bool {
        guard case .unknown(let unknown) = self else { return false }
        return unknown.reason == .variable && ["#", "?", "$", "!"].contains(unknown.detail)
    }

    /// Whether it may be no word, or several.
    package var mayBeSeveral: Bool {
        if case .unknown(let unknown) = self { unknown.mayBeSeveral } else { false }
    }
}

package struct ShellUnknown: Sendable, Equatable {
    package enum Reason: String, Sendable, CaseIterable {
        case variable
        case commandOutput = "output of a command"
        case arithmeticResult = "result of arithmetic"
        case processDescriptor = "process substitution"
        case glob
        case home = "home directory"
        case braces
        case translation = "locale"
        case encoding = "not UTF-8"
        /// A variable's value is evaluated as arithmetic, whose subscripts may hold commands.
        case arithmetic = "value evaluated as arithmetic"
        case variableName = "name of a variable that is not known"
        case indirect = "indirect expansion"
        case prompt = "expanded as a prompt"
        case text = "text that is not known"
        case unreadable = "text that cannot be read"
        case file = "commands from a file"
        case input = "commands from standard input"
        case appended = "arguments from elsewhere"
        case options = "options that are not understood"
        case shellMode = "a mode that changes what text means"
        case alias = "aliases"
        case loadedCode = "loaded code"
        case tooDeep = "nested too deeply"
        case otherProgram = "a program that runs others"
    }
    package var reason: Reason
    package var detail: String
    package var mayBeSeveral: Bool
    /// For `.arithmetic`: the variables, unless something else than variables decides.
    var names: [String]?
    /// The name in front, if the word begins with `name=` without quotes: it is an assignment, whatever comes behind.
    var assigns: String?

    init(_ reason: Reason, _ detail: String = "", mayBeSeveral: Bool = false, names: [String]? = nil) {
        self.reason = reason
        self.detail = detail
        self.mayBeSeveral = mayBeSeveral
        self.names = names
    }

    package var text: String { detail.isEmpty ? reason.rawValue : "\(reason.rawValue): \(detail)" }
}

/// How the shell comes to a command.
package enum ShellReach: String, Sendable, CaseIterable {
    case pipeline
    case background
    case subshell
    case conditional
    case loop
    case substitution
    case process = "process substitution"
    case function
    case coprocess
    case text
    case wrapper
}

package struct ShellRunRedirection: Sendable, Equatable {
    package enum Mode: String, Sendable, CaseIterable {
        case read
        case write
        case append
        case readWrite = "read and write"
        case descriptor
        /// A here-document or a here-string; the target is its text.
        case text
    }
    package var mode: Mode
    package var target: ShellValue
}

package struct ShellRunAssignment: Sendable, Equatable {
    package var name: String
    package var value: ShellValue
}

package enum ShellMark: String, Sendable, CaseIterable {
    case runsText = "runs text"
    case workspaceCode = "runs code of the workspace"
    case interpreter = "runs code that it is given"
    case otherProgram = "may run other programs"
    case privilege = "changes privileges"
    case network = "network"
}

/// A variable that programs or the shell obey.
package struct ShellInfluence: Sendable, Equatable {
    package var name: String
    package var value: ShellValue
    package var effect: String
    package var position: ShellPosition
}
