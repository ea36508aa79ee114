/// Everything that is said of a command, once: the parser, `--help`, the shell completions and docs/commands.md are all
/// read from it.
package struct CommandDeclaration: Sendable {
    /// `["config", "check"]`.
    package let path: [String]
    /// One line, for lists of commands; begins with a capital, ends without a full stop.
    package let summary: String
    /// A paragraph: what it does, what it does by default.
    package let details: String
    package let flags: [FlagDeclaration]
    package let arguments: [ArgumentDeclaration]
    /// What follows `--` is handed on as it is; nil when nothing may follow.
    package let passedOn: ArgumentDeclaration?
    /// It prints a result, so it takes `--json`.
    package let hasJSON: Bool
    package let examples: [CommandExample]
    /// Beside 0 and 2, which every command has.
    package let exitCodes: [ExitCode]

    package init(
        path: [String], summary: String, details: String, flags: [FlagDeclaration] = [],
        arguments: [ArgumentDeclaration] = [], passedOn: ArgumentDeclaration? = nil, hasJSON: Bool = false,
        examples: [CommandExample], exitCodes: [ExitCode] = []
    ) {
        self.path = path
        self.summary = summary
        self.details = details
        self.flags = flags
        self.arguments = arguments
        self.passedOn = passedOn
        self.hasJSON = hasJSON
        self.examples = examples
        self.exitCodes = exitCodes
    }

    package var name: String { path.joined(separator: " ") }

    /// Its own flags and those that every command has.
    package var allFlags: [FlagDeclaration] {
        flags + (hasJSON ? [.jsonFlag] : []) + [.configurationFlag, .helpFlag]
    }

    package var allExitCodes: [ExitCode] {
        ExitCode.allCases.filter { $0 == .done || $0 == .wrongInput || exitCodes.contains($0) }
    }
}

package struct CommandExample: Sendable {
    package let command: String
    package let meaning: String

    package init(_ command: String, _ meaning: String) {
        self.command = command
        self.meaning = meaning
    }
}

/// What the text after a flag, or an argument, is; completions offer it.
package enum ValueShape: Sendable, Equatable {
    case file
    case folder
    case text
    case choice([String])
}

package struct FlagDeclaration: Sendable, Equatable {
    package struct Value: Sendable, Equatable {
        /// `HOST:PORT`, in help.
        package let placeholder: String
        package let shape: ValueShape

        package init(_ placeholder: String, _ shape: ValueShape = .text) {
            self.placeholder = placeholder
            self.shape = shape
        }
    }

    /// With its dashes: `--listen`.
    package let name: String
    /// `-h`; most flags have none.
    package let short: String?
    /// nil: a switch.
    package let value: Value?
    package let help: String
    /// The key of sidecar.yaml that it overrides.
    package let configurationKey: String?
    /// Promised, and refused until the feature exists.
    package let isNotYet: Bool
    /// May be given several times, each with a value of its own.
    package let isRepeated: Bool

    package init(
        _ name: String, short: String? = nil, _ value: Value? = nil, configurationKey: String? = nil,
        isNotYet: Bool = false, isRepeated: Bool = false, help: String
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.help = help
        self.configurationKey = configurationKey
        self.isNotYet = isNotYet
        self.isRepeated = isRepeated
    }

    package static let helpFlag = FlagDeclaration("--help", short: "-h", help: "Print this help.")
    package static let jsonFlag = FlagDeclaration("--json", help: "Print the result as one JSON value.")
    package static let configurationFlag = FlagDeclaration(
        "--config", .init("FILE", .file),
        help: "The configuration; else $SIDECAR_CONFIG, ./sidecar.yaml, or sidecar/sidecar.yaml in $XDG_CONFIG_HOME.")
}

package struct ArgumentDeclaration: Sendable, Equatable {
    /// `FILE`, in help.
    package let name: String
    package let shape: ValueShape
    package let isRequired: Bool
    /// Any number of them; only the last argument can be.
    package let isRepeated: Bool
    package let help: String

    package init(
        _ name: String, _ shape: ValueShape = .text, isRequired: Bool = false, isRepeated: Bool = false, help: String
    ) {
        self.isRepeated = isRepeated
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
        self.help = help
    }
}
