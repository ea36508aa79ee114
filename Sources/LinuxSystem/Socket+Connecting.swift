internal import CLinux
internal import Glibc

extension Socket {
    /// Begins a connection without waiting for it: when the socket is writable, `connectingError` says how it went.
    /// `isConnected` tells that there is nothing to wait for, as mostly on the same machine. Non-blocking and closed on exec.
    package static func beginConnecting(
        to address: SocketAddress, isConnected: inout Bool
    ) throws(SystemError) -> Descriptor {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let socket = Descriptor(
            owning: Int32(
                try systemCall("socket") {
                    clinux_socket(
                        family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
                }))
        let fd = socket.raw
        let result = try address.withRaw { raw, length throws(SystemError) in clinux_connect(fd, raw, length) }
        isConnected = result >= 0
        // An interrupted connect goes on by itself.
        if isConnected || result == -Int(EINPROGRESS) || result == -Int(EINTR) { return socket }
        throw SystemError(call: "connect", code: Int32(truncatingIfNeeded: -result), subject: address.description)
    }

    /// Why the connection that was begun failed; nil when it is there.
    package static func connectingError(_ fd: Int32, _ address: SocketAddress) -> SystemError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        if getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) < 0 { code = errno }
        return code == 0 ? nil : SystemError(call: "connect", code: code, subject: address.description)
    }
}
