extension PolicyCompiler {
    /// The Bash tool is a shell, whatever `commands` names. A shell adds nothing to what may run: it starts only what is
    /// granted, as the programs that call it do.
    private static var shells: [String] { ["/bin/bash", "/bin/sh"] }
    /// Links that programs are written for, where /usr is one whole.
    private static var usualLinks: [String] { ["/bin", "/sbin", "/lib", "/lib64"] }
    /// Names of files that are mapped as code.
    private static func isLibraryName(_ name: String) -> Bool { name.hasSuffix(".so") || name.contains(".so.") }
    private static var moduleFilesMax: Int { 50_000 }

    mutating func grantPrograms() {
        takeUsualLinks()
        for shell in Self.shells.compactMap({ NormalPath($0) }) { grantUnlimited(shell) }
        for rule in rules.commands.allow { grant(rule) }
        for rule in rules.commands.deny { revoke(rule) }
        // Where all libraries of the host may be mapped, modules need nothing more.
        guard !programs.libraryFolders.allSatisfy(mayBeMapped) else { return }
        for tree in trees.mounts where mayBeMapped(tree.path) && !tree.access.contains(.write) {
            addNeeds(ofFilesIn: tree.path)
        }
    }

    /// Ours, for every tool: no rule names them, so none takes them back.
    mutating func grantOwnPrograms() {
        if settings.ownPrograms.isEmpty { return }
        takeUsualLinks()
        for path in settings.ownPrograms where programs.add(program: path) {
            guard let resolved = host.resolve(path) else { continue }
            unlimited.insert(resolved)
            covered.remove(resolved)
        }
    }

    private mutating func takeUsualLinks() {
        for path in (Self.shells + Self.usualLinks).compactMap({ NormalPath($0) }) {
            for step in host.links(on: path) ?? [] { wayLinks[step.link] = step.target }
        }
    }

    private func mayBeMapped(_ path: NormalPath) -> Bool {
        trees.access(to: path).map { !$0.isDisjoint(with: [.execute, .map]) } ?? false
    }

    private mutating func grant(_ rule: PolicyRule<CommandPattern>) {
        switch rule.value.program {
        case .path(let pattern):
            guard let path = pattern.literal(variables) else { return }
            if let link = changeableLink(on: path) {
                return notes.append(
                    PlanNote(
                        .notEnforced, "\(link) is a link that a run may have laid itself: nothing runs by it", rule))
            }
            if !grant(program: path) { notes.append(PlanNote(.missing, "\(path) is not on this host", rule)) }
        case .name(let name) where name.isLiteral:
            guard let path = host.program(named: name.text) ?? inGrantedFolders(name.text) else {
                return notes.append(PlanNote(.missing, "no program `\(name.text)` is on this host", rule))
            }
            grantEverywhere(name.text, path)
        case .name(let name) where name.text == "*":
            letsEverythingRun = true
            trees.letEverythingReadableRun()
            for folder in TrustedFolders.all { grantReadableFolder(folder) }
        case .name(let name):
            let found = TrustedFolders.all.flatMap { folder in
                (host.entries(of: folder) ?? []).filter { name.matches($0.name) }.map { folder.appending([$0.name]) }
            }
            if found.isEmpty {
                notes.append(PlanNote(.missing, "no program on this host is called `\(name.text)`", rule))
            }
            for path in found { grant(program: path) }
        }
    }

    private mutating func grantUnlimited(_ path: NormalPath) {
        if grant(program: path), let resolved = host.resolve(path) { unlimited.insert(resolved) }
    }

    /// One name may be in more than one of the folders of PATH, by a link that is not on the way to the first.
    private mutating func grantEverywhere(_ name: String, _ first: NormalPath) {
        grant(program: first)
        for path in TrustedFolders.all.map({ $0.appending([name]) })
        where path != first && host.resolve(path) == host.resolve(first) {
            programs.add(program: path)
        }
    }

    /// A toolchain that lies elsewhere: `environment.set.PATH` says where.
    func inGrantedFolders(_ name: String) -> NormalPath? {
        let path = rules.environment.set.last { $0.value.name == "PATH" }?.value.text ?? ""
        return path.split(separator: ":").compactMap { NormalPath(variables.expand(String($0))) }
            .filter { folder in !trees.writable.contains { folder.isBeneath($0) } }
            .map { $0.appending([name]) }.first { host.kind($0) == .file && host.isExecutable($0) }
    }

    private mutating func grantReadableFolder(_ folder: NormalPath) {
        guard let resolved = host.resolve(folder), host.kind(resolved) == .folder else { return }
        for step in host.links(on: folder) ?? [] { wayLinks[step.link] = step.target }
        trees.grant(resolved, .execute)
    }

    @discardableResult
    private mutating func grant(program path: NormalPath) -> Bool {
        guard programs.add(program: path), let resolved = host.resolve(path) else { return false }
        let companions = ProgramCompanions.of(resolved)
        for folder in companions.programFolders { grant(companionFolder: folder, .execute) }
        for folder in companions.moduleFolders { grant(companionFolder: folder, .map) }
        for name in companions.programs {
            if let program = host.program(named: name) { grantEverywhereOnce(name, program) }
        }
        return true
    }

    /// Companions may name each other.
    private mutating func grantEverywhereOnce(_ name: String, _ path: NormalPath) {
        guard let resolved = host.resolve(path) else { return }
        unlimited.insert(resolved)
        guard programs.programs[resolved] == nil else { return }
        grantEverywhere(name, path)
    }

    private mutating func grant(companionFolder text: String, _ access: TreeAccess) {
        guard let pattern = try? PathPattern.parse(text) else { return }
        for folder in expansion.paths(pattern) {
            guard let resolved = host.resolve(folder), host.kind(resolved) == .folder else { continue }
            for step in host.links(on: folder) ?? [] { wayLinks[step.link] = step.target }
            trees.grant(resolved, access)
        }
    }

    /// A denial of a program whatever its arguments: by each of its names, and by the file itself, under whichever name.
    private mutating func revoke(_ rule: PolicyRule<CommandPattern>) {
        // Rules on arguments: `planArguments`.
        if rule.value.limitsArguments { return }
        var files: Set<HostFile> = []
        switch rule.value.program {
        case .path(let pattern):
            if let path = pattern.literal(variables), let file = host.file(path) { files.insert(file) }
        case .name(let name):
            for path in programs.programs.keys where name.matches(path.name) { programs.remove(program: path) }
            let named = name.isLiteral ? host.program(named: name.text) : nil
            if let file = named.flatMap({ host.file($0) }) { files.insert(file) }
        }
        for (path, file) in programs.programs where files.contains(file) { programs.remove(program: path) }
        for path in revocations(rule.value.program) where trees.access(to: path)?.contains(.execute) == true {
            covered.insert(path)
        }
    }

    /// What a denial means in folders whose files may run as they are.
    func revocations(_ program: CommandPattern.Program) -> [NormalPath] {
        switch program {
        case .path(let pattern): pattern.literal(variables).flatMap { host.resolve($0) }.map { [$0] } ?? []
        case .name(let name):
            trees.mounts.filter { $0.access.contains(.execute) && !$0.access.contains(.write) }.flatMap { tree in
                (host.entries(of: tree.path) ?? []).filter { name.matches($0.name) && $0.kind != .folder }
                    .compactMap { host.resolve(tree.path.appending([$0.name])) }
            }
        }
    }

    /// Modules and helpers in folders that are granted as a whole need libraries from elsewhere.
    private mutating func addNeeds(ofFilesIn folder: NormalPath) {
        let runs = trees.access(to: folder)?.contains(.execute) == true
        var pending = [folder]
        var seen = 0
        while let folder = pending.popLast(), seen < Self.moduleFilesMax {
            for entry in host.entries(of: folder) ?? [] {
                seen += 1
                let path = folder.appending([entry.name])
                switch entry.kind {
                case .folder: pending.append(path)
                case .file where Self.isLibraryName(entry.name) || (runs && host.isExecutable(path)):
                    programs.add(needsOfFile: path)
                default: continue
                }
            }
        }
    }

    /// What only shows when all programs are known.
    mutating func noteWhatPrograms() {
        for (script, interpreter) in programs.scripts where !mayRun(interpreter) {
            notes.append(
                PlanNote(.interpreter, "\(script) is a script for \(interpreter), which no rule of `commands` grants"))
        }
        for missing in Set(programs.missingLibraries) {
            notes.append(PlanNote(.library, "\(missing.wantedBy) needs \(missing.name), which was not found"))
        }
    }

    func mayRun(_ path: NormalPath) -> Bool {
        guard let resolved = host.resolve(path) else { return false }
        return programs.programs[resolved] != nil || trees.access(to: resolved)?.contains(.execute) == true
    }
}
