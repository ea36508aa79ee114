internal import CLinux

/// A system call that failed: which one, on what, and why.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    package let call: String
    package let code: Int32
    package let subject: String?

    package init(call: String, code: Int32, subject: String? = nil) {
        self.call = call
        self.code = code
        self.subject = subject
    }

    /// The kernel's own words for the code.
    package var reason: String {
        // Thread-safe since glibc 2.32.
        String(cString: strerror(code))
    }

    package var description: String {
        subject.map { "\($0): \(reason) (\(call))" } ?? "\(reason) (\(call))"
    }

    package var isNotFound: Bool { code == ENOENT }
    package var isPermissionDenied: Bool { code == EACCES || code == EPERM }
    package var isBrokenPipe: Bool { code == EPIPE }
    package var isAddressInUse: Bool { code == EADDRINUSE }
    package static let outOfMemory = ENOMEM
    package var isExisting: Bool { code == EEXIST }
}

/// The one place that looks at what a system call returned (the shims of CLinux return a negative errno).
/// Interrupted calls are made again; a bad descriptor or address is a bug of ours and ends the program, because going
/// on would act on somebody else's file.
@discardableResult
@inline(__always)
package func systemCall(
    _ name: StaticString, _ subject: @autoclosure () -> String? = nil, _ body: () -> Int
) throws(SystemError) -> Int {
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = Int32(truncatingIfNeeded: -result)
        if code == EINTR { continue }
        precondition(code != EBADF && code != EFAULT, "\(name): errno \(code), a bug in this program")
        throw SystemError(call: name.description, code: code, subject: subject())
    }
}

/// For calls that may have to wait: nil when there is nothing to do yet.
@inline(__always)
package func systemCallOrWait(_ name: StaticString, _ body: () -> Int) throws(SystemError) -> Int? {
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = Int32(truncatingIfNeeded: -result)
        if code == EINTR { continue }
        if code == EAGAIN || code == EWOULDBLOCK { return nil }
        precondition(code != EBADF && code != EFAULT, "\(name): errno \(code), a bug in this program")
        throw SystemError(call: name.description, code: code)
    }
}
