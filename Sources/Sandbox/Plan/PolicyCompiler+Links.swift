/// Links that a run could have laid itself. `${workspace}/node_modules` that leads to somebody's keys was perhaps put there by
/// the run before: what such a link leads to is granted only where it is granted without it.
extension PolicyCompiler {
    /// What any rule lets be written, by where it really is. More than will be granted, which can only make us more careful.
    mutating func findWritableRoots() {
        for rule in rules.filesystem.write where rule.value.variable != .tmp {
            for path in expansion.paths(rule.value) {
                if let resolved = host.resolve(path) { writableRoots.append(resolved) }
            }
        }
        if let git = GitFolders(of: variables.workspace, host) { writableRoots += git.all }
    }

    /// The first link on the way that lies where a run may write.
    func changeableLink(on path: NormalPath) -> NormalPath? {
        if writableRoots.isEmpty { return nil }
        let links = (host.links(on: path) ?? []).map(\.link)
        return links.first { link in writableRoots.contains { link.parent.isBeneath($0) } }
    }

    /// Once all is granted that needs no such link.
    mutating func grantThroughChangeableLinks() {
        for (path, link, access, rule) in changeable {
            if let target = host.resolve(path), trees.access(to: target)?.isSuperset(of: access) == true { continue }
            notes.append(
                PlanNote(
                    .notEnforced,
                    "\(link) is a link that a run may have laid itself: what it leads to is not granted by `\(rule.value.text)`",
                    rule))
        }
    }
}
