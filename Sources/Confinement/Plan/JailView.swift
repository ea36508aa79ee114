/// What may be done beneath a mount. Everything is taken away but what is said.
package struct MountRestrictions: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readOnly = MountRestrictions(rawValue: 1)
    package static let noExecution = MountRestrictions(rawValue: 2)
    package static let noSetUser = MountRestrictions(rawValue: 4)
    package static let noDevices = MountRestrictions(rawValue: 8)

    /// Something to look at, and nothing else.
    package static let readable: MountRestrictions = [.readOnly, .noExecution, .noSetUser, .noDevices]
    /// A program, or a library that one maps.
    package static let executable: MountRestrictions = [.readOnly, .noSetUser, .noDevices]
    /// A workspace.
    package static let writable: MountRestrictions = [.noExecution, .noSetUser, .noDevices]
    package static let all: MountRestrictions = [.readOnly, .noExecution, .noSetUser, .noDevices]
}

/// The file that a path led to when the plan was made; another one at its place now ends the start.
package struct ExpectedFile: Sendable, Hashable {
    package let device: UInt64
    package let inode: UInt64

    package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

/// One step of building what the jail sees, on an empty tmpfs, in order. All paths are absolute and hold no symbolic link,
/// `.` or `..`; the parents of a target are made as empty folders where they are missing.
package enum ViewStep: Sendable, Hashable {
    /// A file or folder of the host, with everything mounted beneath.
    case bind(source: String, target: String, MountRestrictions, expected: ExpectedFile?)
    /// An empty file system, bounded; it lives as long as the jail.
    case temporary(path: String, bytes: UInt64, inodes: UInt64)
    case directory(path: String, mode: UInt32)
    case file(path: String, bytes: [UInt8])
    case link(path: String, to: String)
    /// One of the five harmless nodes, by its name in /dev.
    case device(Device)
    /// Mounts a folder on itself, so that it can be neither renamed nor removed.
    case pin(path: String)
    /// What is there stays readable and cannot be changed, renamed or removed.
    case protect(path: String)
    /// What is there is covered by an empty file or folder.
    case cover(path: String)
    /// What is not there yet cannot come to be: a stand-in is made, protected, and taken away when the jail ends. Where
    /// there is something after all, that is protected.
    case reserve(path: String, StandIn)
    /// A folder whose files may be executed, in a tree where others may not: made where it is missing, and taken away when the
    /// jail ends if nothing came into it.
    case provide(path: String)

    package enum Device: String, Sendable, CaseIterable {
        case null
        case zero
        case full
        case random
        case urandom
    }

    package enum StandIn: Sendable, Hashable {
        case folder
        /// Most readers take an empty file for none; git wants "." in `commondir`.
        case file(bytes: [UInt8])
    }
}

/// A fresh tmpfs for every run, gone with it.
package struct FreshFolder: Sendable, Hashable {
    package let path: String
    package let bytes: UInt64
    package let inodes: UInt64
    package let isExecutable: Bool

    package init(path: String, bytes: UInt64, inodes: UInt64, isExecutable: Bool = false) {
        self.path = path
        self.bytes = bytes
        self.inodes = inodes
        self.isExecutable = isExecutable
    }
}
