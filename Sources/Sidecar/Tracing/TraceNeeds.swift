internal import Confinement
internal import Sandbox

/// A record against a policy made ready: what the command used that its jail does not give, and what would have to stand in
/// the policy for that.
struct TraceNeeds {
    let policy: Policy
    let compiled: CompiledPolicy
    let variables: PolicyVariables
    /// The jail that was recorded in.
    let recording: JailPlan
    let host = SystemHost()

    /// Something that was used and is not granted; `addition` is nil where a rule denies it.
    struct Need {
        let what: String
        let addition: TraceAddition?
        var denial: Decision?
    }

    private var rules: RuleSet { policy.rules(for: ToolName.runningPrograms) }

    // MARK: Programs

    /// In the order in which they ran. A script needs its interpreter as well.
    func program(_ program: TraceRecord.Program) -> [Need] {
        var found: [Need] = []
        let real = host.resolve(program.called)
        if let real, real.text != program.file, let need = file(real, program) { found.append(need) }
        if let path = NormalPath(program.file), let need = file(path, program) { found.append(need) }
        return found
    }

    private func file(_ path: NormalPath, _ program: TraceRecord.Program) -> Need? {
        let isScript = host.resolve(program.called)?.text != program.file
        let words = isScript ? [path.text] : [program.called] + program.words.dropFirst()
        let judge = ProgramJudge(rules: rules, variables: variables, host: host, ownShell: ToolName.shell)
        let decision = judge.decide(CommandCall(words), in: compiled.folder)
        let mayRun = compiled.plan.grants(path, .execute)
        guard !mayRun || (isJudged(path) && decision.outcome == .deny && !program.isCut) else { return nil }
        // A rule that denies is denied by no addition.
        if decision.outcome == .deny, decision.rule != "commands.allow" {
            return Need(what: path.text, addition: nil, denial: decision)
        }
        return Need(what: path.text, addition: addition(path, program, isJudged: mayRun))
    }

    /// Rules on arguments are about it.
    private func isJudged(_ path: NormalPath) -> Bool {
        guard let file = host.file(path) else { return false }
        return compiled.plan.programRules.contains {
            $0.file == ExpectedFile(device: file.device, inode: file.inode) && !$0.allowsOthers
        }
    }

    private func addition(
        _ path: NormalPath, _ program: TraceRecord.Program, isJudged: Bool
    ) -> TraceAddition {
        // What is made in a run has no file yet when the jail is made; its folder has to be named.
        if compiled.plan.grants(path, .create) || recording.grants(path, .create) {
            return TraceAddition(list: .execute, text: path.folderOfPrograms(variables))
        }
        let called = NormalPath(program.called)
        var name = path.shown(variables)
        if let called, TrustedFolders.all.contains(called.parent), host.resolve(called) == path {
            name = called.name
        } else if host.program(named: path.name).flatMap({ host.resolve($0) }) == path {
            name = path.name
        }
        guard isJudged else { return TraceAddition(list: .commands, text: name) }
        let refused = RefusedProgram(program: program.called, arguments: program.words, rule: nil)
        return TraceAddition(list: .commands, text: refused.pattern ?? "\(name) *")
    }

    // MARK: Files

    func file(_ file: TraceRecord.File) -> Need? {
        guard let real = host.resolve(file.path), !isOfJail(real) else { return nil }
        // What is not there without any jail is not missed.
        if file.isMissing, recording.shows(real.parent), recording.shows(real) || host.kind(real) == nil { return nil }
        switch file.use {
        case .read:
            guard host.kind(real) != nil else { return nil }
            return need(real, .read, by: real, .read, .readFiles)
        // A folder is no file without any jail either.
        case .write, .make:
            if !file.isDone, host.kind(real) == .folder, !host.isStandIn(real) { return nil }
            return writing(file, real)
        case .change: return writing(file, real)
        case .run:
            guard file.isMissing || !file.isDone, host.kind(real) == .file, host.isExecutable(real) else { return nil }
            let program = TraceRecord.Program(
                file: real.text, called: file.path, words: [file.path], isCut: true)
            return self.program(program).first
        }
    }

    /// What is there is written to; what is not comes to be in a folder.
    private func writing(_ file: TraceRecord.File, _ real: NormalPath) -> Need? {
        if let need = renewing(real) { return need }
        if file.use == .write, host.kind(real) == .file || file.isDone {
            return need(real, .write, by: real, .write, .writeFiles)
        }
        let folder = existing(host.resolve(file.path.parentPath) ?? real.parent)
        return need(real, .write, by: folder, .write, .create)
    }

    /// A program that a rule names is put into the jail as it is, for nobody to change: who builds it anew is refused.
    private func renewing(_ path: NormalPath) -> Need? {
        let isFixed = compiled.plan.view.contains { step in
            if case .bind(_, path.text, .executable, _) = step { true } else { false }
        }
        guard isFixed, compiled.plan.grants(path.parent, .create) else { return nil }
        let rule = rules.commands.allow.first { rule in
            guard case .path(let pattern) = rule.value.program else { return false }
            return NormalPath(variables.expand(pattern.text)) == path
        }
        let reason =
            "\(path) is written to, and a program that `commands.allow` names is read-only in the jail; "
            + "name its folder in `filesystem.execute` instead"
        let decision = Decision(.deny, rule: rule?.name ?? "commands.allow", place: rule?.place, reason: reason)
        return Need(what: path.text, addition: nil, denial: decision)
    }

    private func need(
        _ path: NormalPath, _ access: PathAccess, by granted: NormalPath, _ list: TraceAddition.List,
        _ right: PathRights
    ) -> Need? {
        let judge = PathJudge(rules: rules.filesystem, variables: variables, host: host)
        let decision = judge.decide(path.text, access, key: "path")
        if decision.outcome == .deny, decision.rule.contains("deny[") {
            return Need(what: path.text, addition: nil, denial: decision)
        }
        if compiled.plan.grants(granted, right) { return nil }
        if access == .read, host.kind(granted) == .folder, compiled.plan.shows(granted) { return nil }
        return Need(what: path.text, addition: TraceAddition(list: list, text: granted.shown(variables)))
    }

    private func existing(_ folder: NormalPath) -> NormalPath {
        var folder = folder
        while folder != .root, host.kind(folder) != .folder { folder = folder.parent }
        return folder
    }

    /// Its own, whatever the policy says.
    private func isOfJail(_ path: NormalPath) -> Bool {
        if [["proc"], ["dev"], ["sys"]].contains(path.parts.prefix(1).map { $0 }) { return true }
        let fresh = compiled.plan.freshFolders.map(\.path) + recording.freshFolders.map(\.path)
        return fresh.contains { NormalPath($0).map { path.isBeneath($0) } == true }
            && !path.isBeneath(variables.workspace) && !path.isBeneath(variables.home)
    }
}

extension JailPlan {
    /// Whether its rules let a path be used like that.
    func grants(_ path: NormalPath, _ right: PathRights) -> Bool {
        rules.contains { rule in
            rule.rights.isSuperset(of: right) && NormalPath(rule.path).map { path.isBeneath($0) } == true
        }
    }

    /// Whether its view has the path, if only on the way to something else.
    func shows(_ path: NormalPath) -> Bool {
        rules.contains { rule in
            NormalPath(rule.path).map { path.isBeneath($0) || $0.isBeneath(path) } == true
        }
    }
}

extension String {
    /// Without its last name.
    fileprivate var parentPath: String {
        let trimmed = hasSuffix("/") ? String(dropLast()) : self
        let end = trimmed.lastIndex(of: "/") ?? trimmed.startIndex
        return end == trimmed.startIndex ? "/" : String(trimmed[..<end])
    }
}
