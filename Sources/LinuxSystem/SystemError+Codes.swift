internal import CLinux

/// Codes by name, for those who report an error that no system call made.
extension SystemError {
    package static let exists = EEXIST
    package static let accessDenied = EACCES
    package static let notPermitted = EPERM
    package static let invalid = EINVAL
    package static let interrupted = EINTR
    package static let busy = EBUSY
    package static let tryAgain = EAGAIN
    package static let readOnly = EROFS
    package static let stale = ESTALE
    package static let tooLong = E2BIG
    package static let tooLarge = EFBIG
    package static let notADirectory = ENOTDIR
    package static let noSpace = ENOSPC
}
