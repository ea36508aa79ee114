internal import CLinux

/// What an open file is, or an entry of an open folder by itself.
package struct FileFacts: Sendable, Equatable {
    package enum Kind: Sendable { case regular, folder, link, socket, pipe, device }

    package let kind: Kind
    package let size: Int
    package let mode: UInt32
    package let owner: UInt32
    package let group: UInt32
    /// Names of the same file.
    package let links: Int
    package let version: Version

    /// Changes whenever the file is written, replaced, or given other rights. The time of the last change is the kernel's
    /// own: unlike that of the last writing nobody can set it.
    package struct Version: Sendable, Equatable {
        package let device: UInt64
        package let inode: UInt64
        package let size: Int
        package let modifiedNanoseconds: Int
        package let changedNanoseconds: Int
    }

    init(_ raw: stat) {
        kind =
            switch Int32(raw.st_mode) & S_IFMT {
            case Int32(S_IFREG): .regular
            case Int32(S_IFDIR): .folder
            case Int32(S_IFLNK): .link
            case Int32(S_IFSOCK): .socket
            case Int32(S_IFIFO): .pipe
            default: .device
            }
        size = Int(raw.st_size)
        mode = raw.st_mode & 0o7777
        owner = raw.st_uid
        group = raw.st_gid
        links = Int(raw.st_nlink)
        version = Version(
            device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino), size: Int(raw.st_size),
            modifiedNanoseconds: raw.st_mtim.tv_sec &* 1_000_000_000 &+ raw.st_mtim.tv_nsec,
            changedNanoseconds: raw.st_ctim.tv_sec &* 1_000_000_000 &+ raw.st_ctim.tv_nsec)
    }
}

extension FileFacts {
    /// A link is a link.
    package static func read(_ path: String) throws(SystemError) -> FileFacts {
        var raw = stat()
        try systemCall("lstat", path) { clinux_lstat(path, &raw) }
        return FileFacts(raw)
    }
}

extension File {
    /// Of the entry itself, be it a link or not.
    package static func hasAttribute(_ path: String, _ name: String) -> Bool { clinux_attribute_size(path, name) >= 0 }

    /// See capabilities(7).
    package static func hasCapabilities(_ path: String) -> Bool {
        clinux_attribute_size(path, "security.capability") > 0
    }
}

extension Descriptor {
    package borrowing func facts() throws(SystemError) -> FileFacts {
        let fd = raw
        var raw = stat()
        try systemCall("fstat") { clinux_fstat(fd, &raw) }
        return FileFacts(raw)
    }

    /// Of an entry of this folder; a link is a link.
    package borrowing func facts(of name: String) throws(SystemError) -> FileFacts {
        let fd = raw
        var raw = stat()
        try systemCall("fstatat", name) { clinux_fstatat(fd, name, &raw) }
        return FileFacts(raw)
    }
}
