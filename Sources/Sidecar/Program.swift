internal import LinuxSystem

/// From words to an exit code: parse, then run or explain.
package struct Program {
    private let console: any Console
    private let environment: [String: String]

    package init(console: any Console, environment: [String: String]) {
        self.console = console
        self.environment = environment
    }

    /// `words` without the program's name.
    package func run(_ words: [String]) -> ExitCode {
        let code = perform(words)
        guard let problem = console.outputProblem, code == .done else { return code }
        console.complain(problem)
        return .failed
    }

    private func perform(_ words: [String]) -> ExitCode {
        let catalog = CommandRegistry.catalog
        switch CommandLineParser(catalog).parse(words) {
        case .version:
            console.print("sidecar \(Version.current)")
            return .done
        case .help(let topic):
            // With nothing asked, help is a reproach; asked for, it is the result.
            let wasAsked = !words.isEmpty
            let help = CommandHelp(catalog) { console.styled($0, .bold, on: wasAsked ? .output : .error) }
            console.write(help.text(for: topic), to: wasAsked ? .output : .error)
            return wasAsked ? .done : .wrongInput
        case .wrong(let errors, let topic):
            for error in errors { console.complain(error) }
            console.note(CommandHelp.pointer(to: topic))
            return .wrongInput
        case .run(let line):
            guard let command = CommandRegistry.command(for: line.declaration) else { return .wrongInput }
            return command.run(Invocation(line: line, console: console, environment: environment))
        }
    }
}
