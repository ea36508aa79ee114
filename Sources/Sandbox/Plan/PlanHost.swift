/// What compiling a policy asks about the host, beside what deciding asks.
package protocol PlanHost: HostView {
    /// Links followed; nil for what is missing.
    func file(_ path: NormalPath) -> HostFile?
    /// `count` bytes, or as many as there are from `offset` on; nil when they cannot be read.
    func bytes(of path: NormalPath, from offset: Int, count: Int) -> [UInt8]?
    /// What is in a folder, by name; nil when it cannot be listed.
    func entries(of folder: NormalPath) -> [HostEntry]?
    /// Whether it is nothing but what a jail put in the place of something that is not there, and is as the jail left it.
    func isStandIn(_ path: NormalPath) -> Bool
}

/// Which file a path led to. A file that is written or replaced is another one.
package struct HostFile: Sendable, Hashable {
    package var kind: HostFileKind
    package var device: UInt64
    package var inode: UInt64
    package var size: Int
    package var modifiedNanoseconds: Int
    /// Of the last change in any way, which nobody can set back.
    package var changedNanoseconds: Int
    package var owner: UInt32
    package var group: UInt32
    package var mode: UInt32
    /// How many names it has.
    package var links = 1

    package init(
        kind: HostFileKind, device: UInt64, inode: UInt64, size: Int, modifiedNanoseconds: Int,
        changedNanoseconds: Int, owner: UInt32, group: UInt32, mode: UInt32
    ) {
        self.kind = kind
        self.device = device
        self.inode = inode
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
        self.changedNanoseconds = changedNanoseconds
        self.owner = owner
        self.group = group
        self.mode = mode
    }
}

package struct HostEntry: Sendable, Equatable {
    package enum Kind: Sendable { case file, folder, link, other }
    package let name: String
    package let kind: Kind

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

extension PlanHost {
    package func isStandIn(_ path: NormalPath) -> Bool { false }

    /// Nothing of the user's is there.
    func isMissing(_ path: NormalPath) -> Bool { kind(path) == nil || isStandIn(path) }

    /// The links on the way that a path takes, each with where it leads; nil for a circle.
    func links(on path: NormalPath) -> [(link: NormalPath, target: String)]? {
        var found: [(link: NormalPath, target: String)] = []
        let end = resolve(path, passing: { found.append(($0, $1)) })
        return end == nil ? nil : found
    }
}
