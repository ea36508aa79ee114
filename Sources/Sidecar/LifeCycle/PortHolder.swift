internal import LinuxSystem

/// Who listens on a port, as far as we may know it.
package struct PortHolder: Sendable, Equatable, CustomStringConvertible {
    /// nil when it belongs to somebody whose descriptors we may not see.
    package let pid: Int32?
    /// The file name of its program.
    package let program: String?
    package let user: UInt32
    /// It runs the same program file as we do.
    package let isSidecar: Bool

    package init(pid: Int32?, program: String?, user: UInt32, isSidecar: Bool) {
        self.pid = pid
        self.program = program
        self.user = user
        self.isSidecar = isSidecar
    }

    package var description: String {
        guard let pid else { return "a process of user \(user) that we may not look into" }
        if isSidecar { return "another sidecar (pid \(pid))" }
        return "\(program ?? "a program") (pid \(pid))"
    }
}

extension PortHolder {
    /// For the message of a port that is taken. A host that is no address has no holder that we could find.
    package static func find(host: String, port: UInt16) -> PortHolder? {
        IPAddress(host).flatMap { find(address: $0.bytes, port: port) }
    }

    package static func find(_ listen: ListenAddress) -> PortHolder? { find(host: listen.host, port: listen.port) }

    /// nil when nobody listens there, or nobody in our network namespace. The address is 4 or 16 bytes.
    package static func find(address: [UInt8], port: UInt16) -> PortHolder? {
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map { (try? File.readText($0)) ?? "" }
        let sockets = tables.flatMap { ListeningSocket.all(in: $0) }
        guard let socket = sockets.first(where: { $0.blocks(address, port: port) }) else { return nil }
        guard let pid = process(owning: socket.inode) else {
            return PortHolder(pid: nil, program: nil, user: socket.user, isSidecar: false)
        }
        let file = try? File.linkTarget("/proc/\(pid)/exe")
        let own = try? File.linkTarget("/proc/self/exe")
        return PortHolder(
            pid: pid, program: program(of: pid, file: file), user: socket.user,
            isSidecar: file != nil && file == own && pid != ProcessInfo.pid)
    }

    /// A socket may be held by several (a parent and its children): the oldest is the one to name.
    private static func process(owning inode: UInt64) -> Int32? {
        let wanted = "socket:[\(inode)]"
        let pids = ((try? Directory.entries("/proc")) ?? []).compactMap { Int32($0) }.sorted()
        return pids.first { pid in
            let folder = "/proc/\(pid)/fd"
            // Processes and descriptors come and go while we look: whatever cannot be read is not it.
            let names = (try? Directory.entries(folder)) ?? []
            return names.contains { (try? File.linkTarget("\(folder)/\($0)")) == wanted }
        }
    }

    private static func program(of pid: Int32, file: String?) -> String? {
        if let name = file?.split(separator: "/").last { return String(name) }
        let name = ((try? File.readText("/proc/\(pid)/comm")) ?? "").prefix { $0 != "\n" }
        return name.isEmpty ? nil : String(name)
    }
}
