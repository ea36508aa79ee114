internal import CLinux

/// What is written to a command.
package enum StandardInput {
    /// All of it, up to `limit` bytes. From the descriptor, not from /dev/stdin: that cannot be opened when it is a socket.
    package static func read(limit: Int) throws(SystemError) -> [UInt8] {
        let buffer = ByteBuffer()
        while buffer.count <= limit {
            let room = buffer.writable(minimum: pieceBytes)
            let count = try systemCall("read", "stdin") { clinux_read(0, room.baseAddress, room.count) }
            if count == 0 { return withExtendedLifetime(buffer) { Array(buffer.readable) } }
            buffer.commit(count)
        }
        throw SystemError(call: "read", code: EFBIG, subject: "stdin")
    }

    private static let pieceBytes = 16 << 10
}
