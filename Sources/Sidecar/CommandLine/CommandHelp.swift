/// The text of `--help`.
package struct CommandHelp {
    private let catalog: CommandCatalog
    private let bold: (String) -> String

    /// `bold` marks headings, for terminals that can.
    package init(_ catalog: CommandCatalog, bold: @escaping (String) -> String = { $0 }) {
        self.catalog = catalog
        self.bold = bold
    }

    package func text(for topic: CommandHelpTopic) -> String {
        switch topic {
        case .program: program()
        case .group(let group): text(for: group)
        case .command(let command): text(for: command)
        }
    }

    /// One line, for the end of an error message.
    package static func pointer(to topic: CommandHelpTopic) -> String {
        switch topic {
        case .program: "`sidecar --help` lists the commands."
        case .group(let group): "`sidecar \(group.name) --help` lists its commands."
        case .command(let command): "`sidecar \(command.name) --help` says more."
        }
    }

    private func program() -> String {
        TextLayout.paragraph(
            "sidecar stands between a coding agent and the model APIs it talks to: one address on this machine, and "
                + "behind it the providers that you configure.")
            + "\n\n\(bold("Usage:")) sidecar COMMAND [FLAGS] [ARGUMENTS]\n"
            + "\n\(bold("Commands:"))\n"
            + TextLayout.table(
                catalog.firstWords.map { ($0.word, $0.summary) } + [("help", "Print the help of a command")])
            + "\n\(bold("Exit codes:"))\n" + exitCodes(ExitCode.allCases)
            + "\n`sidecar COMMAND --help` says more about each.\n"
    }

    private func text(for group: CommandGroup) -> String {
        "\(group.summary).\n\n\(bold("Usage:")) sidecar \(group.name) COMMAND [FLAGS] [ARGUMENTS]\n"
            + "\n\(bold("Commands:"))\n"
            + TextLayout.table(catalog.commands(in: group).map { ($0.path[1], $0.summary) })
            + "\n`sidecar \(group.name) COMMAND --help` says more about each.\n"
    }

    private func text(for command: CommandDeclaration) -> String {
        var text = "\(command.summary).\n\n\(TextLayout.paragraph(command.details))\n"
        text += "\n\(bold("Usage:")) \(Self.usage(of: command))\n"
        let arguments = command.arguments + (command.passedOn.map { [$0] } ?? [])
        if !arguments.isEmpty {
            text += "\n\(bold("Arguments:"))\n" + TextLayout.table(arguments.map { ($0.name, $0.help) })
        }
        text +=
            "\n\(bold("Flags:"))\n"
            + TextLayout.table(command.allFlags.map { (Self.spelling(of: $0), Self.help(of: $0)) })
        text += "\n\(bold("Examples:"))\n" + TextLayout.table(command.examples.map { ($0.command, $0.meaning) })
        return text + "\n\(bold("Exit codes:"))\n" + exitCodes(command.allExitCodes)
    }

    private func exitCodes(_ codes: [ExitCode]) -> String {
        TextLayout.table(codes.map { (String($0.rawValue), $0.meaning) })
    }

    package static func usage(of command: CommandDeclaration) -> String {
        var words = ["sidecar"] + command.path + ["[FLAGS]"]
        words += command.arguments.map { argument in
            let name = argument.isRepeated ? "\(argument.name)…" : argument.name
            return argument.isRequired ? name : "[\(name)]"
        }
        if let passedOn = command.passedOn { words.append("[-- \(passedOn.name)]") }
        return words.joined(separator: " ")
    }

    package static func spelling(of flag: FlagDeclaration) -> String {
        let names = (flag.short.map { "\($0), " } ?? "") + flag.name
        return flag.value.map { "\(names) \($0.placeholder)" } ?? names
    }

    package static func help(of flag: FlagDeclaration) -> String {
        flag.isNotYet ? "\(flag.help) Not yet in this version." : flag.help
    }
}
