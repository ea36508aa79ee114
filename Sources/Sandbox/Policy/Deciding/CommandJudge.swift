/// A shell text against the rules: each program that it would run, each file that it redirects to or from. One denial
/// denies the whole; what the text does not show is left to the kernel, and said to be so.
struct CommandJudge<Host: HostView> {
    let rules: RuleSet
    let variables: PolicyVariables
    let host: Host
    let places: NamedPlaces

    func decide(_ text: String) -> Decision {
        let script: ShellProgram
        do throws(ShellSyntaxError) {
            script = try ShellProgram(parsing: text, home: home)
        } catch {
            return Decision(
                .deny, rule: "input.command",
                reason: "the shell text is not understood, so nothing of it runs: \(error)")
        }
        let paths = PathJudge(rules: rules.filesystem, variables: variables, host: host, places: places)
        let programs = ProgramJudge(
            rules: rules, variables: variables, host: host, ownShell: ToolName.shell, places: places)
        let shell = programs.decide(CommandCall([ToolName.shell]), in: nil)
        if shell.outcome == .deny { return shell }
        let judge = RunJudge(
            programs: programs, paths: paths, network: rules.network, workspace: variables.workspace)
        let tree = script.runs.map { judge.judge($0) }
        var notes: [String] = []
        for influence in script.influences {
            let value = influence.value.known ?? "something"
            notes.append("line \(influence.position.line) sets \(influence.name) to \(value): \(influence.effect)")
        }
        if let home, home != variables.home.text, text.contains("~"),
            tree.flatMap(\.flattened).contains(where: { $0.title.contains(home) })
        {
            notes.append("`~` is the run's HOME, \(home), and not \(variables.home)")
        }
        return Self.combine(tree, notes)
    }

    /// HOME of a run; nil where its value is the sidecar's own.
    private var home: String? {
        if let set = rules.environment.set.last(where: { $0.value.name == "HOME" }) {
            return variables.expand(set.value.text)
        }
        return rules.environment.pass.contains { Wildcard($0.value).matches("HOME") } ? nil : variables.tmp.text
    }

    private static func combine(_ programs: [ProgramDecision], _ notes: [String]) -> Decision {
        let all = programs.flatMap(\.flattened)
        let decided = all.compactMap(\.decision)
        let open = all.flatMap { program in
            program.notes.map { "line \(program.line): \($0)" }
                + (program.decision?.notes ?? []).map { "line \(program.line): \($0)" }
        }
        var result: Decision
        if let denied = decided.first(where: { $0.outcome == .deny }) {
            result = denied
        } else if decided.count > 1, let first = decided.first {
            result = Decision(
                .allow, rule: first.rule, place: first.place,
                reason: "all \(decided.count) programs and files are granted")
        } else if let only = decided.first {
            result = only
        } else {
            let reason =
                all.contains { $0.verdict == .kernel }
                ? "what runs is known only when it runs; the jail decides" : "only the shell itself is at work"
            result = Decision(.allow, rule: "commands", reason: reason)
        }
        result.notes = open + notes
        result.programs = programs
        return result
    }
}

extension ShellProgram {
    /// Where commands change the folder, relative paths start somewhere else.
    package var changesFolder: Bool {
        everyRun.contains { run in run.isUnknown || ["cd", "pushd", "popd"].contains(run.name) }
    }
}

extension ProgramDecision {
    /// Each before those inside of it.
    package var flattened: [ProgramDecision] { [self] + children.flatMap(\.flattened) }
}
