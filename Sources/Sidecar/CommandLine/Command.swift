internal import YAML

/// A verb of the command line. One file each in `Commands/`, and one line in `CommandRegistry`.
package protocol Command {
    static var declaration: CommandDeclaration { get }

    /// Results go to the console's output, everything else to its error stream. Returns when the command is over.
    static func run(_ invocation: Invocation) -> ExitCode
}

/// One call of a command.
package struct Invocation {
    package let line: ParsedCommandLine
    package let console: any Console
    package let environment: [String: String]

    package init(line: ParsedCommandLine, console: any Console, environment: [String: String]) {
        self.line = line
        self.console = console
        self.environment = environment
    }

    package var wantsJSON: Bool { line.has("--json") }

    /// The configuration in force for this call, flags included.
    package func loadConfiguration() throws(ConfigurationError) -> LoadedConfiguration {
        try ConfigurationFile.load(
            explicit: line["--config"], environment: environment, overrides: line.configurationOverrides)
    }

    /// For a command that cannot go on: says what is wrong with the configuration.
    package func refuse(_ error: ConfigurationError) -> ExitCode {
        for problem in error.problems { console.complain(problem.description) }
        return .wrongInput
    }
}
