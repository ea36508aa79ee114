internal import CLinux

/// What an entry of a folder is by itself: a link is not followed.
package struct FileDetails: Sendable, Equatable {
    package enum Kind: Sendable { case regular, directory, link, socket, pipe, device }

    package let kind: Kind
    package let device: UInt64
    package let inode: UInt64
    package let owner: UInt32
    package let mode: UInt32
    /// Names of the same file.
    package let links: Int
    /// It has file capabilities, see capabilities(7).
    package let hasCapabilities: Bool

    package static func read(_ path: String) throws(SystemError) -> FileDetails {
        var raw = stat()
        try systemCall("lstat", path) { clinux_lstat(path, &raw) }
        let kind: Kind =
            switch Int32(raw.st_mode) & S_IFMT {
            case Int32(S_IFREG): .regular
            case Int32(S_IFDIR): .directory
            case Int32(S_IFLNK): .link
            case Int32(S_IFSOCK): .socket
            case Int32(S_IFIFO): .pipe
            default: .device
            }
        return FileDetails(
            kind: kind, device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino), owner: raw.st_uid,
            mode: raw.st_mode & 0o7777, links: Int(raw.st_nlink),
            hasCapabilities: kind == .regular && clinux_attribute_size(path, "security.capability") > 0)
    }
}

extension File {
    /// Of the entry itself, be it a link or not.
    package static func hasAttribute(_ path: String, _ name: String) -> Bool { clinux_attribute_size(path, name) >= 0 }
}
