internal import LinuxSystem

/// The socket that commands reach a running sidecar by: where it is, whose turn it is to have which name.
///
/// The first sidecar of a user has `control.sock`; those beside it are `control-PORT.sock`. The file alone says nothing:
/// one that is killed leaves it behind, so whoever comes next asks whether somebody listens.
struct ControlSocket: ~Copyable {
    let path: String
    /// Another sidecar has the usual name.
    let isSecond: Bool
    private let listener: Descriptor
    private let identity: File.Identity?

    static let name = "control.sock"
    static func name(port: UInt16) -> String { "control-\(port).sock" }
    static func isName(_ name: String) -> Bool { name.hasPrefix("control") && name.hasSuffix(".sock") }

    /// Takes a name in `folder` and listens there.
    static func claim(in folder: String, port: UInt16) throws(SystemError) -> ControlSocket {
        // Two that start at once would both find the other's file without a listener, and remove it.
        let lock = try File.lock("\(folder)/lock")
        defer { withExtendedLifetime(lock) {} }
        try removeStale(in: folder)
        let isSecond = File.exists("\(folder)/\(name)")
        return try ControlSocket(path: "\(folder)/\(isSecond ? name(port: port) : name)", isSecond: isSecond)
    }

    private init(path: String, isSecond: Bool) throws(SystemError) {
        let listener = try Socket.listen(onPath: path)
        try listener.makeNonblocking()
        self.listener = listener
        self.path = path
        self.isSecond = isSecond
        identity = try? File.status(path).identity
    }

    var removal: Removal { Removal(path: path, identity: identity) }

    /// For the server, which owns it from then on.
    consuming func takeListener() -> Descriptor { listener }

    /// How the file goes when the sidecar ends.
    struct Removal: Sendable {
        let path: String
        fileprivate let identity: File.Identity?

        /// Only our own: it may have been replaced meanwhile.
        func run() {
            if let identity, (try? File.status(path).identity) == identity { try? File.remove(path) }
        }
    }

    /// Files of sidecars that were killed.
    private static func removeStale(in folder: String) throws(SystemError) {
        for name in try Directory.entries(folder) where isName(name) && !isAlive("\(folder)/\(name)") {
            try? File.remove("\(folder)/\(name)")
        }
    }

    /// Whatever is not plainly refused counts as alive: a file too many costs less than a sidecar out of reach.
    static func isAlive(_ path: String) -> Bool {
        do throws(SystemError) {
            _ = try Socket.connect(toPath: path)
            return true
        } catch {
            return !error.isConnectionRefused
        }
    }
}
