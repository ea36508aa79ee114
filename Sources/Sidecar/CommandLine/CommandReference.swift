/// docs/commands.md, from the declarations.
package struct CommandReference {
    private let catalog: CommandCatalog

    package init(_ catalog: CommandCatalog) { self.catalog = catalog }

    package func markdown() -> String {
        var text = """
            # Commands

            <!-- Written from the declarations in Sources/Sidecar/Commands.
                 To renew it: SIDECAR_UPDATE_DOCS=1 swift test --filter GeneratedDocumentsTests -->

            Results go to stdout, everything else to stderr. Output is coloured only on a terminal and without `NO_COLOR`.
            Unknown commands and flags are errors that name the nearest known one. `--flag value` and `--flag=value` mean
            the same; what stands behind `--` is never a flag.

            With `--json` a command that fails prints its error as a result too, beside the words on stderr:
            `{"error":{"kind":"failed","exit_code":1,"message":"…","details":[]}}`. `details` holds what more there is to say,
            such as further mistakes. What a command finds out is a result and no error: `config check` and `doctor` print
            what they found, and `status` has `"state":"stopped"` beside the error.

            | exit | means |
            |---|---|

            """
        for code in ExitCode.allCases { text += "| \(code.rawValue) | \(code.meaning) |\n" }
        for command in catalog.commands { text += "\n" + section(command) }
        text += "\n## Not yet\n\nThese are promised, known by name, and refused with exit code 2 in this version: "
        return text + catalog.notYet.map { "`\($0)`" }.joined(separator: ", ") + ".\n"
    }

    private func section(_ command: CommandDeclaration) -> String {
        var text = "## sidecar \(command.name)\n\n\(command.summary). \(command.details)\n\n"
        text += "```\n\(CommandHelp.usage(of: command))\n```\n\n"
        let arguments = command.arguments + (command.passedOn.map { [$0] } ?? [])
        if !arguments.isEmpty {
            text += "| argument | |\n|---|---|\n"
            text += arguments.map { "| `\($0.name)` | \(cell($0.help)) |\n" }.joined() + "\n"
        }
        text += "| flag | |\n|---|---|\n"
        text += command.allFlags.map { "| `\(CommandHelp.spelling(of: $0))` | \(cell(CommandHelp.help(of: $0))) |\n" }
            .joined()
        text += "\n| example | |\n|---|---|\n"
        text += command.examples.map { "| `\(cell($0.command))` | \(cell($0.meaning)) |\n" }.joined()
        let codes = command.allExitCodes.map { "\($0.rawValue) (\($0.meaning))" }
        return text + "\nExit codes: \(codes.joined(separator: ", ")).\n"
    }

    private func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
