internal import CLinux
internal import Synchronization

/// Whole small files: configuration, scripts, /proc. Anything large or hostile is read elsewhere.
package enum File {
    /// More than any configuration file; a guard against `--config /dev/zero`.
    package static let wholeFileBytesMax = 64 << 20

    package struct Status: Sendable, Equatable {
        package enum Kind: Sendable { case regular, directory, other }
        package let kind: Kind
        package let size: Int
        package let mode: UInt32
        package let owner: UInt32
        package let group: UInt32
        /// How many names it has.
        package let links: Int
        /// Changes whenever the file is replaced or written.
        package let identity: Identity
        /// Of the last change to it in any way, its times among it. Nobody can set this.
        package let changedNanoseconds: Int
    }

    package struct Identity: Sendable, Equatable {
        package let device: UInt64
        package let inode: UInt64
        let size: Int
        package let modifiedSeconds: Int
        package let modifiedNanoseconds: Int
    }

    package static func status(_ path: String) throws(SystemError) -> Status {
        var raw = stat()
        try systemCall("stat", path) { clinux_stat(path, &raw) }
        let kind: Status.Kind =
            switch Int32(raw.st_mode) & S_IFMT {
            case Int32(S_IFREG): .regular
            case Int32(S_IFDIR): .directory
            default: .other
            }
        return Status(
            kind: kind, size: Int(raw.st_size), mode: raw.st_mode & 0o7777, owner: raw.st_uid,
            group: raw.st_gid, links: Int(raw.st_nlink),
            identity: Identity(
                device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino), size: Int(raw.st_size),
                modifiedSeconds: raw.st_mtim.tv_sec, modifiedNanoseconds: raw.st_mtim.tv_nsec),
            changedNanoseconds: raw.st_ctim.tv_sec &* 1_000_000_000 &+ raw.st_ctim.tv_nsec)
    }

    package static func exists(_ path: String) -> Bool { clinux_access(path, F_OK) == 0 }
    package static func isExecutable(_ path: String) -> Bool { clinux_access(path, X_OK) == 0 }

    /// Opened without waiting, so a FIFO does not hold us.
    package static func read(_ path: String, limit: Int = wholeFileBytesMax) throws(SystemError) -> [UInt8] {
        let file = try Descriptor.open(path, [.readOnly, .nonblocking])
        let fd = file.raw
        var bytes: [UInt8] = []
        // One buffer for all pieces: /proc gives a page a call, and to clear new room for each costs more than the call.
        let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: pieceBytes)
        defer { piece.deallocate() }
        while true {
            let count = try systemCall("read", path) { clinux_read(fd, piece.baseAddress, piece.count) }
            if count == 0 { return bytes }
            if bytes.count + count > limit { throw SystemError(call: "read", code: EFBIG, subject: path) }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: piece[..<count]))
        }
    }

    /// `count` bytes from `offset` on, or as many as there are.
    package static func read(_ path: String, from offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= .max - count else {
            throw SystemError(call: "read", code: EINVAL, subject: path)
        }
        return try Descriptor.open(path, [.readOnly, .nonblocking]).read(offset..<offset + count)
    }

    /// What one call reads: most files that are read whole fit.
    private static let pieceBytes = 64 << 10

    package static func readText(_ path: String) throws(SystemError) -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    /// All or nothing: a reader sees the old file or the new one.
    package static func writeAtomically(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws(SystemError) {
        // A name of its own for every write: two threads may write the same file, and neither may touch what the other
        // has begun.
        let number = temporaryNumber.wrappingAdd(1, ordering: .relaxed).newValue
        let temporary = "\(path).\(ProcessInfo.pid).\(number).tmp"
        // Whatever has that name was left behind by a process of our number that is gone.
        _ = clinux_unlink(temporary)
        let file = try Descriptor.open(temporary, [.writeOnly, .create, .exclusive, .noFollow], mode: mode)
        do {
            try file.writeAll(bytes)
            try file.synchronize()
            try systemCall("rename", path) { clinux_rename(temporary, path) }
        } catch {
            _ = clinux_unlink(temporary)
            throw error
        }
    }

    private static let temporaryNumber = Atomic<Int>(0)

    package static func remove(_ path: String) throws(SystemError) {
        try systemCall("unlink", path) { clinux_unlink(path) }
    }

    /// Makes the folder and those above it, for their owner alone.
    package static func makeDirectories(_ path: String) throws(SystemError) {
        if exists(path) { return }
        if let cut = path.lastIndex(of: "/"), cut != path.startIndex { try makeDirectories(String(path[..<cut])) }
        do {
            try systemCall("mkdir", path) { clinux_mkdir(path, 0o700) }
        } catch {
            if !error.isExisting { throw error }
        }
    }

    package static func linkTarget(_ path: String) throws(SystemError) -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = try systemCall("readlink", path) {
            buffer.withUnsafeMutableBytes { clinux_readlink(path, $0.baseAddress!, $0.count) }
        }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    package static func currentDirectory() throws(SystemError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        try systemCall("getcwd") { buffer.withUnsafeMutableBufferPointer { clinux_getcwd($0.baseAddress!, $0.count) } }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
