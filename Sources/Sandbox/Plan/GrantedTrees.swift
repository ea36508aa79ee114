internal import Confinement

/// What may be done beneath a path of the view.
struct TreeAccess: OptionSet, Sendable, Hashable {
    let rawValue: UInt8
    static let read = TreeAccess(rawValue: 1)
    static let write = TreeAccess(rawValue: 2)
    /// Files may be executed.
    static let execute = TreeAccess(rawValue: 4)
    /// Files may be mapped as code by programs that are granted; they cannot be executed themselves.
    static let map = TreeAccess(rawValue: 8)

    var restrictions: MountRestrictions {
        var result: MountRestrictions = [.noSetUser, .noDevices]
        if !contains(.write) { result.insert(.readOnly) }
        if isDisjoint(with: [.execute, .map]) { result.insert(.noExecution) }
        return result
    }

    var rights: PathRights {
        var result: PathRights = .read
        if contains(.write) { result.formUnion(.change) }
        if contains(.execute) { result.insert(.execute) }
        return result
    }
}

/// Folders and files of the host that the view shows, by where they really are. What is granted for one holds for all
/// beneath it.
struct GrantedTrees {
    private var own: [NormalPath: TreeAccess] = [:]

    mutating func grant(_ path: NormalPath, _ access: TreeAccess) {
        // All of them let their files be read.
        own[path, default: []].formUnion(access.union(.read))
    }

    /// nil where nothing is granted.
    func access(to path: NormalPath) -> TreeAccess? {
        var result: TreeAccess?
        for (tree, access) in own where path.isBeneath(tree) { result = (result ?? []).union(access) }
        return result
    }

    /// Whether it is granted, or on the way to something that is.
    func shows(_ path: NormalPath) -> Bool { own.keys.contains { path.isBeneath($0) || $0.isBeneath(path) } }

    /// The innermost tree around a path, itself included.
    func tree(around path: NormalPath) -> NormalPath? {
        own.keys.filter { path.isBeneath($0) }.max { $0.parts.count < $1.parts.count }
    }

    /// Those that have to be mounted, outer ones first: not what is as the tree around it.
    var mounts: [(path: NormalPath, access: TreeAccess)] {
        own.keys.sorted { $0.isBefore($1) }.compactMap { path in
            let all = access(to: path) ?? []
            let around = path == .root ? nil : access(to: path.parent)
            return all == around ? nil : (path, all)
        }
    }

    var writable: [NormalPath] { mounts.filter { $0.access.contains(.write) }.map(\.path) }

    /// Gives what is only read the right to run: for a policy that lets every program run.
    mutating func letEverythingReadableRun() {
        for (path, access) in own where !access.contains(.write) { own[path] = access.union(.execute) }
    }
}

extension NormalPath {
    /// Outer ones first, then by name: an order that is the same in each run.
    func isBefore(_ other: NormalPath) -> Bool {
        parts.count == other.parts.count ? text < other.text : parts.count < other.parts.count
    }
}
