internal import LinuxSystem

/// Files whose change counts. One that was not there has no identity, so that it counts as changed once it is; one that is gone has
/// not changed: editors take it away for a moment.
struct WatchedFiles {
    private(set) var paths: [String]
    private var identities: [String: File.Identity] = [:]

    init(_ paths: [String]) { self.paths = paths }

    /// What changed since it was noted, each once.
    mutating func changed() -> [String] {
        paths.filter { path in
            guard let now = Self.identity(path), now != identities[path] else { return false }
            identities[path] = now
            return true
        }
    }

    /// Before they are read: a change that comes meanwhile is seen at the next look, not missed.
    mutating func note(_ some: [String]) {
        for path in some { identities[path] = Self.identity(path) }
    }

    mutating func watch(_ paths: [String]) { self.paths = paths }

    private static func identity(_ path: String) -> File.Identity? { try? File.status(path).identity }
}
