internal import CLinux

/// A file descriptor with one owner. It cannot be copied, so it cannot be closed twice; the end of its life closes it.
package struct Descriptor: ~Copyable, Sendable {
    /// Borrowed: never close it, and never keep it longer than this value.
    package let raw: Int32

    package init(owning raw: Int32) {
        precondition(raw >= 0, "a descriptor is not negative")
        self.raw = raw
    }

    deinit {
        // Linux frees the descriptor even when close reports an error, so there is nothing to try again.
        _ = clinux_close(raw)
    }

    /// Gives up ownership to somebody who closes it elsewhere.
    package consuming func release() -> Int32 {
        let raw = self.raw
        discard self
        return raw
    }
}

extension Descriptor {
    package static func open(_ path: String, _ flags: OpenFlags, mode: UInt32 = 0o600) throws(SystemError) -> Descriptor
    {
        Descriptor(
            owning: Int32(
                try systemCall("open", path) { clinux_open(path, flags.rawValue | O_CLOEXEC, mode) }))
    }

    package static func pipe() throws(SystemError) -> Pipe {
        var pair: [Int32] = [0, 0]
        try systemCall("pipe2") { pair.withUnsafeMutableBufferPointer { clinux_pipe2($0.baseAddress!, O_CLOEXEC) } }
        return Pipe(reading: Descriptor(owning: pair[0]), writing: Descriptor(owning: pair[1]))
    }

    /// Whether a number means anything, for those that are given numbers.
    package static func isOpen(_ fd: Int32) -> Bool { clinux_is_open(fd) != 0 }

    package borrowing func makeNonblocking() throws(SystemError) {
        let fd = raw
        try systemCall("fcntl") { clinux_set_nonblocking(fd) }
    }

    /// So much fits into a pipe at once, unless the user has too many such already.
    package borrowing func widenPipe(to bytes: Int) throws(SystemError) {
        let fd = raw
        try systemCall("fcntl") { clinux_set_pipe_size(fd, Int32(bytes)) }
    }

    /// nil when nothing is there yet; 0 at the end.
    package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
        let fd = raw
        return try systemCallOrWait("read") { clinux_read(fd, buffer.baseAddress, buffer.count) }
    }

    /// nil when the other side is not ready.
    package borrowing func write(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> Int? {
        let fd = raw
        return try systemCallOrWait("write") { clinux_write(fd, buffer.baseAddress, buffer.count) }
    }

    /// For blocking descriptors: all of it, or an error.
    package borrowing func writeAll(_ bytes: some Collection<UInt8>) throws(SystemError) {
        let copy = Array(bytes)
        let fd = raw
        var offset = 0
        while offset < copy.count {
            offset += try systemCall("write") {
                copy.withUnsafeBytes { clinux_write(fd, $0.baseAddress! + offset, copy.count - offset) }
            }
        }
    }

    package borrowing func synchronize() throws(SystemError) {
        let fd = raw
        try systemCall("fsync") { clinux_fsync(fd) }
    }

    /// All that was written to the file system that it is on.
    package borrowing func synchronizeFileSystem() throws(SystemError) {
        let fd = raw
        try systemCall("syncfs") { clinux_syncfs(fd) }
    }

    /// False when somebody else holds the lock.
    package borrowing func tryLockExclusively() throws(SystemError) -> Bool {
        let fd = raw
        return try systemCallOrWait("flock") { clinux_flock(fd, LOCK_EX | LOCK_NB) } != nil
    }

    package borrowing func unlock() throws(SystemError) {
        let fd = raw
        try systemCall("flock") { clinux_flock(fd, LOCK_UN) }
    }
}

package struct Pipe: ~Copyable {
    package var reading: Descriptor
    package var writing: Descriptor
}

package struct OpenFlags: OptionSet, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let readOnly = OpenFlags([])
    package static let writeOnly = OpenFlags(rawValue: O_WRONLY)
    package static let readWrite = OpenFlags(rawValue: O_RDWR)
    package static let create = OpenFlags(rawValue: O_CREAT)
    package static let exclusive = OpenFlags(rawValue: O_EXCL)
    package static let truncate = OpenFlags(rawValue: O_TRUNC)
    package static let append = OpenFlags(rawValue: O_APPEND)
    package static let nonblocking = OpenFlags(rawValue: O_NONBLOCK)
    package static let noFollow = OpenFlags(rawValue: O_NOFOLLOW)
    package static let directory = OpenFlags(rawValue: O_DIRECTORY)
}
