internal import LinuxSystem

package enum CompletionsCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["completions"], summary: "Print a completion script for a shell",
            details:
                "The script completes commands, flags and their values. It knows this version; print it anew after "
                + "an update.",
            arguments: [
                ArgumentDeclaration(
                    "SHELL", .choice(ShellCompletions.Shell.allCases.map(\.rawValue)), isRequired: true,
                    help: "bash, zsh or fish.")
            ],
            examples: [
                CommandExample("source <(sidecar completions bash)", "in ~/.bashrc"),
                CommandExample("sidecar completions zsh > ~/.zfunc/_sidecar", "where ~/.zfunc is in $fpath"),
                CommandExample("sidecar completions fish | source", "in config.fish"),
            ])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        // The parser lets nothing but a known shell through.
        guard let shell = invocation.line.arguments.first.flatMap(ShellCompletions.Shell.init) else {
            return .wrongInput
        }
        invocation.console.write(ShellCompletions.script(for: shell, CommandRegistry.catalog), to: .output)
        return .done
    }
}
