internal import Confinement

extension PolicyCompiler {
    /// What nobody reads for its own sake, mounted by the jail itself.
    private static var ownOfJail: Set<String> { ["proc", "sys", "dev"] }

    mutating func grantTrees() {
        findWritableRoots()
        for rule in rules.filesystem.read { grant(rule, .read) }
        for rule in rules.filesystem.write { grant(rule, .write) }
        for rule in rules.filesystem.execute { grant(rule, .execute) }
        grantGitFolders()
        grantThroughChangeableLinks()
    }

    private mutating func grant(_ rule: PolicyRule<PathPattern>, _ access: TreeAccess) {
        if rule.value.variable == .tmp {
            // The run's own is made for it, with this as its rights; of folders in it there are those that may run.
            let path = rule.value.literal(variables)
            guard access == .execute, let path, path != variables.tmp else {
                return tmpAccess.formUnion(access.union(.read))
            }
            return executableTmp.append(path)
        }
        let found = expansion.paths(rule.value)
        if found.isEmpty { notes.append(PlanNote(.missing, "`\(rule.value.text)` matches nothing on this host", rule)) }
        for path in found { grant(path, access, rule) }
    }

    private mutating func grant(_ path: NormalPath, _ access: TreeAccess, _ rule: PolicyRule<PathPattern>) {
        if let link = changeableLink(on: path) { return changeable.append((path, link, access, rule)) }
        guard let resolved = host.resolve(path), host.kind(resolved) != nil else {
            if access == .execute, rule.value.makesFolder, provide(path) { return }
            notes.append(PlanNote(.missing, "\(path) is not on this host", rule))
            return
        }
        // What a jail made, and could not take away: as if it were not there.
        if access == .execute, rule.value.makesFolder, host.isStandIn(resolved), provide(path) { return }
        // The way there has to be in the view as well, with its links.
        for step in host.links(on: path) ?? [] { wayLinks[step.link] = step.target }
        guard resolved == .root else { return trees.grant(resolved, access) }
        for entry in host.entries(of: .root) ?? [] where !Self.ownOfJail.contains(entry.name) {
            grant(NormalPath.root.appending([entry.name]), access, rule)
        }
    }

    /// Only in a tree that may be written, and in a folder that is there.
    private mutating func provide(_ path: NormalPath) -> Bool {
        guard let parent = host.resolve(path.parent), host.kind(parent) == .folder,
            trees.access(to: parent)?.contains(.write) == true
        else { return false }
        provided.append(parent.appending([path.name]))
        return true
    }

    private mutating func grantGitFolders() {
        guard let access = trees.access(to: variables.workspace), let git = GitFolders(of: variables.workspace, host)
        else {
            return
        }
        self.git = git
        for folder in git.all { trees.grant(folder, access.intersection([.read, .write])) }
        notes.append(
            PlanNote(
                .git,
                "git keeps this workspace's data in \(git.all.map(\.text).joined(separator: " and ")); they are part of it"
            ))
    }

    /// Trees and fresh folders as Landlock is to see them.
    var pathRules: [PathRule] {
        var result = trees.mounts.map { PathRule($0.path.text, $0.access.rights) }
        result += provided.map { PathRule($0.text, [.read, .change, .execute]) }
        for path in programs.programs.keys.sorted(by: { $0.isBefore($1) })
        where trees.access(to: path)?.contains(.execute) != true {
            result.append(PathRule(path.text, [.readFiles, .execute]))
        }
        for path in programs.libraries.keys.sorted(by: { $0.isBefore($1) })
        where trees.access(to: path)?.contains(.execute) != true {
            result.append(PathRule(path.text, programs.loaders.contains(path) ? [.readFiles, .execute] : .readFiles))
        }
        for folder in emptied where trees.access(to: folder) == nil { result.append(PathRule(folder.text, .read)) }
        for device in ViewStep.Device.allCases {
            result.append(PathRule("/dev/\(device.rawValue)", [.readFiles, .writeFiles]))
        }
        result.append(PathRule("/proc", .read))
        for file in ownFiles where trees.access(to: file.path) == nil {
            result.append(PathRule(file.path.text, .readFiles))
        }
        for folder in freshFolders {
            let rights = tmpAccess.rights
            result.append(PathRule(folder.path, folder.isExecutable ? rights.union(.execute) : rights))
        }
        return result
    }

    var freshFolders: [FreshFolder] {
        if tmpAccess.isEmpty { return [] }
        func folder(_ path: String, runs: Bool) -> FreshFolder {
            FreshFolder(
                path: path, bytes: settings.temporaryBytes, inodes: settings.temporaryFiles, isExecutable: runs)
        }
        // Among others `${tmp}` is the jail's own, and /dev/shm is everybody's.
        let shared = isAmongOthers ? [] : [folder("/dev/shm", runs: false)]
        return [folder(variables.tmp.text, runs: tmpAccess.contains(.execute))] + shared
            + executableTmp.map { folder($0.text, runs: true) }
    }
}
