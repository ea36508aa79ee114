internal import Confinement

/// Trees with exceptions for Landlock, which knows none: what is granted for a folder holds for everything beneath. So a
/// folder with an exception somewhere in it is not granted itself; each of its entries is, but for that one. What is made in
/// such a folder later is granted to nobody, and so nobody can make anything in it.
struct SplitTrees<Host: PlanHost> {
    let host: Host
    private(set) var rules: [NormalPath: PathRights] = [:]
    /// Folders that were to be written, and in which nothing new can be made.
    private(set) var closed: Set<NormalPath> = []

    init(_ host: Host) { self.host = host }

    /// `hidden`: nothing of it is granted. `guarded`: it may be read and run as the tree, and not be changed.
    mutating func grant(_ tree: NormalPath, _ rights: PathRights, hidden: Set<NormalPath>, guarded: Set<NormalPath>) {
        add(tree, rights.subtracting(.change), without: hidden)
        add(tree, rights.intersection(.change), without: hidden.union(guarded))
    }

    private mutating func add(
        _ path: NormalPath, _ rights: PathRights, without exceptions: Set<NormalPath>, isEntry: Bool = false
    ) {
        if rights.isEmpty || exceptions.contains(where: { path.isBeneath($0) }) { return }
        // Rules are about files and not their names: one that has another name elsewhere would be granted there as well.
        if isEntry, let file = host.file(path), file.kind != .folder, file.links > 1 { return }
        let within = exceptions.filter { $0.isBeneath(path) }
        guard !within.isEmpty else { return rules[path, default: []].formUnion(rights) }
        // Names are not contents: they could be had by asking for each anyway, which Landlock does not see.
        if rights.contains(.listFolders) { rules[path, default: []].insert(.listFolders) }
        if !rights.isDisjoint(with: .create) { closed.insert(path) }
        for entry in host.entries(of: path) ?? [] where entry.kind != .link {
            add(path.appending([entry.name]), rights, without: within, isEntry: true)
        }
    }
}
