internal import Confinement

extension PolicyCompiler {
    /// What `deny` takes back from what is granted, as mounts. They hold for a path's ancestors as well, up to the mount
    /// that they lie in: a folder that could be renamed would take the protection along.
    mutating func protections() throws(PlanError) -> [ViewStep] {
        var protections = Protections()
        for rule in rules.filesystem.deny {
            let before = expansion.unfinished.count
            for path in deniedPaths(rule.value.path) { try protect(path, rule, &protections) }
            // Whoever may write could have made it so large.
            if let folder = expansion.unfinished.dropFirst(before).first {
                throw PlanError(
                    "\(folder) holds more folders than can be searched for `\(rule.value.path.text)`; grant a part of it",
                    name: rule.name, place: rule.place)
            }
        }
        for rule in ownRules { try protect(rule.path, rule.rule, &protections) }
        protectGitPointer(&protections)
        for path in covered.sorted(by: { $0.isBefore($1) }) {
            protections.add(.cover(path: path.text), path, within: nil)
        }
        return protections.steps
    }

    private mutating func deniedPaths(_ pattern: PathPattern) -> [NormalPath] {
        let (prefix, rest) = pattern.literalPrefix(variables)
        guard !rest.isEmpty else { return [prefix] + gitTwins(of: prefix) }
        guard pattern.variable == nil, prefix == .root else {
            return ([prefix] + gitTwins(of: prefix)).flatMap { matches(rest, in: $0) }
        }
        // `**/name`: in what the policy opens of people's own files. Nobody keeps secrets in /usr.
        let roots = trees.mounts.map(\.path).filter { root in !Self.systemFolders.contains { root.isBeneath($0) } }
        let found = roots.flatMap { expansion.matches(rest[...], in: $0) }
        // At the root of what may be written, a name can be kept from appearing at all. Not in a folder within it that is a
        // mount of its own, such as the one that a project builds into: that has to be emptied without meeting us.
        guard rest.count == 2, case .literal(let name) = rest[1] else { return found }
        return found + outermostWritable.map { $0.appending([name]) }.filter { !found.contains($0) }
    }

    private var outermostWritable: [NormalPath] {
        let writable = trees.writable.filter { root in !Self.systemFolders.contains { root.isBeneath($0) } }
        return writable.filter { root in !writable.contains { root.isBeneath($0) && root != $0 } }
    }

    /// What is there, and what could come to be: a name of its own in each folder that is there.
    private mutating func matches(_ parts: [PathPattern.Part], in folder: NormalPath) -> [NormalPath] {
        guard parts.count > 1, case .literal(let name)? = parts.last, !parts.contains(.anyDepth) else {
            return expansion.matches(parts[...], in: folder)
        }
        return expansion.matches(parts.dropLast()[...], in: folder).filter { host.kind($0) == .folder }
            .map { $0.appending([name]) }
    }

    private static var systemFolders: [NormalPath] {
        ["/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc", "/opt"].compactMap { NormalPath($0) }
    }

    /// What is denied in the workspace's `.git` is denied where git keeps that in truth.
    private func gitTwins(of path: NormalPath) -> [NormalPath] {
        let folder = variables.workspace.appending([".git"])
        guard let git, path.isBeneath(folder), path != folder else { return [] }
        let twins = git.all.map { $0.appending(path.parts.dropFirst(folder.parts.count)) }
        // The workspace's own data are among those of the worktrees: then it is the others that are meant.
        return twins.flatMap { twin in
            guard git.own.isBeneath(twin) else { return [twin] }
            return (host.entries(of: twin) ?? []).map { twin.appending([$0.name]) }.filter { !git.own.isBeneath($0) }
        }
    }

    /// The file that says where git's data are: who could write it could name other data, whether we believe it or not.
    private mutating func protectGitPointer(_ protections: inout Protections) {
        guard let workspace = host.resolve(variables.workspace), trees.access(to: workspace) != nil else { return }
        let pointer = workspace.appending([".git"])
        guard git != nil || host.kind(pointer) == .file else { return }
        protections.add(.protect(path: pointer.text), pointer, within: workspace)
    }

    private mutating func protect(
        _ path: NormalPath, _ rule: PolicyRule<DeniedPath>, _ protections: inout Protections
    ) throws(PlanError) {
        // Where the parent really is; the last part is what is denied, be it a link or not.
        guard let parent = host.resolve(path.parent), let access = trees.access(to: parent) ?? trees.access(to: path)
        else { return }
        let real = path == .root ? path : parent.appending([path.name])
        let isWritable = access.contains(.write)
        if rule.value.onlyWriting && !isWritable { return }
        let root = trees.mounts.map(\.path).filter { real.isBeneath($0) && $0 != real }.max {
            $0.parts.count < $1.parts.count
        }
        if host.linkTarget(real) != nil {
            guard !isWritable else {
                throw PlanError(
                    "\(real) is a symbolic link, which no mount can protect; put the file or folder itself there, or take the rule away",
                    name: rule.name, place: rule.place)
            }
            guard let target = host.resolve(real), host.kind(target) != nil, trees.access(to: target) != nil else {
                return
            }
            return protections.add(.cover(path: target.text), target, within: nil)
        }
        if !host.isMissing(real) {
            protections.add(
                rule.value.onlyWriting ? .protect(path: real.text) : .cover(path: real.text), real,
                within: isWritable ? root : nil)
        } else if isWritable {
            // The first part that is missing: nothing can come to be beneath what cannot come to be.
            var missing = real
            while host.isMissing(missing.parent), missing.parts.count > 1 { missing = missing.parent }
            guard host.kind(missing.parent) == .folder else { return }
            let standIn = missing == real ? StandIns.of(real.name) : .folder
            protections.add(.reserve(path: missing.text, standIn), missing, within: root)
        }
    }
}

/// Protections by path: one each, the strongest, and each ancestor pinned once.
private struct Protections {
    private var byPath: [NormalPath: ViewStep] = [:]

    mutating func add(_ step: ViewStep, _ path: NormalPath, within root: NormalPath?) {
        byPath[path] = Self.stronger(byPath[path], step)
        guard let root else { return }
        var folder = path.parent
        while folder != root, folder.isBeneath(root) {
            if byPath[folder] == nil { byPath[folder] = .pin(path: folder.text) }
            folder = folder.parent
        }
    }

    /// Outer ones first: what is laid over a folder later would hide what was laid into it before. Nothing is needed
    /// beneath what is covered.
    var steps: [ViewStep] {
        byPath.filter { path, _ in !isHidden(path) }.sorted { $0.key.isBefore($1.key) }.map(\.value)
    }

    private func isHidden(_ path: NormalPath) -> Bool {
        byPath.contains { other, step in
            guard path != other, path.isBeneath(other) else { return false }
            return switch step {
            case .cover, .reserve: true
            case .protect: if case .cover? = byPath[path] { false } else { true }
            default: false
            }
        }
    }

    private static func stronger(_ first: ViewStep?, _ second: ViewStep) -> ViewStep {
        guard let first else { return second }
        return strength(first) >= strength(second) ? first : second
    }

    private static func strength(_ step: ViewStep) -> Int {
        switch step {
        case .pin: 0
        case .protect: 1
        case .reserve: 2
        default: 3
        }
    }
}

/// What stands for a file or folder that must not come to be, by its name: an empty folder, which neither git nor a search takes
/// for anything; an empty file would be in the next commit. What git itself opens is a file.
enum StandIns {
    private static let files: Set<String> = [
        "config", "config.worktree", "commondir", "attributes", "exclude", ".gitmodules", ".gitattributes",
        ".gitignore",
    ]

    static func of(_ name: String) -> ViewStep.StandIn {
        // git reads `commondir` and takes an empty one for a fault; "." means what its absence means.
        if name == "commondir" { return .file(bytes: Array(".\n".utf8)) }
        return files.contains(name) ? .file(bytes: []) : .folder
    }
}
