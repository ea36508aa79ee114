internal import Confinement

/// The plan for a host that gives no namespaces: rules about the host's own files, and no view.
extension PolicyCompiler {
    /// What the rules are about, each by the file that it is.
    var claims: [ViewStep] {
        let files = programs.programs.merging(programs.libraries) { first, _ in first }
        return (trees.mounts.map(\.path) + files.keys.sorted { $0.isBefore($1) }).compactMap { path in
            host.file(path).map {
                .bind(
                    source: path.text, target: path.text, .all,
                    expected: ExpectedFile(device: $0.device, inode: $0.inode))
            }
        }
    }

    mutating func rulesAmongOthers() throws(PlanError) -> [PathRule] {
        var (hidden, guarded) = (Set<NormalPath>(), Set<NormalPath>())
        for step in try protections() {
            switch step {
            case .protect(let path): NormalPath(path).map { _ = guarded.insert($0) }
            case .cover(let path), .reserve(let path, _): NormalPath(path).map { _ = hidden.insert($0) }
            default: break
            }
        }
        var split = SplitTrees(host)
        for mount in trees.mounts {
            // A tree that is granted within a folder of programs is no part of that.
            let folders = programFolders.filter { $0 == mount.path || !mount.path.isBeneath($0) }
            split.grant(mount.path, mount.access.rights, hidden: hidden.union(folders), guarded: guarded)
        }
        noteClosed(split.closed)
        var rules = split.rules
        for path in programs.programs.keys where !hidden.contains(where: { path.isBeneath($0) }) {
            rules[path, default: []].formUnion([.readFiles, .execute])
        }
        for path in programs.libraries.keys where !hidden.contains(where: { path.isBeneath($0) }) {
            rules[path, default: []].formUnion(programs.loaders.contains(path) ? [.readFiles, .execute] : .readFiles)
        }
        for device in ViewStep.Device.allCases {
            rules[NormalPath(parts: ["dev", device.rawValue]), default: []].formUnion([.readFiles, .writeFiles])
        }
        for folder in freshFolders {
            guard let path = NormalPath(folder.path) else { continue }
            rules[path, default: []].formUnion(
                folder.isExecutable ? tmpAccess.rights.union(.execute) : tmpAccess.rights)
        }
        if rules.count > WireLimits.rules {
            throw PlanError(
                "what is denied lies in folders of too many entries (\(rules.count) rules) for a host without namespaces; "
                    + "see `sidecar doctor`", name: "filesystem.deny")
        }
        return rules.sorted { $0.key.isBefore($1.key) }.map { PathRule($0.key.text, $0.value) }
    }

    /// Folders on PATH show the programs that are granted and no others, also where the policy lets the folder itself be read: what
    /// can be read can be loaded here.
    private var programFolders: [NormalPath] {
        TrustedFolders.all.compactMap { host.resolve($0) }.filter {
            host.kind($0) == .folder && trees.access(to: $0)?.isDisjoint(with: [.write, .execute]) == true
        }
    }

    private mutating func noteClosed(_ folders: Set<NormalPath>) {
        if folders.isEmpty { return }
        let names = folders.sorted { $0.isBefore($1) }
        let shown = names.prefix(4).map(\.text).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
        notes.append(
            PlanNote(
                .rung,
                "this host gives no namespaces, so nothing new can be made in \(shown): what is denied there could not be "
                    + "kept from it otherwise", name: "filesystem.deny"))
    }

    mutating func noteLost() {
        notes.append(PlanNote(.rung, "this host gives no namespaces; lost: \(Rung.landlockAndSeccomp.lost ?? "")"))
        if !rules.network.allow.isEmpty {
            notes.append(
                PlanNote(.rung, "this host gives no network of its own to a jail, so none is reached", name: "network"))
        }
        for folder in provided {
            notes.append(PlanNote(.rung, "\(folder) is not there, and cannot be made for a jail without namespaces"))
        }
    }

    /// Root's files cannot be handed to another user without mounts.
    func checkOwner(_ user: JailPlan.User) throws(PlanError) {
        let workspace = host.resolve(variables.workspace) ?? variables.workspace
        guard user.exchanged.contains(workspace.text) else { return }
        throw PlanError(
            "\(workspace) is for root alone, tools never run as root, and on this host no jail can hand it to another user; "
                + "start sidecar as an ordinary user, or give the workspace to one (chown)")
    }
}
