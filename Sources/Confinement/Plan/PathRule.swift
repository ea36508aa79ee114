/// What a path may be used for, in groups that mean something to people. Landlock enforces them on top of the view.
package struct PathRights: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readFiles = PathRights(rawValue: 1 << 0)
    package static let listFolders = PathRights(rawValue: 1 << 1)
    package static let execute = PathRights(rawValue: 1 << 2)
    /// Writing into files that are there, and cutting them.
    package static let writeFiles = PathRights(rawValue: 1 << 3)
    /// New files, folders, symbolic links and FIFOs.
    package static let create = PathRights(rawValue: 1 << 4)
    package static let remove = PathRights(rawValue: 1 << 5)
    /// Renaming and linking from one folder to another.
    package static let move = PathRights(rawValue: 1 << 6)
    package static let makeSockets = PathRights(rawValue: 1 << 7)
    package static let controlDevices = PathRights(rawValue: 1 << 8)
    package static let connectSockets = PathRights(rawValue: 1 << 9)

    package static let read: PathRights = [.readFiles, .listFolders]
    package static let change: PathRights = [
        .writeFiles, .create, .remove, .move, .makeSockets, .connectSockets,
    ]
    package static let all: PathRights = [.read, .execute, .change, .controlDevices]

    /// The bits of landlock(7). Device nodes can be made by nobody, so no right of ours names them.
    package var landlock: UInt64 {
        Self.bits.reduce(0) { contains($1.0) ? $0 | $1.1 : $0 }
    }

    private static let bits: [(PathRights, UInt64)] = [
        (.execute, 1 << 0), (.writeFiles, 1 << 1 | 1 << 14), (.readFiles, 1 << 2), (.listFolders, 1 << 3),
        (.remove, 1 << 4 | 1 << 5), (.create, 1 << 7 | 1 << 8 | 1 << 10 | 1 << 12), (.makeSockets, 1 << 9),
        (.move, 1 << 13), (.controlDevices, 1 << 15), (.connectSockets, 1 << 16),
    ]

    /// Those that a file can have; the kernel refuses others on it.
    package static let landlockOfFiles: UInt64 = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15 | 1 << 16
}

/// A file, or a folder with everything beneath. What no rule names is refused.
package struct PathRule: Sendable, Hashable {
    package let path: String
    package let rights: PathRights

    package init(_ path: String, _ rights: PathRights) {
        self.path = path
        self.rights = rights
    }
}
