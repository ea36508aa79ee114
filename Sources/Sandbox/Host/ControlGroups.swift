/// The control groups this process lives in, as far as a jail can use them.
package struct ControlGroups: Sendable, Equatable {
    package enum Version: String, Sendable {
        case none
        case v1
        /// v2 is mounted, but v1 holds some or all of the controllers.
        case hybrid
        case v2
    }
    package var version: Version
    /// Our own v2 group as a folder; nil without v2.
    package var folder: String?
    /// The controllers of that group.
    package var controllers: [String]
    /// May we make groups below our own?
    package var writable: Bool

    package init(version: Version, folder: String? = nil, controllers: [String] = [], writable: Bool = false) {
        self.version = version
        self.folder = folder
        self.controllers = controllers
        self.writable = writable
    }

    /// Can it hold a run's memory and number of processes?
    package var limitsRuns: Bool { writable && controllers.contains("memory") && controllers.contains("pids") }

    package struct Location: Sendable, Equatable {
        package let version: Version
        package let folder: String?
        package init(version: Version, folder: String?) {
            self.version = version
            self.folder = folder
        }
    }

    /// From /proc/self/cgroup (`0::/path` is v2, `4:memory:/path` is v1) and /proc/self/mountinfo.
    package static func locate(groups: String, mounts: String) -> Location {
        var unifiedPath: Substring?
        var hasOldControllers = false
        for line in groups.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            if fields[1].isEmpty {
                if fields[0] == "0" { unifiedPath = fields[2] }
            } else if !fields[1].hasPrefix("name=") {
                hasOldControllers = true
            }
        }
        let mount = MountEntry.all(in: mounts).last { $0.type == "cgroup2" }
        guard let unifiedPath, let mount else {
            return Location(version: hasOldControllers ? .v1 : .none, folder: nil)
        }
        return Location(
            version: hasOldControllers ? .hybrid : .v2, folder: folder(of: unifiedPath, in: mount))
    }

    /// The group's path counts from the root of the hierarchy, of which the mount may show a part only.
    private static func folder(of path: Substring, in mount: MountEntry) -> String {
        var rest = path
        if mount.root != "/" && (path == mount.root || path.hasPrefix(mount.root + "/")) {
            rest = path.dropFirst(mount.root.count)
        }
        return rest.isEmpty || rest == "/" ? mount.point : mount.point + rest
    }
}
