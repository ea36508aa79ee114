package import LinuxSystem

/// Writes heads of answers into bytes.
package enum ResponseEncoder {
    package enum Framing: Sendable, Equatable {
        case none
        case counted(Int)
        case chunked
        /// HTTP/1.0 knows no chunks: the end of the connection is the end of the body.
        case untilClose
    }

    package static func encode(
        _ head: ResponseHead, framing: Framing, closes: Bool, isHTTP10: Bool, date: String, into output: ByteBuffer
    ) {
        output.append("HTTP/1.1 ")
        output.append(decimal: head.status)
        output.append(" ")
        output.append(ResponseHead.phrase(head.status))
        output.append("\r\n")
        head.fields.write(to: output)
        if !head.fields.contains("date") {
            output.append("Date: ")
            output.append(date)
            output.append("\r\n")
        }
        switch framing {
        case .none, .untilClose:
            break
        case .counted(let count):
            output.append("Content-Length: ")
            output.append(decimal: count)
            output.append("\r\n")
        case .chunked:
            output.append("Transfer-Encoding: chunked\r\n")
        }
        if closes {
            output.append("Connection: close\r\n")
        } else if isHTTP10 {
            output.append("Connection: keep-alive\r\n")
        }
        output.append("\r\n")
    }

    /// `1f40\r\n`, in at most eighteen bytes of the caller's.
    package static func chunkSizeLine(
        _ count: Int, into scratch: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        var position = scratch.count - 2
        scratch[position] = 0x0d
        scratch[position + 1] = 0x0a
        var rest = count
        repeat {
            position -= 1
            let digit = UInt8(rest & 15)
            scratch[position] = digit < 10 ? 0x30 + digit : 0x57 + digit
            rest >>= 4
        } while rest > 0
        return UnsafeRawBufferPointer(rebasing: scratch[position...])
    }
}
