internal import LinuxSystem

/// Where a sidecar in the background writes what it would say on a terminal.
enum ServeLog {
    /// Some weeks of a busy sidecar. Beyond it, the next start begins a new file and keeps this one as `serve.log.1`.
    static let bytesMax = 10 << 20

    /// The path, in a folder that exists.
    static func prepare(_ environment: [String: String]) throws(SystemError) -> String {
        guard let folder = Places.state(environment) else {
            throw SystemError(
                call: "XDG_STATE_HOME and HOME are not set", code: SystemError.notFound, subject: "serve.log")
        }
        try File.makeDirectories(folder)
        let path = "\(folder)/serve.log"
        if let size = try? File.status(path).size, size > bytesMax { try File.move(path, to: path + ".1") }
        return path
    }

    static func open(_ path: String) throws(SystemError) -> Descriptor {
        try Descriptor.open(path, [.writeOnly, .create, .append, .noFollow], mode: 0o600)
    }
}
