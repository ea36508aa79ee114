/// Why there is no filter.
package enum SeccompError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A name that no Linux has, as far as libseccomp knows. `SystemCalls.names` are those that it does.
    case unknownCall(String)
    /// It cannot be allowed at all: the filter would hold nothing any more.
    case unsafeCall(String, why: String)
    case library(String, code: Int32)

    package var description: String {
        switch self {
        case .unknownCall(let name):
            "`\(name)` is no system call that is known here; the names are those of syscalls(2)"
        case .unsafeCall(let name, let why): "`\(name)` cannot be allowed: \(why)"
        case .library(let call, let code): "the system call filter could not be made: \(call) returned \(code)"
        }
    }
}
