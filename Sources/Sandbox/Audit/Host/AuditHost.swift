/// What an audit asks about the host, beside what compiling asks.
package protocol AuditHost: PlanHost {
    /// Of the entry itself: a link is a link. nil for what is missing.
    func details(_ path: NormalPath) -> HostFileDetails?
    /// The type of the file system that a path lies on, as mount(8) names it.
    func fileSystem(at path: NormalPath) -> String?
    /// Whether the kernel's calls have one of this name here.
    func knowsSystemCall(_ name: String) -> Bool
}

package struct HostFileDetails: Sendable, Equatable {
    package enum Kind: String, Sendable { case file, folder, link, socket, pipe, device }
    package var kind: Kind
    package var device: UInt64
    package var inode: UInt64
    package var owner: UInt32
    /// Permissions, with the bits for changing user and group, and the sticky one.
    package var mode: UInt32
    /// Names that the file has.
    package var links: Int
    /// capabilities(7) that it gives to whoever runs it.
    package var hasCapabilities: Bool

    package init(
        kind: Kind, device: UInt64 = 1, inode: UInt64, owner: UInt32 = 0, mode: UInt32, links: Int = 1,
        hasCapabilities: Bool = false
    ) {
        self.kind = kind
        self.device = device
        self.inode = inode
        self.owner = owner
        self.mode = mode
        self.links = links
        self.hasCapabilities = hasCapabilities
    }

    var isWritableByAll: Bool { kind != .link && mode & 0o002 != 0 && !(kind == .folder && mode & 0o1000 != 0) }
    var changesUser: Bool { kind == .file && mode & 0o6000 != 0 }
}

/// Any host as one type, so that checks need not be generic.
struct AuditedHost: AuditHost {
    let base: any AuditHost

    func linkTarget(_ path: NormalPath) -> String? { base.linkTarget(path) }
    func kind(_ path: NormalPath) -> HostFileKind? { base.kind(path) }
    func isExecutable(_ path: NormalPath) -> Bool { base.isExecutable(path) }
    func file(_ path: NormalPath) -> HostFile? { base.file(path) }
    func bytes(of path: NormalPath, from offset: Int, count: Int) -> [UInt8]? {
        base.bytes(of: path, from: offset, count: count)
    }
    func entries(of folder: NormalPath) -> [HostEntry]? { base.entries(of: folder) }
    func details(_ path: NormalPath) -> HostFileDetails? { base.details(path) }
    func fileSystem(at path: NormalPath) -> String? { base.fileSystem(at: path) }
    func knowsSystemCall(_ name: String) -> Bool { base.knowsSystemCall(name) }
}
