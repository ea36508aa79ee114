/// A command with its flags and arguments, checked against its declaration.
package struct ParsedCommandLine: Sendable {
    package let declaration: CommandDeclaration
    /// By full name; a switch has an empty text.
    package let flags: [String: String]
    package let arguments: [String]
    /// All values of those that may be given several times, in their order.
    package let repeated: [String: [String]]
    /// What stood behind `--`, for commands that hand it on.
    package let passedOn: [String]

    package subscript(flag: String) -> String? { flags[flag] }

    package func has(_ flag: String) -> Bool { flags[flag] != nil }

    /// The flags as words again, for another call of the same command.
    package func words(without left: Set<String>) -> [String] {
        declaration.allFlags.compactMap { flag in
            guard let text = flags[flag.name], !left.contains(flag.name) else { return nil }
            return flag.value == nil ? flag.name : "\(flag.name)=\(text)"
        }
    }

    /// What flags change in the configuration.
    package var configurationOverrides: [ConfigurationOverride] {
        declaration.flags.compactMap { flag in
            guard let key = flag.configurationKey, let text = flags[flag.name] else { return nil }
            return ConfigurationOverride(key: key, text: text, flag: flag.name)
        }
    }
}

/// What a command line asks for.
package enum CommandLineRequest: Sendable {
    case run(ParsedCommandLine)
    /// `--help` behind any command, or nothing but the program's name.
    case help(CommandHelpTopic)
    case version
    /// All that is wrong, and the command that was meant as far as it is known.
    case wrong([String], CommandHelpTopic)
}

package enum CommandHelpTopic: Sendable {
    case program
    case group(CommandGroup)
    case command(CommandDeclaration)
}
