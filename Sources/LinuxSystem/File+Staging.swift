internal import CLinux

extension OpenFlags {
    /// A terminal does not become ours by being opened.
    package static let noTerminal = OpenFlags(rawValue: O_NOCTTY)
}

/// Folders that are set up to be looked at and taken away again: links, FIFOs and modes beside plain files.
extension File {
    /// A folder of ours alone, with a name that nobody can know before.
    package static func makeTemporaryFolder(_ prefix: String) throws(SystemError) -> String {
        var template = Array((prefix + String(repeating: "X", count: 6)).utf8CString)
        try systemCall("mkdtemp", prefix) {
            template.withUnsafeMutableBufferPointer { clinux_mkdtemp($0.baseAddress!) }
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
        try systemCall("mkdir", path) { clinux_mkdir(path, 0o700) }
        try changeMode(path, mode)
    }

    /// A new file; what it holds need not outlast a crash.
    package static func writeNew(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644) throws(SystemError) {
        let file = try Descriptor.open(path, [.writeOnly, .create, .exclusive, .noFollow], mode: mode)
        try file.writeAll(bytes)
        try changeMode(path, mode)
    }

    package static func changeMode(_ path: String, _ mode: UInt32) throws(SystemError) {
        try systemCall("chmod", path) { clinux_chmod(path, mode_t(mode)) }
    }

    /// Of the entry itself: a link is not followed.
    package static func changeOwner(_ path: String, user: UInt32, group: UInt32) throws(SystemError) {
        try systemCall("lchown", path) { clinux_lchown(path, user, group) }
    }

    package static func makeLink(_ path: String, to target: String) throws(SystemError) {
        try systemCall("symlink", path) { clinux_symlink(target, path) }
    }

    package static func makeHardLink(_ path: String, to target: String) throws(SystemError) {
        try systemCall("link", path) { clinux_link(target, path) }
    }

    package static func makeFIFO(_ path: String) throws(SystemError) {
        try systemCall("mkfifo", path) { clinux_mkfifo(path, 0o666) }
    }

    /// Whatever is there, as far as it can be removed. For folders in which nobody is at work any more.
    package static func removeTree(_ path: String) {
        let result = clinux_unlink(path)
        if result == 0 || result == -Int(ENOENT) { return }
        _ = clinux_chmod(path, 0o700)
        for name in (try? Directory.entries(path)) ?? [] { removeTree("\(path)/\(name)") }
        _ = clinux_rmdir(path)
    }

    /// What an entry itself is; a link is a link.
    package struct Entry: Sendable, Equatable {
        /// Kind and mode, as stat(2) has them together.
        package let mode: UInt32
        package let owner: UInt32
        package let size: Int
        package let inode: UInt64
        package let modifiedNanoseconds: Int

        package var isFolder: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }
        package var isLink: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFLNK) }
        package var isRegular: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
    }

    package static func entry(_ path: String) throws(SystemError) -> Entry {
        var raw = stat()
        try systemCall("lstat", path) { clinux_lstat(path, &raw) }
        return Entry(
            mode: raw.st_mode, owner: raw.st_uid, size: Int(raw.st_size), inode: UInt64(raw.st_ino),
            modifiedNanoseconds: raw.st_mtim.tv_sec &* 1_000_000_000 &+ raw.st_mtim.tv_nsec)
    }
}
