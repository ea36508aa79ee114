internal import CLinux

/// A folder for us alone, at a place where others may have been before us.
package enum PrivateFolder {
    /// What stands there instead, which must not be used.
    package enum Refusal: Error, Equatable, Sendable {
        case notAFolder
        case ownedBy(UInt32)
        case failed(SystemError)
    }

    /// Makes the folder where it is missing, and takes others' permissions on it away where it is ours.
    package static func prepare(_ path: String) throws(Refusal) {
        do throws(SystemError) {
            try File.makeDirectories(path)
        } catch {
            throw .failed(error)
        }
        try check(path)
        do throws(SystemError) {
            try systemCall("chmod", path) { clinux_chmod(path, 0o700) }
        } catch {
            throw .failed(error)
        }
    }

    /// Whether it is a folder and ours. A link is neither: somebody else may have laid it.
    package static func check(_ path: String) throws(Refusal) {
        var status = stat()
        do throws(SystemError) {
            try systemCall("lstat", path) { clinux_lstat(path, &status) }
        } catch {
            throw .failed(error)
        }
        if Int32(status.st_mode) & S_IFMT != S_IFDIR { throw .notAFolder }
        if status.st_uid != ProcessInfo.uid { throw .ownedBy(status.st_uid) }
    }
}
