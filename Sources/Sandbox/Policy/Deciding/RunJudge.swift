/// One command of a script, and those inside of it.
struct RunJudge<Host: HostView> {
    let programs: ProgramJudge<Host>
    let paths: PathJudge<Host>
    let network: NetworkRules
    /// Where relative paths start; nil when commands change it.
    let folder: NormalPath?

    func judge(_ run: ShellRun) -> ProgramDecision {
        var result = ProgramDecision(
            title: title(run), verdict: .shell, line: run.start.line, column: run.start.column)
        switch run.kind {
        case .program: judgeProgram(run, &result)
        case .function(_, isCertain: false):
            result.verdict = .kernel
            result.notes.append("`\(run.name ?? "…")` is a function or a program, which only the run shows")
        case .unknown(let unknown):
            result.verdict = .kernel
            result.notes.append("what runs here is known only when it runs: \(unknown.text)")
        case .builtin where run.isUnknown:
            result.verdict = .kernel
            result.notes.append("what runs here is known only when it runs")
        case .builtin, .function, .definition, .assignment, .compound: break
        }
        for redirection in run.redirections { judge(redirection, run, &result) }
        result.children = run.children.map { judge($0) }
        return result
    }

    private func judgeProgram(_ run: ShellRun, _ result: inout ProgramDecision) {
        guard let name = run.name else {
            result.verdict = .kernel
            result.notes.append("the program's name is known only when it runs")
            return
        }
        let words: [CommandCall.Word] = run.words.dropFirst().map { word in
            word.known.map { .known($0) } ?? .unknown(mayBeSeveral: word.mayBeSeveral)
        }
        guard !name.contains("/") || name.hasPrefix("/") || folder != nil else {
            result.verdict = .kernel
            result.notes.append("from which folder `\(name)` starts is known only when it runs")
            return
        }
        let decision = programs.decide(CommandCall(program: name, arguments: words), in: folder)
        result.decision = decision
        result.verdict = decision.outcome == .allow ? .allow : .deny
        for case .known(let text) in words { if let note = noteAboutFile(text) { result.notes.append(note) } }
        for mark in run.marks {
            result.notes.append("`\(name)` \(Self.meaning(of: mark))")
        }
    }

    private func judge(_ redirection: ShellRunRedirection, _ run: ShellRun, _ result: inout ProgramDecision) {
        let access: PathAccess
        switch redirection.mode {
        case .read: access = .read
        case .write, .append, .readWrite: access = .write
        case .descriptor, .text: return
        }
        guard let target = redirection.target.known else {
            result.notes.append("a file that it redirects to or from is known only when it runs")
            return
        }
        if DeviceFiles.isHarmless(target) { return }
        let decision: Decision
        if let host = DeviceFiles.network(target) {
            decision = NetworkJudge(rules: network, tool: "Bash").decide(host: host.host, port: host.port)
        } else if target.hasPrefix("/") {
            decision = paths.decide(target, access, key: "command")
        } else if let folder {
            decision = paths.decide("\(folder)/\(target)", access, key: "command")
        } else {
            result.notes.append("from which folder `\(target)` starts is known only when it runs")
            return
        }
        // A denial counts more than what the program itself got.
        if result.decision == nil || decision.outcome == .deny, result.decision?.outcome != .deny {
            result.decision = decision
            result.verdict = decision.outcome == .allow ? (result.verdict == .shell ? .allow : result.verdict) : .deny
        }
    }

    private func title(_ run: ShellRun) -> String {
        let words = run.words.map(\.shown).joined(separator: " ")
        switch run.kind {
        case .program: return words
        case .builtin: return "\(words) (the shell's own)"
        default: return words.isEmpty ? run.title : "\(words) (\(run.title))"
        }
    }

    private static func meaning(of mark: ShellMark) -> String {
        switch mark {
        case .runsText: "runs text"
        case .workspaceCode: "runs what files of the workspace say"
        case .interpreter: "runs code that it is given"
        case .otherProgram: "may run other programs"
        case .privilege: "changes privileges"
        case .network: "talks to the network"
        }
    }
}
