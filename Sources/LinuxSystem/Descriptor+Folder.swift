internal import CLinux

/// What is done in an open folder, by the names of its entries.
extension Descriptor {
    /// What was at `to` is gone then; or, where nothing may be there, it fails when something is.
    package borrowing func rename(_ from: String, to: String, replaces: Bool = true) throws(SystemError) {
        let fd = raw
        do throws(SystemError) {
            try systemCall("renameat2", to) { clinux_renameat(fd, from, to, replaces ? 0 : 1) }
        } catch {
            // Some file systems cannot promise it.
            guard !replaces, error.code == EINVAL else { throw error }
            if (try? facts(of: to)) != nil { throw SystemError(call: "renameat2", code: EEXIST, subject: to) }
            try systemCall("renameat2", to) { clinux_renameat(fd, from, to, 0) }
        }
    }

    package borrowing func unlink(_ name: String) throws(SystemError) {
        let fd = raw
        try systemCall("unlinkat", name) { clinux_unlinkat(fd, name) }
    }

    /// One in which nothing is.
    package borrowing func removeFolder(_ name: String) throws(SystemError) {
        let fd = raw
        try systemCall("unlinkat", name) { clinux_remove_folder_at(fd, name) }
    }

    package borrowing func makeFolder(_ name: String, mode: UInt32) throws(SystemError) {
        let fd = raw
        try systemCall("mkdirat", name) { clinux_mkdirat(fd, name, mode_t(mode)) }
    }

    /// A file that was opened without a name gets one; nothing may have it.
    package borrowing func link(as name: String, in folder: borrowing Descriptor) throws(SystemError) {
        let (fd, place) = (raw, folder.raw)
        try systemCall("linkat", name) { clinux_link_open(fd, place, name) }
    }

    package borrowing func makeLink(_ name: String, to target: [UInt8]) throws(SystemError) {
        let fd = raw
        let terminated = (target + [0]).map { CChar(bitPattern: $0) }
        try systemCall("symlinkat", name) { clinux_symlinkat(terminated, fd, name) }
    }

    /// What a link says, as the bytes that it is.
    package static func linkTarget(of name: [UInt8], in folder: Int32) throws(SystemError) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let terminated = (name + [0]).map { CChar(bitPattern: $0) }
        let count = try systemCall("readlinkat") {
            clinux_readlinkat(folder, terminated, &buffer, buffer.count)
        }
        return buffer[..<count].map { UInt8(bitPattern: $0) }
    }
}

package struct FolderEntry: Sendable, Equatable {
    /// Names need not be UTF-8.
    package let name: [UInt8]
    /// Of the entry itself; nil where the file system does not say.
    package let kind: FileFacts.Kind?
}

extension Descriptor {
    /// What is in the folder, without `.` and `..`, in no particular order, as long as `visit` wants more.
    package consuming func visitEntries(_ visit: (FolderEntry) -> Bool) throws(SystemError) {
        let fd = release()
        var handle: OpaquePointer?
        do throws(SystemError) {
            try systemCall("fdopendir") { clinux_fdopendir(fd, &handle) }
        } catch {
            _ = clinux_close(fd)
            throw error
        }
        guard let handle else { return }
        defer { clinux_closedir(handle) }
        while true {
            var name: UnsafePointer<CChar>?
            var kind: Int32 = 0
            let found = try systemCall("readdir") { clinux_readdir(handle, &name, &kind) }
            guard found == 1, let name else { return }
            let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
            if bytes.elementsEqual(".".utf8) || bytes.elementsEqual("..".utf8) { continue }
            if !visit(FolderEntry(name: Array(bytes), kind: Self.kind(kind))) { return }
        }
    }

    private static func kind(_ raw: Int32) -> FileFacts.Kind? {
        switch Int(raw) {
        case Int(DT_REG): .regular
        case Int(DT_DIR): .folder
        case Int(DT_LNK): .link
        case Int(DT_SOCK): .socket
        case Int(DT_FIFO): .pipe
        case Int(DT_CHR), Int(DT_BLK): .device
        default: nil
        }
    }
}
