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
        let request = CommandLineParser(CommandRegistry.catalog).parse(words)
        let code: ExitCode
        if Self.wantsJSON(request, words) {
            let console = JSONConsole(console)
            code = perform(request, words, console)
            console.explain(code)
        } else {
            code = perform(request, words, console)
        }
        guard let problem = console.outputProblem, code == .done else { return code }
        console.complain(problem)
        return .failed
    }

    /// Also of a call that is wrong, if it says so.
    private static func wantsJSON(_ request: CommandLineRequest, _ words: [String]) -> Bool {
        switch request {
        case .run(let line): return line.has(FlagDeclaration.jsonFlag.name)
        case .help, .version: return false
        case .wrong(_, let topic):
            // For a command without results it is one of the mistakes.
            if case .command(let command) = topic, !command.hasJSON { return false }
            return words.prefix { $0 != "--" }.contains(FlagDeclaration.jsonFlag.name)
        }
    }

    private func perform(_ request: CommandLineRequest, _ words: [String], _ console: any Console) -> ExitCode {
        switch request {
        case .version:
            console.print("sidecar \(Version.current)")
            return .done
        case .help(let topic):
            // With nothing asked, help is a reproach; asked for, it is the result.
            let wasAsked = !words.isEmpty
            let help = CommandHelp(CommandRegistry.catalog) {
                console.styled($0, .bold, on: wasAsked ? .output : .error)
            }
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
