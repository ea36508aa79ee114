extension ShellAnalyzer {
    /// Judges what depends on the whole script, once it was walked: functions, numbers, aliases.
    mutating func settle(_ runs: [ShellRun]) -> [ShellRun] {
        let mayDoAnything = Self.mayDoAnything(runs)
        var settled = settle(runs, mayDoAnything)
        if let span = scope.definesAlias, scope.expandsAliases || mayDoAnything || dialect == .portable {
            settled.append(unknown(.alias, span, []))
        }
        return settled
    }

    /// Whether something may change variables and functions behind our back.
    static func mayDoAnything(_ runs: [ShellRun]) -> Bool {
        runs.contains { run in
            if case .unknown(let unknown) = run.kind, unknown.reason != .arithmetic { return true }
            if case .program = run.kind, run.name == nil { return true }
            return mayDoAnything(run.children)
        }
    }

    private func settle(_ runs: [ShellRun], _ mayDoAnything: Bool) -> [ShellRun] {
        runs.compactMap { isHarmless($0, mayDoAnything) ? nil : settle($0, mayDoAnything) }
    }

    private func settle(_ run: ShellRun, _ mayDoAnything: Bool) -> ShellRun {
        var result = run
        result.children = settle(run.children, mayDoAnything)
        if !run.bypassesFunctions, run.kind == .program, let name = run.name, let known = scope.functions[name] {
            let isCertain =
                !mayDoAnything && !scope.forgetsFunctions
                && known.contains { $0.isStraight && $0.position.offset < run.start.offset }
            result.kind = .function(definedAt: known.map(\.position), isCertain: isCertain)
        }
        return result
    }

    /// Arithmetic over variables that were only ever given numbers.
    private func isHarmless(_ run: ShellRun, _ mayDoAnything: Bool) -> Bool {
        guard scope.isOutermost, !mayDoAnything, case .unknown(let unknown) = run.kind,
            unknown.reason == .arithmetic, let names = unknown.names
        else { return false }
        return names.allSatisfy { name in
            scope.numbers.contains(name) && !scope.others.contains(name) && !Self.isSetByTheShell(name)
        }
    }

    /// Variables that get text without being named: by `read`, by a match, by every command.
    private static func isSetByTheShell(_ name: String) -> Bool {
        ["REPLY", "OPTARG", "MAPFILE", "COPROC", "DIRSTACK", "PWD", "OLDPWD", "FUNCNAME", "_"].contains(name)
            || ["BASH", "COMP_", "READLINE_"].contains(where: name.hasPrefix)
    }
}
