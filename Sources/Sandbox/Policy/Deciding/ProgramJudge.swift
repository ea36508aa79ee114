/// One program with its arguments against the rules of `commands`.
package struct ProgramJudge<Host: HostView>: Sendable {
    let rules: RuleSet
    let variables: PolicyVariables
    let host: Host
    /// The shell that the tool itself starts. It may start again: whatever it runs is judged like the rest.
    let ownShell: String?
    private let paths: PathJudge<Host>
    private let standings = Memo<String, Standing>()
    private let places: NamedPlaces

    /// - places: of the same policy, variables and host.
    package init(
        rules: RuleSet, variables: PolicyVariables, host: Host, ownShell: String? = nil,
        places: NamedPlaces = NamedPlaces()
    ) {
        self.ownShell = ownShell
        self.rules = rules
        self.variables = variables
        self.host = host
        self.places = places
        paths = PathJudge(rules: rules.filesystem, variables: variables, host: host, places: places)
    }

    /// What the rules say of a program, whatever its arguments are.
    private struct Standing: Sendable {
        let program: Program
        let denying: [PolicyRule<CommandPattern>]
        let deniedFile: Decision?
        let naming: [PolicyRule<CommandPattern>]
        let executable: PolicyRule<PathPattern>?
        let isOwnShell: Bool
    }

    private func standing(_ name: String, in folder: NormalPath?) -> Standing {
        standings.value("\(folder?.text ?? "")\0\(name)") {
            let program = Program(name, folder: folder, host)
            let shell = ownShell.map { CommandPattern(text: $0, program: .name(Wildcard($0)), arguments: .any) }
            return Standing(
                program: program, denying: rules.commands.deny.filter { isDenied($0.value, program) },
                deniedFile: deniedFile(program), naming: rules.commands.allow.filter { isNamed($0.value, program) },
                executable: executable(program), isOwnShell: shell.map { isNamed($0, program) } ?? false)
        }
    }

    /// `folder`: where a path that does not begin with a slash starts; nil when that is not known.
    package func decide(_ call: CommandCall, in folder: NormalPath?) -> Decision {
        let standing = standing(call.program, in: folder)
        let program = standing.program
        var notes: [String] = []
        for rule in standing.denying {
            switch rule.value.denies(call.arguments) {
            case .yes: return .deny(rule, "`\(shown(call))` is denied by `\(rule.value.text)`")
            case .maybe:
                notes.append("whether `\(rule.value.text)` denies it depends on words that the text does not show")
            case .no: continue
            }
        }
        if let denied = standing.deniedFile { return denied }
        var nearly: Decision?
        for rule in standing.naming {
            if let argument = rule.value.deniedArgument(call.arguments) {
                return .deny(argument, "an argument of `\(shown(call))` is denied by `\(argument.value.text)`")
            }
            switch rule.value.allows(call.arguments) {
            case .yes:
                var decision = Decision.allow(rule, "`\(shown(call))` is granted by `\(rule.value.text)`")
                decision.notes = notes
                return decision
            case .maybe:
                if nearly == nil { nearly = .allow(rule, "`\(shown(call))` may be granted by `\(rule.value.text)`") }
            case .no: continue
            }
        }
        if var nearly {
            nearly.notes = notes + ["whether \(nearly.rule) grants it depends on words that the text does not show"]
            return nearly
        }
        if let rule = standing.executable {
            var decision = Decision.allow(rule, "\(call.program) lies in `\(rule.value.text)`, whose files may run")
            decision.notes = notes
            return decision
        }
        if standing.isOwnShell {
            var decision = Decision(
                .allow, rule: "tools.Bash.enabled", reason: "`\(shown(call))` is the shell that the tool itself is")
            decision.notes = notes
            return decision
        }
        let isUnclear = program.path == nil && call.program.contains("/")
        return Decision(
            .deny, rule: "commands.allow",
            reason: "no rule lets `\(shown(call))` run"
                + (isUnclear ? ": from which folder its path starts is not known" : ""),
            addition: addition(call, program))
    }

    /// A program as it is called, and what it leads to.
    struct Program: Sendable {
        /// Without its folder.
        let name: String
        /// Only where it is called by one.
        let path: NormalPath?
        let isCalledByPath: Bool
        let resolved: NormalPath?

        init(_ text: String, folder: NormalPath?, _ host: Host) {
            isCalledByPath = text.contains("/")
            name = text.split(separator: "/").last.map(String.init) ?? text
            if isCalledByPath {
                let absolute = text.hasPrefix("/") ? text : folder.map { "\($0)/\(text)" }
                path = absolute.flatMap { NormalPath($0) }
                resolved = absolute.flatMap { host.resolve($0) }
            } else {
                path = nil
                resolved = host.program(named: text).flatMap { host.resolve($0) }
            }
        }
    }

    /// For what allows: by its name, from a folder that a run cannot write to, or the very file that the rule names.
    private func isNamed(_ rule: CommandPattern, _ program: Program) -> Bool {
        switch rule.program {
        case .name(let name):
            guard program.isCalledByPath else { return name.matches(program.name) }
            if let path = program.path, name.matches(path.name), TrustedFolders.all.contains(path.parent) {
                return true
            }
            guard let resolved = program.resolved, name.isLiteral else { return false }
            // The jail goes by the file, so another name for it is the same program.
            return file(named: name.text) == resolved
        case .path(let pattern):
            guard let path = pattern.literal(variables) else { return false }
            guard program.isCalledByPath else { return path.name.hasSameBytes(as: program.name) }
            return program.path == path || (program.resolved != nil && program.resolved == host.resolve(path))
        }
    }

    /// For what denies: any of its names, and any path to it.
    private func isDenied(_ rule: CommandPattern, _ program: Program) -> Bool {
        switch rule.program {
        case .name(let name):
            if name.matches(program.name) { return true }
            guard let resolved = program.resolved else { return false }
            if name.matches(resolved.name) { return true }
            return name.isLiteral && file(named: name.text) == resolved
        case .path(let pattern):
            guard let path = pattern.literal(variables) else { return false }
            if program.path == path || (program.resolved != nil && program.resolved == host.resolve(path)) {
                return true
            }
            return !program.isCalledByPath && path.name.hasSameBytes(as: program.name)
        }
    }

    private func file(named name: String) -> NormalPath? {
        places.program(named: name, host)
    }

    private func deniedFile(_ program: Program) -> Decision? {
        for path in [program.path, program.resolved] {
            guard let path, let rule = paths.denial(path, .execute) else { continue }
            return .deny(rule, "\(path) is denied by `\(rule.value.path.text)`")
        }
        return nil
    }

    private func executable(_ program: Program) -> PolicyRule<PathPattern>? {
        guard program.isCalledByPath, let resolved = program.resolved else { return nil }
        return rules.filesystem.execute.first { paths.covers($0.value, resolved) }
    }

    private func addition(_ call: CommandCall, _ program: Program) -> PolicyAddition {
        guard let file = program.resolved, program.isCalledByPath, paths.permits(file, .write) else {
            return .command(suggested(call, program))
        }
        return .path(file.folderOfPrograms(variables), .execute)
    }

    private func suggested(_ call: CommandCall, _ program: Program) -> String {
        guard let path = program.path, !TrustedFolders.all.contains(path.parent) else { return program.name }
        let workspace = variables.workspace
        guard path.isBeneath(workspace), !workspace.parts.isEmpty else { return path.text }
        return "${workspace}/" + path.parts.dropFirst(workspace.parts.count).joined(separator: "/")
    }

    private func shown(_ call: CommandCall) -> String {
        let words =
            [call.program]
            + call.arguments.map { word in
                if case .known(let text) = word { text } else { "…" }
            }
        let text = words.joined(separator: " ").split { $0.isNewline }.joined(separator: " ")
        return text.count > 80 ? "\(text.prefix(79))…" : text
    }
}
