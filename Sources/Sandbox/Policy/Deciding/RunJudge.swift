/// One command of a script, and those inside of it.
struct RunJudge<Host: HostView> {
    let programs: ProgramJudge<Host>
    let paths: PathJudge<Host>
    let network: NetworkRules
    /// Where the script starts.
    let workspace: NormalPath

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
        result.children = run.redirections.compactMap { judge($0, run) } + run.children.map { judge($0) }
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
        // A relative path starts in one folder, or nobody can say which program it is.
        let folders = folders(of: run) ?? []
        let folder = folders.count == 1 ? folders[0] : nil
        guard !name.contains("/") || name.hasPrefix("/") || folder != nil else {
            result.verdict = .kernel
            result.notes.append("from which folder `\(name)` starts is known only when it runs")
            return
        }
        let decision = programs.decide(CommandCall(program: name, arguments: words), in: folder)
        result.decision = decision
        result.verdict = decision.outcome == .allow ? .allow : .deny
        for case .known(let text) in words {
            if let note = noteAboutFile(text, in: folder) { result.notes.append(note) }
        }
        for mark in run.marks {
            result.notes.append("`\(name)` \(Self.meaning(of: mark))")
        }
    }

    private func folders(of run: ShellRun) -> [NormalPath]? {
        run.folder.places?.compactMap { NormalPath($0.hasPrefix("/") ? $0 : "\(workspace)/\($0)") }
    }

    /// nil for what opens no file.
    private func judge(_ redirection: ShellRunRedirection, _ run: ShellRun) -> ProgramDecision? {
        let access: PathAccess
        switch redirection.mode {
        case .read: access = .read
        case .write, .append, .readWrite: access = .write
        case .descriptor, .text: return nil
        }
        if redirection.target.known.map(DeviceFiles.isHarmless) == true { return nil }
        var result = ProgramDecision(
            title: "\(redirection.mode.sign) \(redirection.target.shown)", verdict: .kernel, line: run.start.line,
            column: run.start.column)
        guard let target = redirection.target.known else {
            result.notes.append("a file that it redirects to or from is known only when it runs")
            return result
        }
        if let host = DeviceFiles.network(target) {
            result.decide(NetworkJudge(rules: network, tool: "Bash").decide(host: host.host, port: host.port))
            return result
        }
        let places = target.hasPrefix("/") ? [target] : folders(of: run)?.map { "\($0)/\(target)" } ?? []
        let decisions = places.map { paths.decide($0, access, key: "command") }
        if let first = decisions.first, decisions.allSatisfy({ $0.outcome == first.outcome }) {
            result.decide(first)
        } else {
            result.notes.append("from which folder `\(target)` starts is known only when it runs")
        }
        return result
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

extension ProgramDecision {
    fileprivate mutating func decide(_ decision: Decision) {
        self.decision = decision
        verdict = decision.outcome == .allow ? .allow : .deny
    }
}

extension ShellRunRedirection.Mode {
    fileprivate var sign: String {
        switch self {
        case .read: "<"
        case .write: ">"
        case .append: ">>"
        case .readWrite: "<>"
        case .descriptor, .text: ""
        }
    }
}
