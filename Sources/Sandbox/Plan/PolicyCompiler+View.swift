internal import Confinement

extension PolicyCompiler {
    private static var emptiedBytes: UInt64 { 1 << 20 }
    private static var emptiedFiles: UInt64 { 8192 }

    /// A folder on PATH that is only readable as part of a larger tree shows nothing but the programs that are granted:
    /// what is not there cannot be copied to where it could run.
    mutating func emptyProgramFolders() {
        guard !letsEverythingRun else { return }
        for folder in TrustedFolders.all {
            guard let resolved = host.resolve(folder), host.kind(resolved) == .folder, !emptied.contains(resolved),
                let access = trees.access(to: resolved), access.isDisjoint(with: [.write, .execute]),
                trees.tree(around: resolved) != resolved
            else { continue }
            emptied.append(resolved)
        }
    }

    /// In the order in which it is built: what lies further in comes later.
    mutating func view() throws(PlanError) -> [ViewStep] {
        var steps: [ViewStep] = trees.mounts.map { mount in
            .bind(
                source: mount.path.text, target: mount.path.text, mount.access.restrictions,
                expected: expected(mount.path))
        }
        for folder in emptied {
            steps.append(.temporary(path: folder.text, bytes: Self.emptiedBytes, inodes: Self.emptiedFiles))
        }
        steps += executables
        for file in ownFiles where trees.access(to: file.path) == nil {
            steps.append(.file(path: file.path.text, bytes: Array(file.text.utf8)))
        }
        steps += links
        for device in ViewStep.Device.allCases { steps.append(.device(device)) }
        for (name, target) in [("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")] {
            steps.append(.link(path: "/dev/\(name)", to: target))
        }
        return steps + (try protections())
    }

    private var executables: [ViewStep] {
        let files = programs.programs.merging(programs.libraries) { first, _ in first }
        return files.sorted { $0.key.isBefore($1.key) }.compactMap { path, file in
            let access = isEmptied(path.parent) ? nil : trees.access(to: path)
            guard access?.isDisjoint(with: [.execute, .map]) ?? true else { return nil }
            return .bind(
                source: path.text, target: path.text, .executable,
                expected: ExpectedFile(device: file.device, inode: file.inode))
        }
    }

    /// Only where the view is ours: the links of a folder of the host's are in it already.
    private var links: [ViewStep] {
        wayLinks.merging(programs.links) { first, _ in first }.sorted { $0.key.isBefore($1.key) }
            .filter { link in isOurs(link.key.parent) && !hasLinkAbove(link.key) }
            .map { .link(path: $0.key.text, to: $0.value) }
    }

    private func isOurs(_ folder: NormalPath) -> Bool { isEmptied(folder) || trees.access(to: folder) == nil }

    private func isEmptied(_ folder: NormalPath) -> Bool {
        guard let inner = emptied.filter({ folder.isBeneath($0) }).max(by: { $0.parts.count < $1.parts.count }) else {
            return false
        }
        // A tree that is granted by itself further in is the host's again.
        return trees.tree(around: folder).map { !($0.isBeneath(inner) && $0 != inner) } ?? true
    }

    /// `/bin/sh` is no place for a link where `/bin` is one itself.
    private func hasLinkAbove(_ path: NormalPath) -> Bool {
        var folder = path.parent
        while folder != .root {
            if wayLinks[folder] != nil || programs.links[folder] != nil { return true }
            folder = folder.parent
        }
        return false
    }

    private func expected(_ path: NormalPath) -> ExpectedFile? {
        host.file(path).map { ExpectedFile(device: $0.device, inode: $0.inode) }
    }

    /// Small files that programs look for, where the host's are not granted.
    var ownFiles: [(path: NormalPath, text: String)] {
        let user = JailPlan.User()
        let files = [
            ("/etc/passwd", "sidecar:x:\(user.inside):\(user.insideGroup)::\(variables.tmp):/bin/sh\n"),
            ("/etc/group", "sidecar:x:\(user.insideGroup):\n"),
            ("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"),
            ("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
        ]
        return files.compactMap { path, text in NormalPath(path).map { ($0, text) } }
    }
}
