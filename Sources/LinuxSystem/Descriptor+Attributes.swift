internal import CLinux

/// What belongs to a file beside its content.
extension Descriptor {
    package borrowing func changeMode(_ mode: UInt32) throws(SystemError) {
        let fd = raw
        try systemCall("fchmod") { clinux_fchmod(fd, mode_t(mode)) }
    }

    package borrowing func changeOwner(user: UInt32, group: UInt32) throws(SystemError) {
        let fd = raw
        try systemCall("fchown") { clinux_fchown(fd, user, group) }
    }

    package borrowing func hasAttribute(_ name: String) -> Bool { clinux_fgetxattr(raw, name, nil, 0) >= 0 }

    /// Gives `other` the extended attributes of this file, as far as this process may; false when one was left out.
    package borrowing func copyAttributes(to other: borrowing Descriptor) -> Bool {
        let from = raw
        let to = other.raw
        let length = clinux_flistxattr(from, nil, 0)
        // Most files have none, and some file systems know none.
        if length <= 0 { return true }
        var names = [CChar](repeating: 0, count: length)
        let listed = clinux_flistxattr(from, &names, names.count)
        guard listed >= 0 else { return false }
        var isWhole = true
        for name in names[..<listed].split(separator: 0) {
            let name = Array(name) + [0]
            var value = [UInt8](repeating: 0, count: attributeBytesMax)
            let size = clinux_fgetxattr(from, name, &value, value.count)
            if size < 0 || clinux_fsetxattr(to, name, value, size) < 0 { isWhole = false }
        }
        return isWhole
    }

    /// XATTR_SIZE_MAX of the kernel.
    private var attributeBytesMax: Int { 64 << 10 }
}
