internal import CLinux

package enum Socket {
    /// Connections that the kernel keeps for us while the loop is busy; the kernel lowers it to its own maximum.
    package static let backlog: Int32 = 4096

    /// With `sharingPort`, several sockets of this program listen on one port and the kernel spreads connections.
    package static func listen(on address: SocketAddress, sharingPort: Bool) throws(SystemError) -> Descriptor {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let socket = Descriptor(
            owning: Int32(
                try systemCall("socket") {
                    clinux_socket(
                        family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
                }))
        let fd = socket.raw
        // A restart must not wait for the connections of its predecessor to be forgotten.
        try systemCall("setsockopt") { clinux_setsockopt_int(fd, SOL_SOCKET, SO_REUSEADDR, 1) }
        if sharingPort { try systemCall("setsockopt") { clinux_setsockopt_int(fd, SOL_SOCKET, SO_REUSEPORT, 1) } }
        try address.withRaw { raw, length throws(SystemError) in
            _ = try systemCall("bind", address.description) { clinux_bind(fd, raw, length) }
        }
        try systemCall("listen", address.description) { clinux_listen(fd, backlog) }
        return socket
    }

    /// A unix socket that only its owner can reach. A file of that name that nobody listens on is replaced.
    package static func listen(onPath path: String) throws(SystemError) -> Descriptor {
        if isAnswered(path) { throw SystemError(call: "bind", code: EADDRINUSE, subject: path) }
        let socket = try unix()
        let fd = socket.raw
        try withUnixAddress(path) { raw, length throws(SystemError) in
            // Only what can be a socket: a file that somebody named by mistake is not ours to remove.
            if let kind = try? File.status(path).kind, kind == .other { _ = clinux_unlink(path) }
            _ = try systemCall("bind", path) { clinux_bind(fd, raw, length) }
        }
        try systemCall("chmod", path) { clinux_chmod(path, 0o600) }
        try systemCall("listen", path) { clinux_listen(fd, backlog) }
        return socket
    }

    private static func isAnswered(_ path: String) -> Bool {
        do {
            _ = try connect(toPath: path)
            return true
        } catch {
            return false
        }
    }

    package static func connect(toPath path: String) throws(SystemError) -> Descriptor {
        let socket = try unix()
        let fd = socket.raw
        try withUnixAddress(path) { raw, length throws(SystemError) in
            _ = try systemCall("connect", path) { clinux_connect(fd, raw, length) }
        }
        return socket
    }

    /// A blocking connection, for commands that ask a running sidecar something.
    package static func connect(to address: SocketAddress, timeout: TimeSpan) throws(SystemError) -> Descriptor {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let socket = Descriptor(
            owning: Int32(
                try systemCall("socket") {
                    clinux_socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
                }))
        let fd = socket.raw
        try systemCall("setsockopt") { clinux_set_timeout(fd, Int(timeout.milliseconds)) }
        try address.withRaw { raw, length throws(SystemError) in
            _ = try systemCall("connect", address.description) { clinux_connect(fd, raw, length) }
        }
        return socket
    }

    /// nil when nobody is waiting. Non-blocking and closed on exec.
    package static func accept(_ listener: Int32) throws(SystemError) -> Descriptor? {
        let result = try systemCallOrWait("accept4") {
            clinux_accept4(listener, Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue))
        }
        return result.map { Descriptor(owning: Int32($0)) }
    }

    /// Small events must not wait for an acknowledgement (Nagle).
    package static func sendAtOnce(_ fd: Int32) { _ = clinux_setsockopt_int(fd, Int32(IPPROTO_TCP), TCP_NODELAY, 1) }

    package static func port(of fd: Int32) throws(SystemError) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        try systemCall("getsockname") { clinux_getsockname(fd, &storage, &length) }
        return port(storage)
    }

    /// Of a socket that a library owns, and may have closed: 0 then, and where it is not bound.
    package static func portIfOpen(_ fd: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return clinux_getsockname(fd, &storage, &length) < 0 ? 0 : port(storage)
    }

    /// It sits at the same place in both families.
    private static func port(_ storage: sockaddr_storage) -> UInt16 {
        withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
    }

    package static func peerUID(_ fd: Int32) throws(SystemError) -> UInt32 {
        UInt32(try systemCall("getsockopt") { clinux_peer_uid(fd) })
    }

    /// Who listened when the other end is a listener; 0 when that is a process that we cannot see.
    package static func peerPID(_ fd: Int32) throws(SystemError) -> Int32 {
        Int32(try systemCall("getsockopt") { clinux_peer_pid(fd) })
    }

    /// nil when nothing is there; 0 when the peer has closed.
    package static func receive(_ fd: Int32, into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
        try systemCallOrWait("recv") { clinux_recv(fd, buffer.baseAddress, buffer.count, 0) }
    }

    /// Bytes or the end are there to be read; nothing is taken.
    package static func hasNews(_ fd: Int32) -> Bool {
        var byte: UInt8 = 0
        return clinux_recv(fd, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) >= 0
    }

    /// Sends up to four parts with one call. nil when the peer's window is full.
    package static func send(
        _ fd: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer = .init(start: nil, count: 0),
        _ third: UnsafeRawBufferPointer = .init(start: nil, count: 0),
        _ fourth: UnsafeRawBufferPointer = .init(start: nil, count: 0)
    ) throws(SystemError) -> Int? {
        if second.isEmpty && third.isEmpty && fourth.isEmpty {
            return try systemCallOrWait("send") { clinux_send(fd, first.baseAddress, first.count) }
        }
        var parts = (iovec(first), iovec(second), iovec(third), iovec(fourth))
        return try withUnsafePointer(to: &parts) { pointer throws(SystemError) in
            try systemCallOrWait("sendmsg") {
                pointer.withMemoryRebound(to: iovec.self, capacity: 4) { clinux_sendv(fd, $0, 4) }
            }
        }
    }

    /// No more will be sent; what the peer still sends may be read.
    package static func shutDownWriting(_ fd: Int32) { _ = clinux_shutdown(fd, Int32(SHUT_WR)) }

    /// Closing now sends a reset, so that the peer knows the answer is not whole.
    package static func resetOnClose(_ fd: Int32) { _ = clinux_reset_on_close(fd) }

    private static func unix() throws(SystemError) -> Descriptor {
        Descriptor(
            owning: Int32(
                try systemCall("socket") {
                    clinux_socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
                }))
    }

    private static func withUnixAddress<Result>(
        _ path: String, _ body: (UnsafeRawPointer, UInt32) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        var raw = sockaddr_un()
        raw.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        if bytes.count >= MemoryLayout.size(ofValue: raw.sun_path) {
            throw SystemError(call: "bind", code: ENAMETOOLONG, subject: path)
        }
        withUnsafeMutableBytes(of: &raw.sun_path) { $0.copyBytes(from: bytes) }
        return try body(&raw, UInt32(MemoryLayout<sockaddr_un>.size))
    }
}

extension iovec {
    fileprivate init(_ bytes: UnsafeRawBufferPointer) {
        self.init(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }
}
