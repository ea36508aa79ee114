internal import CLinux

extension File {
    /// What was at `target` is gone then.
    package static func move(_ path: String, to target: String) throws(SystemError) {
        try systemCall("rename", path) { clinux_rename(path, target) }
    }

    /// A lock between processes, held as long as the descriptor lives; waits for whoever holds it.
    package static func lock(_ path: String) throws(SystemError) -> Descriptor {
        let file = try Descriptor.open(path, [.readWrite, .create, .noFollow])
        let fd = file.raw
        try systemCall("flock", path) { clinux_flock(fd, LOCK_EX) }
        return file
    }

    /// The same without waiting: nil when somebody holds it.
    package static func lockIfFree(_ path: String) throws(SystemError) -> Descriptor? {
        let file = try Descriptor.open(path, [.readWrite, .create, .noFollow])
        let fd = file.raw
        let isHeld = try systemCallOrWait("flock") { clinux_flock(fd, LOCK_EX | LOCK_NB) } == nil
        if isHeld { return nil }
        return file
    }
}

extension Socket {
    /// Connects, reads and writes within the time, or fails.
    package static func connect(toPath path: String, timeout: TimeSpan) throws(SystemError) -> Descriptor {
        let socket = try connect(toPath: path)
        let fd = socket.raw
        try systemCall("setsockopt") { clinux_set_timeout(fd, Int(timeout.milliseconds)) }
        return socket
    }

    /// nil when the peer does not take any of it.
    package static func send(_ fd: Int32, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int? {
        try systemCallOrWait("send") { bytes.withUnsafeBytes { clinux_send(fd, $0.baseAddress, $0.count) } }
    }
}

extension SystemError {
    /// A socket file that nobody listens on.
    package var isConnectionRefused: Bool { code == ECONNREFUSED }
}

extension File {
    /// An empty one.
    package static func removeFolder(_ path: String) throws(SystemError) {
        try systemCall("rmdir", path) { clinux_rmdir(path) }
    }
}
