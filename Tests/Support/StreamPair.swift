internal import Glibc
internal import LinuxSystem

/// The two ends of a stream socket, each for somebody to own.
package func streamPair() throws -> (ours: Int32, theirs: Int32) {
    var ends: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
        throw SystemError(call: "socketpair", code: errno)
    }
    return (ends[0], ends[1])
}
