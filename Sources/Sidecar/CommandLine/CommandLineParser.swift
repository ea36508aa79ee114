internal import YAML

/// Words to a request. Pure: it looks at nothing but the catalog.
package struct CommandLineParser {
    private let catalog: CommandCatalog

    package init(_ catalog: CommandCatalog) { self.catalog = catalog }

    /// `words` without the program's name.
    package func parse(_ words: [String]) -> CommandLineRequest {
        guard let first = words.first else { return .help(.program) }
        switch first {
        case "--help", "-h": return .help(.program)
        case "--version", "-V": return .version
        case "help": return help(for: Array(words.dropFirst()))
        default: break
        }
        if first.hasPrefix("-") {
            return .wrong(["a command comes before its flags: sidecar COMMAND \(first)"], .program)
        }
        if let group = catalog.group(first) { return parse(group, Array(words.dropFirst())) }
        if let command = catalog.command([first]) { return parse(command, Array(words.dropFirst())) }
        return unknown(first)
    }

    private func unknown(_ word: String) -> CommandLineRequest {
        if catalog.notYet.contains(word) { return .wrong(["`\(word)` is not yet in this version"], .program) }
        let known = catalog.firstWords.map(\.word) + ["help"] + catalog.notYet.filter { !$0.contains(" ") }
        return .wrong(["`\(word)` is no command\(NearestName.hint(for: word, among: known))"], .program)
    }

    private func parse(_ group: CommandGroup, _ words: [String]) -> CommandLineRequest {
        let names = catalog.commands(in: group).map { $0.path[1] }
        guard let word = words.first else {
            return .wrong(["`\(group.name)` needs one of \(names.joined(separator: ", ")) behind it"], .group(group))
        }
        if word == "--help" || word == "-h" { return .help(.group(group)) }
        guard let command = catalog.command([group.name, word]) else {
            let name = "\(group.name) \(word)"
            if catalog.notYet.contains(name) { return .wrong(["`\(name)` is not yet in this version"], .group(group)) }
            let hint = NearestName.hint(for: word, among: names)
            let known = hint.isEmpty ? "; it has \(names.joined(separator: ", "))" : hint
            return .wrong(["`\(group.name)` has no command `\(word)`\(known)"], .group(group))
        }
        return parse(command, Array(words.dropFirst()))
    }

    private func help(for words: [String]) -> CommandLineRequest {
        // `help help` is about itself, and so about all.
        let path = words.filter { $0 != "--help" && $0 != "-h" }.drop { $0 == "help" }.map { $0 }
        guard let first = path.first else { return .help(.program) }
        if let command = catalog.command(path) { return .help(.command(command)) }
        if let group = catalog.group(first) {
            if path.count == 1 { return .help(.group(group)) }
            return parse(group, Array(path.dropFirst()))
        }
        if let command = catalog.command([first]) {
            return .wrong(["`\(first)` has no commands below it"], .command(command))
        }
        return unknown(first)
    }

    private func parse(_ command: CommandDeclaration, _ words: [String]) -> CommandLineRequest {
        var reading = FlagReading(command: command)
        reading.read(words)
        if reading.wantsHelp { return .help(.command(command)) }
        reading.checkArguments()
        guard reading.errors.isEmpty else { return .wrong(reading.errors, .command(command)) }
        return .run(
            ParsedCommandLine(
                declaration: command, flags: reading.flags, arguments: reading.arguments, repeated: reading.repeated,
                passedOn: reading.passedOn))
    }
}

/// The words behind a command's name, sorted into flags and arguments. Goes on after a mistake, to tell all of them.
private struct FlagReading {
    let command: CommandDeclaration
    private(set) var flags: [String: String] = [:]
    private(set) var arguments: [String] = []
    private(set) var repeated: [String: [String]] = [:]
    private(set) var passedOn: [String] = []
    private(set) var errors: [String] = []

    init(command: CommandDeclaration) { self.command = command }

    var wantsHelp: Bool { flags["--help"] != nil }

    mutating func read(_ words: [String]) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if command.passedOn != nil, isForeign(word) { return refuse(word, rest, after: words) }
            if word == "--" {
                if command.passedOn != nil { passedOn += rest } else { arguments += rest }
                return
            }
            // A lone dash is the usual name of standard input.
            if word.hasPrefix("-"), word != "-" { flag(word, &rest) } else { arguments.append(word) }
        }
    }

    /// Neither a flag of ours nor a place for it: most likely meant for whom we hand words on to.
    private func isForeign(_ word: String) -> Bool {
        guard word.hasPrefix("-"), word != "-" else { return arguments.count >= command.arguments.count }
        return word != "--" && declaration(of: word) == nil
    }

    /// What follows may be anybody's, so nothing more is said of it.
    private mutating func refuse(_ word: String, _ rest: ArraySlice<String>, after words: [String]) {
        let help = FlagDeclaration.helpFlag
        if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == help.name || $0 == help.short }) {
            flags[help.name] = ""
        }
        errors.append(word.hasPrefix("-") ? unknownFlag(word) : "`\(command.name)` has no place for `\(word)`")
        let ours = words.prefix(words.count - rest.count - 1)
        let call = ["sidecar"] + command.path + ours + ["--", word] + rest.filter { $0 != "--" }
        let shown = call.map { ShellWord.quotedIfNeeded($0) }.joined(separator: " ")
        errors.append("put `--` before what is handed on: \(shown)")
    }

    /// Without the value that is attached to it.
    private func name(of word: String) -> String { word.hasPrefix("--") ? String(word.prefix { $0 != "=" }) : word }

    private func declaration(of word: String) -> FlagDeclaration? {
        let name = name(of: word)
        return command.allFlags.first { $0.name == name || $0.short == name }
    }

    private func unknownFlag(_ word: String) -> String {
        let name = name(of: word)
        return
            "`\(name)` is no flag of `\(command.name)`\(NearestName.hint(for: name, among: command.allFlags.map(\.name)))"
    }

    private mutating func flag(_ word: String, _ rest: inout ArraySlice<String>) {
        guard let flag = declaration(of: word) else { return errors.append(unknownFlag(word)) }
        let name = name(of: word)
        let attached = word.count > name.count ? String(word.dropFirst(name.count + 1)) : nil
        var text = ""
        if let value = flag.value {
            // A flag where the value should be is a forgotten value; `--flag=-x` says that it is meant. `-1` is no flag, and the
            // command itself knows best what is wrong with it.
            let next = rest.first.flatMap { $0.hasPrefix("-") && $0 != "-" && Int($0) == nil ? nil : $0 }
            guard let given = attached ?? next, !given.isEmpty else {
                errors.append("`\(flag.name)` needs a value: \(flag.name) \(value.placeholder)")
                return
            }
            if attached == nil { rest.removeFirst() }
            text = given
            check(text, flag, value)
        } else if attached != nil {
            errors.append("`\(flag.name)` takes no value")
        }
        if flag.isNotYet { errors.append("`\(flag.name)` is not yet in this version") }
        if flag.isRepeated { repeated[flag.name, default: []].append(text) }
        if flags.updateValue(text, forKey: flag.name) != nil, flag != .helpFlag, !flag.isRepeated {
            errors.append("`\(flag.name)` is given twice")
        }
    }

    private mutating func check(_ text: String, _ flag: FlagDeclaration, _ value: FlagDeclaration.Value) {
        guard case .choice(let words) = value.shape, !words.contains(text) else { return }
        let hint = NearestName.hint(for: text, among: words)
        errors.append("`\(flag.name)` takes one of \(words.joined(separator: ", ")), not `\(text)`\(hint)")
    }

    mutating func checkArguments() {
        for (index, declared) in command.arguments.enumerated() {
            guard index < arguments.count else {
                if declared.isRequired { errors.append("`\(command.name)` needs \(declared.name): \(declared.help)") }
                continue
            }
            if case .choice(let words) = declared.shape, !words.contains(arguments[index]) {
                let hint = NearestName.hint(for: arguments[index], among: words)
                errors.append(
                    "\(declared.name) is one of \(words.joined(separator: ", ")), not `\(arguments[index])`\(hint)")
            }
        }
        if command.arguments.last?.isRepeated == true { return }
        for word in arguments.dropFirst(command.arguments.count) {
            let takesInput = word.hasPrefix("{") && command.allFlags.contains { $0.name == "--input" }
            errors.append("`\(command.name)` has no place for `\(word)`\(takesInput ? "; give it as --input" : "")")
        }
    }
}
